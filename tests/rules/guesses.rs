//! Five guesses, never refilled.

use axum::http::StatusCode;

use crate::support::{App, PHONE};

#[tokio::test]
async fn the_fifth_guess_may_be_right() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    for guesses_left in [4, 3, 2, 1] {
        let answer = browser.verify_code(&app.wrong_code()).await;
        assert_eq!(
            answer.json(),
            serde_json::json!({ "error": "code_incorrect", "guesses_left": guesses_left })
        );
    }
    assert_eq!(browser.verify_code(&app.last_code()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn after_five_wrong_guesses_the_right_code_is_refused() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    for _ in 0..4 {
        browser.verify_code(&app.wrong_code()).await;
    }
    assert_eq!(browser.verify_code(&app.wrong_code()).await.json()["error"], "guesses_exhausted");
    let answer = browser.verify_code(&app.last_code()).await;
    assert_eq!(
        (answer.status, answer.json()["error"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("guesses_exhausted"))
    );
    assert!(!browser.is_signed_in().await);
}

#[tokio::test]
async fn a_resend_refills_nothing() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    for _ in 0..3 {
        browser.verify_code(&app.wrong_code()).await;
    }
    app.advance(30);
    assert_eq!(browser.resend_code().await.status, StatusCode::OK);
    assert_eq!(browser.verify_code(&app.wrong_code()).await.json()["guesses_left"], 1);
    assert_eq!(browser.verify_code(&app.wrong_code()).await.json()["error"], "guesses_exhausted");
    assert_eq!(browser.verify_code(&app.last_code()).await.json()["error"], "guesses_exhausted");
}

#[tokio::test]
async fn a_restart_refills_nothing() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    for _ in 0..4 {
        browser.verify_code(&app.wrong_code()).await;
    }
    let mut after_restart = browser.moved_to(app.restart().await);
    assert_eq!(after_restart.verify_code(&app.wrong_code()).await.json()["error"], "guesses_exhausted");
    assert_eq!(after_restart.verify_code(&app.last_code()).await.json()["error"], "guesses_exhausted");
}

#[tokio::test]
async fn a_guess_counts_although_the_browser_went_away() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    let wrong = app.wrong_code();
    for _ in 0..5 {
        let mut gone = browser.clone();
        let post = gone.verify_code(&wrong);
        // Polled once, as far as the use case's own task, then dropped as a server drops a closed connection.
        let _ = tokio::time::timeout(std::time::Duration::ZERO, post).await;
    }
    while crate::support::count(&app, "SELECT guesses FROM challenges").await < 5 {
        tokio::task::yield_now().await;
    }
    assert_eq!(browser.verify_code(&app.last_code()).await.json()["error"], "guesses_exhausted");
}
