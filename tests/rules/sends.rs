//! How many messages one number gets.

use axum::http::StatusCode;
use mobile_auth::domain::{limit::RecordOnly, policy::SignInPolicy};

use crate::support::{App, PHONE, Settings};

#[tokio::test]
async fn whoever_asks_every_second_for_an_hour_gets_what_the_ladder_gives() {
    let app = App::start().await;
    let mut sent_at = Vec::new();
    for second in 0..3_600 {
        if app.browser().request_code(PHONE).await.status == StatusCode::OK {
            sent_at.push(second);
        }
        app.advance(1);
    }
    assert_eq!(sent_at, [0, 30, 90, 210, 510]);
    assert_eq!(app.messages().len(), 5);
}

#[tokio::test]
async fn a_day_brings_ten_messages_at_most() {
    let app = App::start().await;
    for _ in 0..47 {
        app.browser().request_code(PHONE).await;
        app.advance(1_800);
    }
    assert_eq!(app.messages().len(), 10);
}

#[tokio::test]
async fn record_only_counts_and_refuses_nothing_but_guesses() {
    let policy = SignInPolicy { record_only: RecordOnly::Everything, ..SignInPolicy::default() };
    let app = App::start_with(Settings { policy, ..Settings::default() }).await;
    let mut browser = app.browser();
    for _ in 0..12 {
        assert_eq!(app.browser().request_code(PHONE).await.status, StatusCode::OK);
    }
    browser.request_code(PHONE).await;
    assert_eq!(app.messages().len(), 13);
    for _ in 0..5 {
        browser.verify_code(&app.wrong_code()).await;
    }
    assert_eq!(
        browser.verify_code(&app.last_code()).await.json()["error"],
        "guesses_exhausted",
        "guesses are never lifted"
    );
}

#[tokio::test]
async fn looking_at_pages_sends_nothing_and_keeps_nothing() {
    let app = App::start().await;
    let mut browser = app.browser();
    for _ in 0..20 {
        for path in ["/", "/sign-in", "/sign-in/code", "/nowhere", "/api/request_code?phone=%2B989121234567"]
        {
            browser.get(path).await;
        }
    }
    assert!(app.messages().is_empty() && browser.cookies.is_empty());
    for table in
        ["SELECT count(*) FROM users", "SELECT count(*) FROM challenges", "SELECT count(*) FROM sessions"]
    {
        assert_eq!(crate::support::count(&app, table).await, 0, "{table}");
    }
}
