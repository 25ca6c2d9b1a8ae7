//! A call, or a message of WhatsApp, instead of a third text message: the same waits, budgets and guesses.

use axum::http::StatusCode;
use mobile_auth::domain::{
    budget::Prices,
    channel::{Channel, OtherChannels},
    cost::Cost,
    policy::SignInPolicy,
    region_code::RegionCode,
    served_regions::ServedRegions,
    sms_outcome::{Rejection, SmsOutcome},
};
use serde_json::json;

use crate::support::{Answer, App, Browser, PHONE, Settings, count};

fn both() -> OtherChannels {
    OtherChannels { call: Some(ServedRegions::All), whatsapp: true }
}

async fn app() -> App {
    App::start_with(Settings { channels: both(), ..Settings::default() }).await
}

async fn resend(browser: &mut Browser, channel: &str) -> Answer {
    browser.fetch("/api/resend_code", &[("channel", channel)]).await
}

/// Somebody who waited for two messages, and whose wait for a third is over.
async fn twice_in_vain(app: &App) -> Browser {
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    app.advance(30);
    assert_eq!(browser.resend_code().await.status, StatusCode::OK);
    app.advance(60);
    browser
}

fn channels(app: &App) -> Vec<&'static str> {
    app.messages().iter().map(|message| message.channel().name()).collect()
}

#[tokio::test]
async fn after_the_second_message_the_code_comes_by_a_call() {
    let app = app().await;
    let mut browser = twice_in_vain(&app).await;
    let answer = resend(&mut browser, "call").await;
    assert_eq!((answer.status, answer.location()), (StatusCode::OK, "/sign-in/code"));
    assert_eq!(channels(&app), ["sms", "sms", "call"]);
    let way = app.messages().pop().unwrap().other_way.unwrap();
    assert_eq!((way.code.reveal(), way.site_name.as_str()), (app.last_code().as_str(), "mobile-auth"));
    assert_eq!(browser.verify_code(way.code.reveal()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn before_the_second_message_no_other_way_is_open() {
    let app = app().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    app.advance(600 - 1);
    for channel in ["call", "whatsapp"] {
        let answer = resend(&mut browser, channel).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.json(), json!({ "error": "channel_too_early" }));
    }
    assert_eq!(channels(&app), ["sms"]);
}

#[tokio::test]
async fn a_second_message_that_was_not_sent_opens_nothing() {
    let app = app().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    app.advance(30);
    app.take_provider_down();
    assert_eq!(browser.resend_code().await.status, StatusCode::BAD_GATEWAY);
    app.bring_provider_back();
    assert_eq!(resend(&mut browser, "call").await.json(), json!({ "error": "channel_too_early" }));
}

#[tokio::test]
async fn what_a_site_does_not_have_is_refused_and_counts_nothing() {
    let app = App::start().await;
    let mut browser = twice_in_vain(&app).await;
    for channel in ["call", "whatsapp"] {
        let answer = resend(&mut browser, channel).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.json(), json!({ "error": "channel_not_offered" }));
    }
    assert_eq!(count(&app, "SELECT count(*) FROM codes").await, 2);
    assert_eq!(browser.resend_code().await.status, StatusCode::OK, "no wait began");
}

#[tokio::test]
async fn a_country_that_is_not_called_is_refused_a_call_alone() {
    let call = Some(ServedRegions::Only(RegionCode::parse("GB").into_iter().collect()));
    let channels = OtherChannels { call, whatsapp: true };
    let app = App::start_with(Settings { channels, ..Settings::default() }).await;
    let mut browser = twice_in_vain(&app).await;
    assert_eq!(resend(&mut browser, "call").await.json(), json!({ "error": "channel_not_offered" }));
    assert_eq!(resend(&mut browser, "whatsapp").await.status, StatusCode::OK);
}

#[tokio::test]
async fn waits_and_quotas_are_those_of_messages() {
    let app = app().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    app.advance(30);
    browser.resend_code().await;
    app.advance(59);
    let early = resend(&mut browser, "call").await;
    assert_eq!(early.json(), json!({ "error": "too_many_requests", "retry_after_seconds": 1 }));
    app.advance(1);
    assert_eq!(resend(&mut browser, "call").await.status, StatusCode::OK);
    app.advance(119);
    for channel in ["sms", "call", "whatsapp"] {
        assert_eq!(resend(&mut browser, channel).await.json()["retry_after_seconds"], 1, "{channel}");
    }
    app.advance(1);
    assert_eq!(resend(&mut browser, "whatsapp").await.status, StatusCode::OK);
    app.advance(300);
    assert_eq!(resend(&mut browser, "call").await.status, StatusCode::OK);
    let mut again = app.browser();
    app.advance(300);
    let sixth = again.request_code(PHONE).await;
    assert_eq!(sixth.status, StatusCode::TOO_MANY_REQUESTS, "five in an hour, by whatever way");
    assert_eq!(channels(&app), ["sms", "sms", "call", "whatsapp", "call"]);
}

#[tokio::test]
async fn a_call_refills_no_guess_and_the_earlier_codes_stay_good() {
    let app = app().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    let first = app.last_code();
    browser.verify_code(&app.wrong_code()).await;
    browser.verify_code(&app.wrong_code()).await;
    app.advance(30);
    browser.resend_code().await;
    app.advance(60);
    resend(&mut browser, "call").await;
    let wrong = browser.verify_code(&app.wrong_code()).await;
    assert_eq!(wrong.json(), json!({ "error": "code_incorrect", "guesses_left": 2 }));
    app.advance(30);
    assert_eq!(
        browser.verify_code(&first).await.status,
        StatusCode::OK,
        "at 120 s the first code is still good"
    );
}

#[tokio::test]
async fn a_used_up_attempt_gets_no_call() {
    let app = app().await;
    let mut browser = twice_in_vain(&app).await;
    for _ in 0..5 {
        browser.verify_code(&app.wrong_code()).await;
    }
    assert_eq!(resend(&mut browser, "call").await.json(), json!({ "error": "guesses_exhausted" }));
    assert_eq!(channels(&app), ["sms", "sms"]);
}

#[tokio::test]
async fn a_call_costs_what_calls_cost_and_one_that_was_not_made_costs_nothing() {
    let mut policy = SignInPolicy::default();
    let [usual, iran] = ["0.20", "0.60"].map(|amount| Cost::parse(amount).unwrap());
    let countries = RegionCode::parse("IR").map(|region| (region, iran)).into_iter().collect();
    policy.budget.channels = [(Channel::Call, Prices { usual, countries })].into();
    policy.budget.site.cost_per_day = Cost::parse("1.00");
    let app = App::start_with(Settings { policy, channels: both(), ..Settings::default() }).await;
    let mut browser = twice_in_vain(&app).await;
    let spent = || count(&app, "SELECT sum(cost) FROM tallies WHERE name = 'sends'");
    assert_eq!(spent().await, 100_000);
    app.let_provider_say(SmsOutcome::Rejected(Rejection::NotReachable));
    assert_eq!(resend(&mut browser, "call").await.json(), json!({ "error": "delivery_failed" }));
    assert_eq!(spent().await, 100_000);
    app.let_provider_say(SmsOutcome::accepted(None));
    assert_eq!(resend(&mut browser, "call").await.status, StatusCode::OK);
    assert_eq!(spent().await, 700_000);
    app.advance(120);
    resend(&mut browser, "whatsapp").await;
    assert_eq!(spent().await, 750_000, "a way without a price costs what a message does");
}

#[tokio::test]
async fn a_channel_that_there_is_not_and_one_named_twice_cannot_be_read() {
    let app = app().await;
    let mut browser = twice_in_vain(&app).await;
    for body in ["channel=pigeon", "channel=CALL", "channel=call&channel=sms", "channel=%ff"] {
        for accept in ["application/json", "text/html"] {
            let answer = browser.post("/api/resend_code", accept, body).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body} {accept}");
        }
    }
    assert_eq!(channels(&app), ["sms", "sms"]);
    assert_eq!(browser.post("/api/resend_code", "application/json", "channel=").await.status, StatusCode::OK);
    assert_eq!(channels(&app), ["sms", "sms", "sms"]);
}

#[tokio::test]
async fn without_javascript_the_page_offers_it_in_time_and_says_what_happens() {
    const CALL: &str = "Call me instead</button>";
    let app = app().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    assert!(!browser.get("/sign-in/code").await.body.contains(CALL));
    let answer = browser.submit("/api/resend_code", &[("channel", "call")]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in/code"));
    let page = browser.get("/sign-in/code").await.body;
    assert!(page.contains("First let us text you a second code"), "{page}");
    app.advance(30);
    browser.submit("/api/resend_code", &[]).await;
    let page = browser.get("/sign-in/code").await.body;
    assert!(page.contains(CALL) && page.contains("Send it by WhatsApp</button>"), "{page}");
    app.advance(60);
    browser.submit("/api/resend_code", &[("channel", "call")]).await;
    let page = browser.get("/sign-in/code").await.body;
    assert!(page.contains("We are calling your number that ends in 67."), "{page}");
    assert_eq!(channels(&app), ["sms", "sms", "call"]);
}

#[tokio::test]
async fn a_page_of_a_used_up_attempt_and_a_site_without_it_offer_nothing() {
    let app = app().await;
    let mut browser = twice_in_vain(&app).await;
    for _ in 0..5 {
        browser.verify_code(&app.wrong_code()).await;
    }
    assert!(!browser.get("/sign-in/code").await.body.contains("name=\"channel\""));
    let plain = App::start().await;
    let mut browser = twice_in_vain(&plain).await;
    assert!(!browser.get("/sign-in/code").await.body.contains("name=\"channel\""));
}
