//! Deleting an account: a fresh code, a week, and then nothing is left.

use axum::http::StatusCode;
use mobile_auth::{
    domain::policy::SignInPolicy,
    server::{cleanup::run_once, store::sqlite::SqliteStore},
};

use crate::support::{App, Browser, PHONE, count};

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 3600;

async fn signed_in(app: &App) -> Browser {
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    assert_eq!(browser.verify_code(&app.last_code()).await.status, StatusCode::OK);
    browser
}

/// What the clean-up does now and then.
pub async fn clean(app: &App) {
    let store = SqliteStore::open(&format!("sqlite://{}", app.database_path().display())).await.unwrap();
    run_once(&store, &*app.clock(), &SignInPolicy::default()).await.unwrap();
}

#[tokio::test]
async fn a_code_of_nine_minutes_ago_is_enough_and_one_of_eleven_is_not() {
    let app = App::start().await;
    let mut browser = signed_in(&app).await;
    app.advance(11 * MINUTE);
    let refused = browser.fetch("/api/delete_account", &[]).await;
    assert_eq!(
        (refused.status, refused.json()["error"].as_str()),
        (StatusCode::FORBIDDEN, Some("confirmation_needed"))
    );
    assert_eq!(browser.submit("/api/delete_account", &[]).await.location(), "/account");
    let page = browser.get("/account").await.body;
    assert!(page.contains("confirm that it is you") && page.contains("/api/confirm"), "{page}");

    let before = browser.cookies["session"].clone();
    assert_eq!(browser.submit("/api/confirm", &[]).await.location(), "/sign-in/code");
    let page = browser.get("/sign-in/code").await.body;
    assert!(
        page.contains("•••67") && !page.contains("9121234567") && !page.contains("Change number"),
        "{page}"
    );
    let answer = browser.submit("/api/verify_code", &[("code", &app.last_code())]).await;
    assert_eq!(answer.location(), "/account");
    assert_ne!(browser.cookies["session"], before, "a new session");
    app.advance(9 * MINUTE);
    assert_eq!(browser.fetch("/api/delete_account", &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn every_other_session_ends_at_once_and_the_account_a_week_later() {
    let app = App::start().await;
    let mut other = signed_in(&app).await;
    app.advance(MINUTE);
    let mut owner = signed_in(&app).await;
    owner.submit("/api/delete_account", &[]).await;
    assert!(!other.is_signed_in().await && owner.is_signed_in().await);
    let page = owner.get("/account").await.body;
    assert!(page.contains("deleted on") && page.contains("8 January 2026"), "{page}");
    app.advance(6 * DAY);
    assert!(owner.is_signed_in().await, "and is not idle");
    app.advance(DAY - 1);
    clean(&app).await;
    assert_eq!(count(&app, "SELECT count(*) FROM users").await, 1);
    app.advance(1);
    assert!(!owner.is_signed_in().await, "whenever what is left is cleared away");
    let kept = owner.fetch("/api/keep_account", &[]).await;
    assert_eq!(kept.json()["error"], "session_missing");
    let mut late = signed_in(&app).await;
    assert_eq!(late.fetch("/api/keep_account", &[]).await.status, StatusCode::OK, "and changes nothing");
    app.record.flush().await;
    clean(&app).await;
    for table in [
        "SELECT count(*) FROM users",
        "SELECT count(*) FROM sessions",
        "SELECT count(*) FROM devices",
        "SELECT count(*) FROM challenges",
        "SELECT count(*) FROM events WHERE user_id IS NOT NULL",
        "SELECT count(*) FROM events WHERE phone || network || browser <> ''",
    ] {
        assert_eq!(count(&app, table).await, 0, "{table}");
    }
    assert!(!owner.is_signed_in().await);

    app.advance(MINUTE);
    let mut next = signed_in(&app).await;
    let old = "SELECT count(*) FROM users WHERE id = 1";
    assert_eq!(count(&app, old).await, 0, "whoever has the number now is somebody else");
    assert!(
        !next.get("/account").await.body.contains("January 2026, 00:00"),
        "and sees nothing of the former"
    );
}

#[tokio::test]
async fn who_signs_in_within_the_week_can_keep_the_account() {
    let app = App::start().await;
    let mut owner = signed_in(&app).await;
    owner.submit("/api/delete_account", &[]).await;
    app.advance(6 * DAY);
    let mut again = signed_in(&app).await;
    assert!(again.get("/").await.body.contains("will be deleted on"), "home says so at once");
    assert!(again.get("/account").await.body.contains("deleted on"));
    assert_eq!(again.submit("/api/keep_account", &[]).await.location(), "/account");
    assert!(again.get("/account").await.body.contains("Your account stays."));
    app.advance(2 * DAY);
    clean(&app).await;
    assert!(again.is_signed_in().await);
    app.record.flush().await;
    for kind in ["deletion_asked", "deletion_cancelled"] {
        let events = format!("SELECT count(*) FROM events WHERE kind = '{kind}'");
        assert_eq!(count(&app, Box::leak(events.into_boxed_str())).await, 1, "{kind}");
    }
}
