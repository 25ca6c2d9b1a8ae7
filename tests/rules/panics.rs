//! A panic in one request is that request's alone.

use axum::{Router, http::StatusCode, routing::get};
use mobile_auth::server::http::router::guarded;

use crate::support::{App, Browser, PHONE};

async fn broken() -> &'static str {
    panic!("the text of a panic may hold {PHONE}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_panic_gives_a_plain_500_and_disturbs_nobody_else() {
    let app = App::start().await;
    let state = app.state();
    let router = guarded(Router::new().route("/broken", get(broken)), state.clone());
    let broken = Browser::new(router, app.origin);
    let panics: Vec<_> = (0..20)
        .map(|_| {
            let mut browser = broken.clone();
            tokio::spawn(async move { browser.get("/broken").await })
        })
        .collect();
    for person in 0..5 {
        let mut browser = app.browser();
        assert_eq!(browser.request_code(&format!("+98 912 000 {person:04}")).await.status, StatusCode::OK);
        assert_eq!(browser.verify_code(&app.last_code()).await.status, StatusCode::OK);
    }
    for answer in panics {
        let answer = answer.await.unwrap();
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(
            answer.body.contains("something went wrong") && !answer.body.contains(PHONE),
            "{}",
            answer.body
        );
        assert_eq!(
            (answer.header("cache-control"), answer.header("x-content-type-options")),
            ("no-store", "nosniff")
        );
    }
}
