//! Shapes from <https://developers.telnyx.com/docs/messaging/messages/error-codes>.

use mobile_auth::{
    domain::sms_outcome::{Rejection, SmsOutcome},
    server::sms::{SmsSender as _, http_provider::Credential, telnyx::Telnyx},
};
use serde_json::json;

use super::{
    TEXT, message_to, sender,
    stand_in::{Received, Reply, StandIn},
};

fn telnyx(stand_in: &StandIn) -> Telnyx {
    Telnyx {
        url: stand_in.url(""),
        api_key: Credential::new("key".to_owned()),
        from: "Tea".to_owned(),
        public_key: None,
        webhook_url: None,
    }
}

async fn sent(status: &'static str, body: &serde_json::Value) -> (SmsOutcome, Received) {
    let stand_in = StandIn::start(Reply::json(status, body.to_string())).await;
    let outcome = sender(telnyx(&stand_in)).send(&message_to("+989121234567")).await;
    (outcome, stand_in.only())
}

async fn outcome(status: &'static str, body: serde_json::Value) -> SmsOutcome {
    sent(status, &body).await.0
}

#[tokio::test]
async fn a_message_is_posted_as_the_api_wants_it() {
    let answer = json!({ "data": {
        "id": "40385f64-5717-4562-b3fc-2c963f66afa6", "record_type": "message", "direction": "outbound",
        "to": [{ "phone_number": "+989121234567", "status": "queued" }], "parts": 1,
    } });
    let (outcome, request) = sent("200 OK", &answer).await;
    assert_eq!(outcome, SmsOutcome::accepted(Some("40385f64-5717-4562-b3fc-2c963f66afa6")));
    assert_eq!(request.line, "POST /v2/messages HTTP/1.1");
    assert_eq!(request.header("authorization"), "Bearer key");
    assert_eq!(request.json(), json!({ "from": "Tea", "to": "+989121234567", "text": TEXT }));
}

#[tokio::test]
async fn each_refusal_is_told_apart() {
    let error = |code: &str| json!({ "errors": [{ "code": code, "title": "…", "detail": "…" }] });
    for (code, rejection) in
        [("40300", Rejection::OptedOut), ("40310", Rejection::BadNumber), ("40309", Rejection::BlockedRegion)]
    {
        let outcome = outcome("422 Unprocessable Entity", error(code)).await;
        assert_eq!(outcome, SmsOutcome::Rejected(rejection), "{code}");
    }
    for (status, code) in
        [("401 Unauthorized", "10009"), ("400 Bad Request", "40305"), ("400 Bad Request", "1")]
    {
        assert_eq!(outcome(status, error(code)).await.name(), "try_elsewhere", "{code}");
    }
    assert_eq!(outcome("500 Internal Server Error", error("10007")).await.name(), "unknown");
    assert_eq!(outcome("200 OK", json!({ "data": {} })).await.name(), "unknown");
}

#[tokio::test]
async fn receipts_are_asked_for_where_they_can_come() {
    let stand_in = StandIn::start(Reply::json("200 OK", "{}")).await;
    let url = "https://example.com/webhooks/sms/telnyx".to_owned();
    let telnyx = Telnyx { webhook_url: Some(url.clone()), ..telnyx(&stand_in) };
    sender(telnyx).send(&message_to("+989121234567")).await;
    assert_eq!(stand_in.only().json()["webhook_url"], url);
}
