//! A running application and a browser to use it with.

mod app;
mod browser;
mod log;
mod settings;

pub use app::{App, PHONE, START};
pub use browser::{Answer, Browser};
pub use log::{events, logged};
pub use settings::Settings;

/// What a count query says of the application's database.
pub async fn count(app: &App, query: &'static str) -> i64 {
    use sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};

    let mut connection =
        SqliteConnectOptions::new().filename(app.database_path()).read_only(true).connect().await.unwrap();
    sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap()
}
