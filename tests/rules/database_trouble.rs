//! A database that cannot be written to: said plainly, and no guess is judged.

use std::time::Duration;

use axum::http::StatusCode;
use sqlx::{Connection as _, SqliteConnection};

use crate::support::{App, PHONE, Settings, count, events, logged};

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_database_judges_no_guess_and_leaves_who_is_signed_in_alone() {
    let settings = Settings { database_patience: Duration::from_millis(250), ..Settings::default() };
    let app = App::start_with(settings).await;
    let mut owner = app.browser();
    owner.request_code("+98 912 000 0001").await;
    owner.verify_code(&app.last_code()).await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    let code = app.last_code();

    let url = format!("sqlite://{}", app.database_path().display());
    let mut stranger = SqliteConnection::connect(&url).await.unwrap();
    let lock = stranger.begin_with("BEGIN EXCLUSIVE").await.unwrap();
    let refused = browser.verify_code(&code).await;
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (StatusCode::SERVICE_UNAVAILABLE, &"unavailable".into())
    );
    assert_eq!(refused.header("retry-after"), "5");
    assert_eq!(app.browser().request_code("+98 912 000 0002").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(browser.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(browser.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(browser.submit("/api/verify_code", &[("code", &code)]).await.location(), "/sign-in/code");
    let page = browser.get("/sign-in/code").await;
    assert!(page.body.contains("sign-in is not working right now"), "{}", page.body);
    assert!(owner.is_signed_in().await, "people who are signed in notice nothing");
    lock.rollback().await.unwrap();

    assert_eq!(count(&app, "SELECT sum(guesses) FROM challenges WHERE consumed_at_ms IS NULL").await, 0);
    assert_eq!(app.messages().len(), 2, "nothing was sent that was not kept first");
    assert_eq!(browser.verify_code(&code).await.status, StatusCode::OK);
    assert!(browser.is_signed_in().await);
}

/// Under overload thousands are told in a second to come back: an error in the log for each would hide the ones that are.
#[test]
fn an_answer_that_tells_to_come_back_is_one_line_of_the_log_beside_what_was_wrong() {
    let ((), log) = logged(async || {
        let settings = Settings { database_patience: Duration::from_millis(250), ..Settings::default() };
        let app = App::start_with(settings).await;
        let url = format!("sqlite://{}", app.database_path().display());
        let mut stranger = SqliteConnection::connect(&url).await.unwrap();
        let _lock = stranger.begin_with("BEGIN EXCLUSIVE").await.unwrap();
        let refused = app.browser().request_code(PHONE).await;
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    });
    let answered = events(&log, "answered");
    assert_eq!((answered.len(), &answered[0]["status"]), (1, &503.into()), "{log}");
    assert_eq!(events(&log, "store_failed")[0]["level"], "WARN");
    let lines = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    assert_eq!(lines.filter(|line| line["level"] == "ERROR").count(), 0, "{log}");
}
