//! What the person is told of a message, and what it costs, by what the provider said of it.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta};
use mobile_auth::domain::sms_outcome::{Rejection, SmsOutcome};

use crate::support::{App, PHONE, START, count};

#[tokio::test]
async fn a_rejected_message_is_told_and_uses_nothing_of_the_number_up() {
    for rejection in
        [Rejection::BadNumber, Rejection::NotReachable, Rejection::OptedOut, Rejection::BlockedRegion]
    {
        let app = App::start().await;
        app.let_provider_say(SmsOutcome::Rejected(rejection));
        let answer = app.browser().request_code(PHONE).await;
        let (status, error) = match rejection {
            Rejection::OptedOut => (StatusCode::UNPROCESSABLE_ENTITY, "number_opted_out"),
            _ => (StatusCode::BAD_GATEWAY, "delivery_failed"),
        };
        assert_eq!((answer.status, answer.json()), (status, serde_json::json!({ "error": error })));
        assert_eq!(count(&app, "SELECT count(*) FROM codes").await, 0, "{rejection:?}");
        app.let_provider_say(SmsOutcome::accepted(None));
        assert_eq!(app.browser().request_code(PHONE).await.status, StatusCode::OK, "no wait: {rejection:?}");
    }
}

/// Whoever waits for a message that may not come is told so, the first time and after a resend, and in plain HTML too.
#[tokio::test]
async fn a_message_in_doubt_is_told_as_such_once() {
    const DOUBT: &str = "We could not make sure that the message went out.";
    let app = App::start().await;
    app.let_provider_say(SmsOutcome::unknown("the connection broke"));
    let mut browser = app.browser();
    assert_eq!(browser.request_code(PHONE).await.status, StatusCode::OK);
    assert!(browser.get("/sign-in/code").await.body.contains(DOUBT));
    assert!(!browser.get("/sign-in/code").await.body.contains(DOUBT), "once");
    app.advance(30);
    assert_eq!(browser.resend_code().await.status, StatusCode::OK);
    assert!(browser.get("/sign-in/code").await.body.contains(DOUBT));
    app.let_provider_say(SmsOutcome::accepted(None));
    app.advance(60);
    assert_eq!(browser.resend_code().await.status, StatusCode::OK);
    let page = browser.get("/sign-in/code").await.body;
    assert!(!page.contains(DOUBT) && page.contains("We sent a new code."), "{page}");
}

/// Each request to a provider costs something, whatever it says.
#[tokio::test]
async fn numbers_that_a_provider_refuses_cannot_be_tried_out_without_end() {
    for (outcome, expected) in [
        (SmsOutcome::Rejected(Rejection::BadNumber), 10),
        (SmsOutcome::elsewhere_with_this("it is refused"), 10),
        (SmsOutcome::elsewhere("the provider is down"), 15),
    ] {
        let app = App::start().await;
        app.let_provider_say(outcome.clone());
        let mut asked = 0;
        for person in 0..15 {
            let number = format!("+98 912 {person:03} 4567");
            let answer = app.browser().at("198.51.100.7").request_code(&number).await;
            asked += usize::from(answer.status == StatusCode::BAD_GATEWAY);
        }
        assert_eq!(asked, expected, "{outcome:?}");
    }
}

#[tokio::test]
async fn whoever_told_us_to_stop_is_told_how_to_come_back_with_and_without_scripts() {
    const WAY_BACK: &str = "Text START to where our texts come from";
    let app = App::start().await;
    app.let_provider_say(SmsOutcome::Rejected(Rejection::OptedOut));
    let mut browser = app.browser();
    assert_eq!(browser.request_code(PHONE).await.status, 422);
    let page = browser.get("/sign-in").await.body;
    assert!(page.contains(WAY_BACK) && page.contains(PHONE), "{page}");
    assert!(!browser.get("/sign-in").await.body.contains(WAY_BACK), "once");
    let answer = browser.submit("/api/request_code", &[("phone", PHONE), ("region", "")]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/sign-in"));
    assert!(browser.get("/sign-in").await.body.contains(WAY_BACK));
    app.let_provider_say(SmsOutcome::Rejected(Rejection::BadNumber));
    browser.request_code(PHONE).await;
    assert!(!browser.cookies.contains_key("flash"), "the island has words for anything else");
}

#[tokio::test]
async fn a_message_that_may_have_gone_counts_as_sent() {
    let app = App::start().await;
    let mut browser = app.browser();
    app.let_provider_say(SmsOutcome::unknown("the provider fell silent"));
    assert_eq!(browser.request_code(PHONE).await.status, StatusCode::OK);
    assert_eq!(browser.get("/sign-in/code").await.status, StatusCode::OK, "the code can be typed in");
    assert_eq!(count(&app, "SELECT count(*) FROM codes").await, 1);
    let again = app.browser().request_code(PHONE).await;
    assert_eq!(again.json()["error"], "too_many_requests", "the next one has its wait");
}

#[tokio::test]
async fn the_provider_learns_when_the_code_dies() {
    let app = App::start().await;
    app.browser().request_code(PHONE).await;
    let sent_at = DateTime::from_timestamp_millis(START).unwrap();
    assert_eq!(app.messages()[0].good_until, sent_at + TimeDelta::seconds(120));
}
