//! Shapes from <https://kavenegar.com/rest.html>.

use mobile_auth::{
    domain::sms_outcome::{Rejection, SmsOutcome},
    server::sms::{SmsSender as _, http_provider::Credential, kavenegar::Kavenegar},
};
use serde_json::json;

use super::{
    TEXT, message_to, sender,
    stand_in::{Received, Reply, StandIn},
};

fn kavenegar(stand_in: &StandIn) -> Kavenegar {
    Kavenegar {
        url: stand_in.url(""),
        api_key: Credential::new("key".to_owned()),
        from: "Tea".to_owned(),
        receipt_secret: None,
    }
}

async fn sent(status: &'static str, body: &serde_json::Value) -> (SmsOutcome, Received) {
    let stand_in = StandIn::start(Reply::json(status, body.to_string())).await;
    let outcome = sender(kavenegar(&stand_in)).send(&message_to("+989121234567")).await;
    (outcome, stand_in.only())
}

async fn outcome(status: &'static str, body: serde_json::Value) -> SmsOutcome {
    sent(status, &body).await.0
}

fn answer(status: u32, message_status: u32) -> serde_json::Value {
    let entry =
        json!({ "messageid": 8_792_343, "status": message_status, "receptor": "09121234567", "cost": 120 });
    json!({ "return": { "status": status, "message": "…" }, "entries": [entry] })
}

#[tokio::test]
async fn a_message_is_posted_as_the_api_wants_it() {
    let (outcome, request) = sent("200 OK", &answer(200, 1)).await;
    assert_eq!(outcome, SmsOutcome::accepted(Some("8792343")));
    assert_eq!(request.line, "POST /v1/key/sms/send.json HTTP/1.1");
    let fields = [("receptor", "09121234567"), ("sender", "Tea"), ("message", TEXT)];
    assert_eq!(request.form(), fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn a_number_of_another_country_is_dialled_from_iran() {
    let stand_in = StandIn::start(Reply::json("200 OK", answer(200, 1).to_string())).await;
    sender(kavenegar(&stand_in)).send(&message_to("+12025550123")).await;
    assert_eq!(stand_in.only().form()[0].1, "0012025550123");
}

#[tokio::test]
async fn each_refusal_is_told_apart() {
    let error = |code: u32| json!({ "return": { "status": code, "message": "…" }, "entries": null });
    assert_eq!(outcome("411 Length Required", error(411)).await, SmsOutcome::Rejected(Rejection::BadNumber));
    assert_eq!(outcome("200 OK", answer(200, 14)).await, SmsOutcome::Rejected(Rejection::OptedOut));
    for dead in [6, 11, 13] {
        let outcome = outcome("200 OK", answer(200, dead)).await;
        assert_eq!((outcome.name(), outcome.is_providers_failure()), ("try_elsewhere", None), "{dead}");
    }
    for (status, code) in [
        ("403 Forbidden", 403),
        ("412 Precondition Failed", 412),
        ("418 Teapot", 418),
        ("400 Bad Request", 400),
    ] {
        assert_eq!(outcome(status, error(code)).await.name(), "try_elsewhere", "{code}");
    }
    for (status, body) in [
        ("409 Conflict", error(409)),
        ("402 Payment Required", error(402)),
        ("200 OK", error(200)),
        ("200 OK", json!([])),
    ] {
        assert_eq!(outcome(status, body).await.name(), "unknown", "{status}");
    }
}
