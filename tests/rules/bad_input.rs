//! Whatever is posted: a 4xx with a sentence, never a 500, and nothing lost.

use axum::http::StatusCode;
use mobile_auth::server::http::router::act_paths;
use proptest::{prelude::*, test_runner::TestRunner};

use crate::support::{App, PHONE};

#[tokio::test]
async fn bodies_that_are_no_form_are_400() {
    let app = App::start().await;
    for body in
        ["phone=%", "phone=%zz", "phone=%ff", "phone=a&phone=b", "region=IR", "", "phone[]=1", "phone[a]=1"]
    {
        let answer = app.browser().post("/api/request_code", "application/json", body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body:?}: {}", answer.body);
        assert_eq!(answer.json()["error"], "body_unreadable");
        let page = app.browser().post("/api/request_code", "text/html", body).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{body:?}");
        assert!(page.body.contains("<h1"), "{body:?}");
    }
    assert_eq!(
        app.browser().post("/api/verify_code", "application/json", "codes=1").await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn bodies_over_4_kib_are_413() {
    let app = App::start().await;
    let body = format!("phone={}", "1".repeat(5 * 1024));
    for path in &act_paths() {
        let answer = app.browser().post(path, "application/json", &body).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert_eq!(answer.json()["error"], "body_too_large");
    }
}

#[tokio::test]
async fn a_field_as_long_as_a_body_may_be_is_a_422() {
    let app = App::start().await;
    let mut browser = app.browser();
    let long = "9".repeat(4_000);
    assert_eq!(browser.request_code(&long).await.json()["reason"], "too_long");
    browser.request_code(PHONE).await;
    assert_eq!(browser.verify_code(&long).await.json()["reason"], "wrong_length");
}

#[tokio::test]
async fn cookies_that_are_garbage_foreign_or_dead_are_absent() {
    let app = App::start().await;
    let mut owner = app.browser();
    owner.request_code(PHONE).await;
    let challenge = owner.cookies["challenge"].clone();
    owner.verify_code(&app.last_code()).await;
    let session = owner.cookies["session"].clone();
    let garbage = [
        "",
        "x",
        "\"",
        "AAAA",
        &"A".repeat(43),
        &"A".repeat(4_000),
        "%00%ff",
        &session[1..],
        "../../etc/passwd",
    ];
    for value in garbage {
        let mut browser = app.browser();
        for name in ["session", "challenge", "flash"] {
            browser.cookies.insert(name.to_owned(), value.to_owned());
        }
        assert_eq!(browser.get("/").await.location(), "/sign-in", "{value:?}");
        assert_eq!(browser.get("/sign-in/code").await.location(), "/sign-in", "{value:?}");
        assert_eq!(browser.verify_code("123456").await.json()["error"], "challenge_missing", "{value:?}");
        assert_eq!(browser.get("/sign-in").await.status, StatusCode::OK, "{value:?}");
        assert!(browser.get("/").await.set_cookies().is_empty(), "never adopted");
    }
    for (name, value) in [("session", &challenge), ("challenge", &session)] {
        let mut browser = app.browser();
        browser.cookies.insert(name.to_owned(), value.clone());
        assert!(!browser.is_signed_in().await, "one kind of secret is no other kind");
    }
}

#[test]
fn no_field_value_is_answered_with_a_500() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let app = runtime.block_on(App::start());
    let mut runner = TestRunner::new(ProptestConfig::with_cases(300));
    let inputs = (any::<String>(), "[A-Z]{0,3}|\\PC{0,8}", any::<String>());
    runner
        .run(&inputs, |(phone, region, code)| {
            runtime.block_on(async {
                let mut browser = app.browser();
                for accept_html in [false, true] {
                    let request = [("phone", phone.as_str()), ("region", region.as_str())];
                    let answers = if accept_html {
                        [
                            browser.submit("/api/request_code", &request).await,
                            browser.submit("/api/verify_code", &[("code", &code)]).await,
                        ]
                    } else {
                        [
                            browser.fetch("/api/request_code", &request).await,
                            browser.fetch("/api/verify_code", &[("code", &code)]).await,
                        ]
                    };
                    for answer in answers {
                        prop_assert!(!answer.status.is_server_error(), "{}", answer.everything());
                    }
                    let page = browser.get("/sign-in").await;
                    prop_assert_eq!(page.status, StatusCode::OK);
                }
                Ok(())
            })
        })
        .unwrap();
}
