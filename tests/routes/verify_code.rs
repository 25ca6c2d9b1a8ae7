use axum::http::StatusCode;

use crate::support::{App, PHONE};

#[tokio::test]
async fn the_right_code_signs_in() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    let answer = browser.verify_code(&app.last_code()).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::OK, "/"));
    assert!(browser.cookies.contains_key("session") && !browser.cookies.contains_key("challenge"));
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn the_right_code_signs_in_without_javascript() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.submit("/api/request_code", &[("phone", "0912 123 4567"), ("region", "IR")]).await;
    let answer = browser.submit("/api/verify_code", &[("code", &app.last_code())]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"));
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn every_way_of_typing_the_code_is_taken() {
    let ways: [fn(&str) -> String; 4] = [
        |code| format!(" {} {} ", &code[..3], &code[3..]),
        |code| format!("{}-{}", &code[..3], &code[3..]),
        |code| code.chars().map(|c| char::from_u32('۰' as u32 + c.to_digit(10).unwrap()).unwrap()).collect(),
        |code| format!("{code} is your mobile-auth code.\n\n@localhost #{code}"),
    ];
    for way in ways {
        let app = App::start().await;
        let mut browser = app.browser();
        browser.request_code(PHONE).await;
        let typed = way(&app.last_code());
        assert_eq!(browser.verify_code(&typed).await.status, StatusCode::OK, "{typed:?}");
    }
}

#[tokio::test]
async fn a_malformed_code_costs_no_guess() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    for (typed, expected) in [
        ("", serde_json::json!({ "error": "code_malformed", "reason": "empty" })),
        ("1234", serde_json::json!({ "error": "code_malformed", "reason": "wrong_length", "digits": 4 })),
        ("abcdef", serde_json::json!({ "error": "code_malformed", "reason": "not_digits" })),
    ] {
        for _ in 0..3 {
            let answer = browser.verify_code(typed).await;
            assert_eq!((answer.status, answer.json()), (StatusCode::UNPROCESSABLE_ENTITY, expected.clone()));
        }
    }
    let wrong = browser.verify_code(&app.wrong_code()).await;
    assert_eq!(wrong.json(), serde_json::json!({ "error": "code_incorrect", "guesses_left": 4 }));
}

#[tokio::test]
async fn a_code_works_only_in_the_browser_that_asked_for_it() {
    let app = App::start().await;
    let (mut alice, mut bob) = (app.browser(), app.browser());
    alice.request_code(PHONE).await;
    let code_of_alice = app.last_code();
    bob.request_code("+98 912 765 4321").await;
    if app.last_code() != code_of_alice {
        assert_eq!(bob.verify_code(&code_of_alice).await.json()["error"], "code_incorrect");
    }
    let answer = app.browser().verify_code(&code_of_alice).await;
    assert_eq!(
        (answer.status, answer.json()["error"].as_str()),
        (StatusCode::CONFLICT, Some("challenge_missing"))
    );
    assert_eq!(alice.verify_code(&code_of_alice).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_code_works_once_also_after_sign_out_and_restart() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    let (jar, code) = (browser.cookies.clone(), app.last_code());
    browser.verify_code(&code).await;
    let mut thief = app.browser();
    thief.cookies = jar;
    assert_eq!(thief.verify_code(&code).await.json()["error"], "challenge_missing");
    browser.submit("/api/sign_out", &[]).await;
    assert_eq!(thief.verify_code(&code).await.json()["error"], "challenge_missing");
    let mut after_restart = thief.moved_to(app.restart().await);
    assert_eq!(after_restart.verify_code(&code).await.json()["error"], "challenge_missing");
}

#[tokio::test]
async fn a_wrong_code_without_javascript_returns_to_the_code_page() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    for _ in 0..2 {
        browser.submit("/api/verify_code", &[("code", &app.wrong_code())]).await;
    }
    let page = browser.get("/sign-in/code").await;
    assert!(
        page.body.contains("That code is not right") && page.body.contains("3 tries left"),
        "{}",
        page.body
    );
    assert!(page.body.contains(&app.wrong_code()), "what was typed is kept");
}

#[tokio::test]
async fn a_user_is_inactive_until_the_first_right_code_and_the_same_one_ever_after() {
    let app = App::start().await;
    let mut first = app.browser();
    first.request_code(PHONE).await;
    assert!(!first.is_signed_in().await);
    first.verify_code(&app.last_code()).await;
    app.advance(60);
    let mut second = app.browser();
    second.request_code("00989121234567").await;
    second.verify_code(&app.last_code()).await;
    assert!(first.is_signed_in().await && second.is_signed_in().await);
    let users = crate::support::count(&app, "SELECT count(*) FROM users WHERE is_active = 1").await;
    assert_eq!(users, 1);
}
