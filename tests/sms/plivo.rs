//! Shapes from <https://docs.plivo.com/docs/messaging/api/response>.

use chrono::TimeDelta;
use mobile_auth::{
    domain::sms_outcome::SmsOutcome,
    server::sms::{SmsMessage, SmsSender as _, http_provider::Credential, plivo::Plivo},
};
use serde_json::json;

use super::{
    TEXT, message_to, sender,
    stand_in::{Received, Reply, StandIn},
};

fn plivo(stand_in: &StandIn) -> Plivo {
    Plivo {
        url: stand_in.url(""),
        auth_id: "MA1".to_owned(),
        auth_token: Credential::new("key".to_owned()),
        from: "Tea".to_owned(),
        callback: None,
    }
}

async fn sent(status: &'static str, body: &serde_json::Value) -> (SmsOutcome, Received) {
    let stand_in = StandIn::start(Reply::json(status, body.to_string())).await;
    let outcome = sender(plivo(&stand_in)).send(&message_to("+989121234567")).await;
    (outcome, stand_in.only())
}

async fn outcome(status: &'static str, body: serde_json::Value) -> SmsOutcome {
    sent(status, &body).await.0
}

#[tokio::test]
async fn a_message_is_posted_as_the_api_wants_it() {
    let answer = json!({
        "api_id": "db342550-7f1d-11e1-8ea7-1231380bc196", "message": "message(s) queued",
        "message_uuid": ["db3ce55a-7f1d-11e1-8ea7-1231380bc196"],
    });
    let (outcome, request) = sent("202 Accepted", &answer).await;
    assert_eq!(outcome, SmsOutcome::accepted(Some("db3ce55a-7f1d-11e1-8ea7-1231380bc196")));
    assert_eq!(request.line, "POST /v1/Account/MA1/Message/ HTTP/1.1");
    assert_eq!(request.header("authorization"), "Basic TUExOmtleQ==");
    let expected = json!({ "src": "Tea", "dst": "989121234567", "text": TEXT, "message_expiry": 120 });
    assert_eq!(request.json(), expected);
}

#[tokio::test]
async fn a_refusal_is_known_by_its_status() {
    for status in ["400 Bad Request", "401 Unauthorized", "404 Not Found", "429 Too Many Requests"] {
        assert_eq!(
            outcome(status, json!({ "api_id": "1", "error": "…" })).await.name(),
            "try_elsewhere",
            "{status}"
        );
    }
    assert_eq!(outcome("500 Internal Server Error", json!({})).await.name(), "unknown");
    assert_eq!(outcome("202 Accepted", json!({ "message_uuid": [] })).await.name(), "unknown");
}

#[tokio::test]
async fn a_message_that_is_good_for_days_waits_no_longer_than_plivo_allows() {
    let stand_in = StandIn::start(Reply::json("202 Accepted", "{}")).await;
    let message = SmsMessage { good_for: TimeDelta::days(3), ..message_to("+989121234567") };
    sender(plivo(&stand_in)).send(&message).await;
    assert_eq!(stand_in.only().json()["message_expiry"], 10_799);
}
