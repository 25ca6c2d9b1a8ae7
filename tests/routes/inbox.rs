use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use mobile_auth::server::sms::inbox::{Inbox, MOST_MESSAGES};

use crate::support::{App, PHONE, Settings};

const PATH: &str = "/dev/inbox";

async fn development() -> App {
    App::start_with(Settings { inbox: Some(Inbox::default()), ..Settings::default() }).await
}

#[tokio::test]
async fn the_messages_are_shown_newest_first_with_codes_that_can_be_copied() {
    let app = development().await;
    let mut browser = app.browser();
    assert!(browser.get(PATH).await.body.contains("No message yet"));
    browser.request_code(PHONE).await;
    let first = app.last_code();
    app.advance(31);
    browser.resend_code().await;
    let page = browser.get(PATH).await;
    assert_eq!(page.status, StatusCode::OK);
    let at = |code: &str| page.body.find(&format!("<bdi class=\"copy\">{code}</bdi> is your"));
    let (newest, oldest) = (at(&app.last_code()), at(&first));
    assert!(newest.is_some() && newest < oldest, "{}", page.body);
    for part in ["</bdi>, <time", "+989121234567", "00:00:31 UTC", "@localhost #"] {
        assert!(page.body.contains(part), "{part} is not in {}", page.body);
    }
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    browser.verify_code(&first).await;
    assert!(browser.is_signed_in().await, "a code read there signs in");
}

#[tokio::test]
async fn where_there_is_no_inbox_there_is_no_such_page() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    let (inbox, nowhere) = (browser.get(PATH).await, browser.get("/dev/nothing").await);
    assert_eq!((inbox.status, nowhere.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert!(!inbox.body.contains(&app.last_code()));
}

#[tokio::test]
async fn who_comes_through_a_proxy_or_a_tunnel_does_not_see_it() {
    let app = development().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    browser.forwarded_for = Some("203.0.113.9".to_owned());
    let answer = browser.get(PATH).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(!answer.body.contains(&app.last_code()));
    browser.forwarded_for = None;
    assert_eq!(browser.get(PATH).await.status, StatusCode::OK);
    for name in ["forwarded", "via", "x-real-ip", "cf-connecting-ip", "x-forwarded-host", "x-forwarded-proto"]
    {
        let request = Request::get(PATH).header(name, "203.0.113.9").body(Body::empty()).unwrap();
        assert_eq!(browser.send(request).await.status, StatusCode::NOT_FOUND, "{name}");
    }
}

#[tokio::test]
async fn the_sign_in_page_does_not_lead_there() {
    let app = development().await;
    let page = app.browser().get("/sign-in").await;
    assert!(!page.body.contains(PATH));
}

#[tokio::test]
async fn what_was_not_taken_is_not_shown_and_what_is_kept_is_bounded() {
    let inbox = Inbox::default();
    let app = App::start_with(Settings { inbox: Some(inbox.clone()), ..Settings::default() }).await;
    app.take_provider_down();
    app.browser().request_code(PHONE).await;
    assert!(inbox.messages().is_empty());
    app.bring_provider_back();
    for number in 0..=MOST_MESSAGES {
        app.browser().request_code(&format!("+9891{number:02}345678")).await;
    }
    let kept = inbox.messages();
    assert_eq!(kept.len(), MOST_MESSAGES);
    let last = app.messages().last().map(|message| message.text.clone());
    assert_eq!(kept.first().map(|message| message.text.clone()), last);
    assert!(!format!("{kept:?}").contains(&app.last_code()), "Debug shows no code");
}
