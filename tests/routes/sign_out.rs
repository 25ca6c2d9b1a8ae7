use axum::http::{Method, Request, StatusCode};

use crate::support::{App, PHONE};

#[tokio::test]
async fn sign_out_ends_the_session_in_the_database() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    browser.verify_code(&app.last_code()).await;
    let stolen = browser.clone();
    let answer = browser.submit("/api/sign_out", &[]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in"));
    assert_eq!(answer.header("clear-site-data"), "\"cache\", \"storage\"");
    assert!(!browser.cookies.contains_key("session") && !browser.cookies.contains_key("challenge"));
    assert!(!stolen.clone().is_signed_in().await, "the old cookie is worth nothing");
}

#[tokio::test]
async fn a_get_signs_nobody_out() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    browser.verify_code(&app.last_code()).await;
    for method in [Method::GET, Method::HEAD, Method::PUT] {
        let request = Request::builder()
            .method(method.clone())
            .uri("/api/sign_out")
            .header("sec-fetch-site", "same-origin");
        let answer = browser.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn signing_out_twice_is_fine() {
    let app = App::start().await;
    assert_eq!(app.browser().submit("/api/sign_out", &[]).await.status, StatusCode::SEE_OTHER);
}
