use axum::http::StatusCode;
use mobile_auth::domain::{region_code::RegionCode, served_regions::ServedRegions};

use crate::support::{App, PHONE, Settings};

#[tokio::test]
async fn a_resend_brings_another_code_and_leaves_the_first_one_good() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    let first = app.last_code();
    app.advance(30);
    let answer = browser.resend_code().await;
    assert_eq!((answer.status, answer.location()), (StatusCode::OK, "/sign-in/code"));
    assert_eq!(app.messages().len(), 2);
    app.advance(90);
    assert_eq!(
        browser.verify_code(&first).await.status,
        StatusCode::OK,
        "at 120 s the first code is still good"
    );
}

#[tokio::test]
async fn the_first_code_dies_by_its_own_clock() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    let first = app.last_code();
    app.advance(60);
    browser.resend_code().await;
    app.advance(61);
    assert_eq!(browser.verify_code(&first).await.json(), serde_json::json!({ "error": "code_expired" }));
    assert_eq!(browser.verify_code(&app.last_code()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn too_early_is_told_with_the_wait() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    app.advance(29);
    let answer = browser.resend_code().await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.json(), serde_json::json!({ "error": "too_many_requests", "retry_after_seconds": 1 }));
    assert_eq!(app.messages().len(), 1);
}

#[tokio::test]
async fn without_javascript_too_early_returns_to_the_code_page() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    let answer = browser.submit("/api/resend_code", &[]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in/code"));
    let page = browser.get("/sign-in/code").await;
    assert!(page.body.contains("You can ask for another code in 30 seconds"), "{}", page.body);
}

#[tokio::test]
async fn without_a_challenge_there_is_nothing_to_resend() {
    let app = App::start().await;
    let answer = app.browser().resend_code().await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(answer.json(), serde_json::json!({ "error": "challenge_missing" }));
    let answer = app.browser().submit("/api/resend_code", &[]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in"));
}

#[tokio::test]
async fn a_used_up_challenge_is_not_refilled() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    for _ in 0..5 {
        browser.verify_code(&app.wrong_code()).await;
    }
    app.advance(60);
    let answer = browser.resend_code().await;
    assert_eq!(answer.json(), serde_json::json!({ "error": "guesses_exhausted" }));
    assert_eq!(app.messages().len(), 1);
}

#[tokio::test]
async fn a_message_that_cannot_be_sent_uses_nothing_up() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    app.advance(30);
    app.take_provider_down();
    assert_eq!(browser.resend_code().await.status, StatusCode::BAD_GATEWAY);
    app.bring_provider_back();
    assert_eq!(browser.resend_code().await.status, StatusCode::OK);
    assert_eq!(browser.verify_code(&app.last_code()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_country_that_is_no_longer_served_gets_no_second_code() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    app.advance(30);
    let served_regions = ServedRegions::Only(RegionCode::parse("GB").into_iter().collect());
    let changed = app.restart_with(&Settings { served_regions, ..Settings::default() }).await;
    let answer = browser.moved_to(changed).resend_code().await;
    assert_eq!(answer.json(), serde_json::json!({ "error": "region_not_served" }));
    assert_eq!(app.messages().len(), 1);
}
