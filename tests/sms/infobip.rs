//! Shapes from <https://www.infobip.com/docs/essentials/api-essentials/response-status-and-error-codes>.

use mobile_auth::{
    domain::sms_outcome::{Rejection, SmsOutcome},
    server::sms::{SmsSender as _, http_provider::Credential, infobip::Infobip},
};
use serde_json::json;

use super::{
    TEXT, message_to, sender,
    stand_in::{Received, Reply, StandIn},
};

fn infobip(stand_in: &StandIn) -> Infobip {
    Infobip {
        url: stand_in.url(""),
        api_key: Credential::new("key".to_owned()),
        from: "Tea".to_owned(),
        receipt_secret: None,
        notify_url: None,
    }
}

async fn sent(status: &'static str, body: &serde_json::Value) -> (SmsOutcome, Received) {
    let stand_in = StandIn::start(Reply::json(status, body.to_string())).await;
    let outcome = sender(infobip(&stand_in)).send(&message_to("+989121234567")).await;
    (outcome, stand_in.only())
}

async fn outcome(status: &'static str, body: serde_json::Value) -> SmsOutcome {
    sent(status, &body).await.0
}

fn answer(group: u32, name: &str) -> serde_json::Value {
    let status = json!({ "groupId": group, "groupName": "…", "id": 7, "name": name, "description": "…" });
    json!({ "messages": [{ "messageId": "2033247207850523790", "status": status, "to": "989121234567" }] })
}

#[tokio::test]
async fn a_message_is_posted_as_the_api_wants_it() {
    let (outcome, request) = sent("200 OK", &answer(1, "PENDING_ENROUTE")).await;
    assert_eq!(outcome, SmsOutcome::accepted(Some("2033247207850523790")));
    assert_eq!(request.line, "POST /sms/2/text/advanced HTTP/1.1");
    assert_eq!(request.header("authorization"), "App key");
    let message = json!({ "from": "Tea", "destinations": [{ "to": "989121234567" }], "text": TEXT, "validityPeriod": 2 });
    assert_eq!(request.json(), json!({ "messages": [message] }));
}

#[tokio::test]
async fn each_refusal_is_told_apart_although_all_are_a_200() {
    for (name, rejection) in [
        ("REJECTED_PREFIX_MISSING", Rejection::BadNumber),
        ("REJECTED_DESTINATION", Rejection::NotReachable),
        ("REJECTED_DND", Rejection::OptedOut),
    ] {
        assert_eq!(outcome("200 OK", answer(5, name)).await, SmsOutcome::Rejected(rejection), "{name}");
    }
    for name in ["REJECTED_NOT_ENOUGH_CREDITS", "REJECTED_SOURCE", "REJECTED_SOMETHING_NEW"] {
        assert_eq!(outcome("200 OK", answer(5, name)).await.name(), "try_elsewhere", "{name}");
    }
    let error =
        json!({ "requestError": { "serviceException": { "messageId": "UNAUTHORIZED", "text": "…" } } });
    assert_eq!(outcome("401 Unauthorized", error).await.name(), "try_elsewhere");
    for (status, body) in [("200 OK", json!({})), ("200 OK", answer(9, "…")), ("502 Bad Gateway", json!({}))]
    {
        assert_eq!(outcome(status, body).await.name(), "unknown", "{status}");
    }
}
