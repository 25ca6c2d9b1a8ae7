use axum::http::StatusCode;

use crate::support::{App, PHONE};

#[tokio::test]
async fn a_stranger_is_sent_to_sign_in() {
    let app = App::start().await;
    let answer = app.browser().get("/").await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in"));
}

#[tokio::test]
async fn the_signed_in_person_sees_only_the_end_of_their_number() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    browser.verify_code(&app.last_code()).await;
    let home = browser.get("/").await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(home.body.contains("•••67") && home.body.contains("/api/sign_out"), "{}", home.body);
    for part in ["9121234567", "123 4567", "98 912"] {
        assert!(!home.body.contains(part), "home shows {part}");
    }
}

#[tokio::test]
async fn recovery_codes_are_offered_until_there_is_one() {
    const OFFER: &str = "Make recovery codes";
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    browser.verify_code(&app.last_code()).await;
    assert!(browser.get("/").await.body.contains(OFFER));
    browser.submit("/api/make_recovery_codes", &[]).await;
    assert!(!browser.get("/").await.body.contains(OFFER));
}

#[tokio::test]
async fn who_is_signed_in_is_sent_home_from_the_sign_in_pages() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    browser.verify_code(&app.last_code()).await;
    for page in ["/sign-in", "/sign-in/code"] {
        let answer = browser.get(page).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"), "{page}");
    }
}

#[tokio::test]
async fn the_code_page_needs_a_challenge() {
    let app = App::start().await;
    let mut browser = app.browser();
    let answer = browser.get("/sign-in/code").await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in"));
    browser.request_code(PHONE).await;
    assert_eq!(browser.get("/sign-in/code").await.status, StatusCode::OK);
    app.advance(600);
    let answer = browser.get("/sign-in/code").await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in"));
}
