//! What a whole sign-in costs, through the real router on a real SQLite file with `synchronous=FULL`:
//! `cargo bench --bench sign_in --features ssr`. The same on a file with 1,000,000 users stands beside it.
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use criterion::{Criterion, criterion_group, criterion_main};
use tokio::runtime::Runtime;

#[expect(dead_code, unused_imports, clippy::panic, reason = "the tests use all of it")]
#[path = "../tests/support/mod.rs"]
mod support;

use mobile_auth::domain::{budget::Budget, policy::SignInPolicy};
use support::{App, Settings};

/// Thousands sign in to this site in a minute, from one block of numbers.
fn without_limits() -> Settings {
    let mut policy = SignInPolicy::default();
    policy.sends.per_block = Vec::new();
    policy.budget.site = Budget::default();
    policy.conversion.least_used_percent = 0;
    Settings { policy, ..Settings::default() }
}

/// Asks for a code with a number of its own, verifies it, looks at home: three requests, two commits.
async fn sign_in(app: &App, person: u32) {
    let mut browser = app.browser();
    assert!(browser.request_code(&format!("+98912{person:07}")).await.status.is_success());
    assert!(browser.verify_code(&app.last_code()).await.status.is_success());
    assert!(browser.is_signed_in().await);
}

fn bench(criterion: &mut Criterion, name: &str, app: &App, runtime: &Runtime) {
    let mut person = 0;
    criterion.bench_function(name, |bencher| {
        bencher.iter(|| {
            person += 1;
            runtime.block_on(sign_in(app, person));
        });
    });
}

/// Fills the file with people who are signed up already.
async fn add_users(app: &App, users: u32) {
    use sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};

    let options = SqliteConnectOptions::new().filename(app.database_path());
    let mut connection = options.connect().await.unwrap();
    let fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
        INSERT INTO users (phone, is_active, created_at_ms, activated_at_ms)
        SELECT '+9890' || printf('%08d', i), 1, 0, 0 FROM n";
    sqlx::query(fill).bind(users).execute(&mut connection).await.unwrap();
}

fn sign_ins(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let empty = runtime.block_on(App::start_with(without_limits()));
    bench(criterion, "sign in, empty database", &empty, &runtime);
    let full = runtime.block_on(App::start_with(without_limits()));
    runtime.block_on(add_users(&full, 1_000_000));
    bench(criterion, "sign in, 1,000,000 users", &full, &runtime);
}

criterion_group!(benches, sign_ins);
criterion_main!(benches);
