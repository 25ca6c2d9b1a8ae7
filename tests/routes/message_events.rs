//! `GET /sign-in/code/events`: what becomes of the message, told while the page is open.

use std::{collections::BTreeMap, pin::Pin, sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{Request, Response},
};
use http_body_util::BodyExt as _;
use mobile_auth::{
    domain::{
        receipt::{DeliveryState, Receipt},
        sms_outcome::{MessageId, SmsOutcome},
    },
    server::sms::{http_provider::Credential, http_receipts::HttpReceipts, http_template},
};
use tokio::time::timeout;
use tower::ServiceExt as _;

use crate::support::{App, Browser, PHONE, Settings, events, logged};

const PATH: &str = "/sign-in/code/events";

/// Long enough for the slowest machine; what should come comes at once.
const PATIENCE: Duration = Duration::from_secs(20);

const HANDED_OVER: &str = "data: The phone network has the message.\n";
const DELIVERED: &str = "data: The message is on your phone.\n";

/// An application whose provider tells what becomes of messages.
async fn app() -> App {
    let receipts = HttpReceipts {
        secret: Credential::new("a-long-random-word".to_owned()),
        id: "id".to_owned(),
        state: "status".to_owned(),
        delivered: vec!["delivered".to_owned()],
        failed: vec!["failed".to_owned()],
        inbound: None,
    };
    let callbacks = BTreeMap::from([(http_template::NAME, Arc::new(receipts) as _)]);
    App::start_with(Settings { callbacks, ..Settings::default() }).await
}

/// The provider takes the next messages under this name.
fn name_messages(app: &App, id: &str) {
    app.let_provider_say(SmsOutcome::accepted(Some(id)).told_by(http_template::NAME));
}

fn tell(app: &App, id: &str, state: DeliveryState) {
    let receipt = Receipt { provider: http_template::NAME, id: MessageId::parse(id).unwrap(), state };
    app.receipts().receive(receipt);
}

async fn waiting_browser(app: &App, id: &str) -> Browser {
    name_messages(app, id);
    let mut browser = app.browser();
    assert_eq!(browser.request_code(PHONE).await.status, 200);
    app.record.flush().await;
    browser
}

async fn open_with(app: &App, browser: &Browser, last: Option<&str>) -> Response<Body> {
    let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut request =
        Request::get(PATH).header("host", "localhost:3000").header("cookie", cookies.join("; "));
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    app.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn open(app: &App, browser: &Browser) -> Response<Body> {
    let answer = open_with(app, browser, None).await;
    assert_eq!(answer.status(), 200);
    answer
}

/// What comes next; `None` at the end.
async fn next(answer: &mut Response<Body>) -> Option<String> {
    let frame = timeout(PATIENCE, answer.body_mut().frame()).await.expect("nothing came")?;
    Some(String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn a_page_is_told_of_its_own_message_when_something_is_known_and_no_sooner() {
    let app = app().await;
    let (browser, other) = (waiting_browser(&app, "1").await, app.browser());
    let mut answer = open(&app, &browser).await;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.headers()["x-accel-buffering"], "no");
    assert!(answer.headers().contains_key("content-security-policy"));
    let first = next(&mut answer).await.unwrap();
    assert!(first.contains(HANDED_OVER) && first.contains("id: handed_over\n"), "{first}");
    let mut early = Box::pin(next(&mut answer));
    // Another's message, and news that says nothing new.
    name_messages(&app, "2");
    other.clone().request_code("+98 912 123 4568").await;
    tell(&app, "2", DeliveryState::Delivered);
    tell(&app, "1", DeliveryState::HandedOver);
    app.record.flush().await;
    tokio::task::yield_now().await;
    assert!(by_now(&mut early).await.is_none(), "nothing of it is this page's");
    tell(&app, "1", DeliveryState::Delivered);
    let second = early.await.unwrap();
    assert!(second.contains(DELIVERED) && second.contains("id: delivered\n"), "{second}");
}

/// What has come already.
async fn by_now<T>(future: &mut Pin<Box<impl Future<Output = T>>>) -> Option<T> {
    timeout(Duration::from_millis(100), future).await.ok()
}

#[tokio::test]
async fn who_comes_back_is_not_told_again_what_they_heard() {
    let app = app().await;
    let browser = waiting_browser(&app, "1").await;
    let mut answer = open_with(&app, &browser, Some("handed_over")).await;
    tell(&app, "1", DeliveryState::Failed);
    let first = next(&mut answer).await.unwrap();
    assert!(first.contains("data: The message did not arrive."), "{first}");
}

#[tokio::test]
async fn the_next_codes_message_is_told_by_the_same_answer() {
    let app = app().await;
    let mut browser = waiting_browser(&app, "1").await;
    tell(&app, "1", DeliveryState::Failed);
    app.record.flush().await;
    let mut answer = open(&app, &browser).await;
    assert!(next(&mut answer).await.unwrap().contains("did not arrive"));
    app.advance(30);
    name_messages(&app, "2");
    assert_eq!(browser.resend_code().await.status, 200);
    assert!(next(&mut answer).await.unwrap().contains(HANDED_OVER));
}

#[tokio::test]
async fn it_ends_when_the_code_is_used_and_when_the_server_stops() {
    let app = app().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    let mut answer = open(&app, &browser).await;
    let before = browser.clone();
    assert_eq!(browser.verify_code(&app.last_code()).await.status, 200);
    assert_eq!(next(&mut answer).await, None);
    assert_eq!(open_with(&app, &before, None).await.status(), 204, "asked again");
    let mut waiting = app.browser();
    assert_eq!(waiting.request_code("+98 912 123 4568").await.status, 200);
    let mut answer = open(&app, &waiting).await;
    app.stopping.send_replace(());
    assert_eq!(next(&mut answer).await, None);
}

#[tokio::test]
async fn it_ends_with_the_newest_codes_life() {
    let app = app().await;
    let browser = waiting_browser(&app, "1").await;
    app.advance_milliseconds(119_999);
    let mut answer = open(&app, &browser).await;
    assert!(next(&mut answer).await.unwrap().contains(HANDED_OVER));
    assert_eq!(next(&mut answer).await, None, "a millisecond later");
    app.advance_milliseconds(2);
    assert_eq!(open_with(&app, &browser, None).await.status(), 204);
}

#[tokio::test]
async fn strangers_are_told_nothing() {
    let app = app().await;
    waiting_browser(&app, "1").await;
    assert_eq!(open_with(&app, &app.browser(), None).await.status(), 204, "no cookie");
    for value in ["", "x", &"A".repeat(43)] {
        let mut stranger = app.browser();
        stranger.cookies.insert("challenge".to_owned(), value.to_owned());
        assert_eq!(open_with(&app, &stranger, None).await.status(), 204, "{value}");
    }
}

#[tokio::test]
async fn one_attempt_has_four_and_gets_a_place_back_when_one_is_closed() {
    let app = app().await;
    let browser = waiting_browser(&app, "1").await;
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(open(&app, &browser).await);
    }
    let refused = open_with(&app, &browser, None).await;
    assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"]), (503, &"1".parse().unwrap()));
    answers.pop();
    answers.push(open(&app, &browser).await);
    // Open answers hold no place of those that everybody needs.
    let room = &app.state().room;
    let places: Vec<_> = std::iter::from_fn(|| room.enter("/")).collect();
    assert_eq!(places.len(), 384);
}

#[test]
fn too_many_answers_of_one_attempt_are_not_told_as_an_overload() {
    let ((), log) = logged(async || {
        let app = app().await;
        let browser = waiting_browser(&app, "1").await;
        let mut answers = Vec::new();
        for _ in 0..4 {
            answers.push(open(&app, &browser).await);
        }
        assert_eq!(open_with(&app, &browser, None).await.status(), 503);
    });
    assert!(events(&log, "shed").is_empty(), "{log}");
    assert!(!events(&log, "answered").is_empty());
}

#[tokio::test]
async fn the_page_listens_only_where_somebody_tells_and_a_code_is_good() {
    let silent = App::start().await;
    let mut browser = silent.browser();
    browser.request_code(PHONE).await;
    assert!(!browser.get("/sign-in/code").await.body.contains("events="));
    let app = app().await;
    let mut browser = waiting_browser(&app, "1").await;
    let page = browser.get("/sign-in/code").await.body;
    assert!(
        page.contains(&format!("events={PATH}\n")) && page.contains("data-state=\"handed_over\""),
        "{page}"
    );
    app.advance(121);
    assert!(!browser.get("/sign-in/code").await.body.contains("events="));
}

#[tokio::test]
async fn after_half_a_minute_the_page_unfolds_its_advice_unless_the_message_arrived() {
    const OPEN: &str = "<details id=\"advice\" open";
    let app = app().await;
    let mut browser = waiting_browser(&app, "1").await;
    app.advance(29);
    assert!(!browser.get("/sign-in/code").await.body.contains(OPEN));
    app.advance(1);
    assert!(browser.get("/sign-in/code").await.body.contains(OPEN));
    tell(&app, "1", DeliveryState::Delivered);
    app.record.flush().await;
    assert!(!browser.get("/sign-in/code").await.body.contains(OPEN));
}
