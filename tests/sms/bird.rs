//! Shapes from <https://developers.messagebird.com/api/sms-messaging/>.

use mobile_auth::{
    domain::sms_outcome::{Rejection, SmsOutcome},
    server::sms::{SmsSender as _, bird::Bird, http_provider::Credential},
};
use serde_json::json;

use super::{
    PERSIAN_TEXT, TEXT, message_to, persian_message_to, sender,
    stand_in::{Received, Reply, StandIn},
};

fn bird(stand_in: &StandIn) -> Bird {
    Bird {
        url: stand_in.url(""),
        access_key: Credential::new("key".to_owned()),
        from: "Tea".to_owned(),
        signing_key: None,
        report_url: None,
    }
}

async fn sent(status: &'static str, body: &serde_json::Value) -> (SmsOutcome, Received) {
    let stand_in = StandIn::start(Reply::json(status, body.to_string())).await;
    let outcome = sender(bird(&stand_in)).send(&message_to("+989121234567")).await;
    (outcome, stand_in.only())
}

async fn outcome(status: &'static str, body: serde_json::Value) -> SmsOutcome {
    sent(status, &body).await.0
}

#[tokio::test]
async fn a_message_is_posted_as_the_api_wants_it() {
    let answer = json!({
        "id": "e8077d803532c0b5937c639b60216938", "direction": "mt", "type": "sms", "originator": "Tea",
        "recipients": { "totalCount": 1, "items": [{ "recipient": 989_121_234_567_u64, "status": "sent" }] },
    });
    let (outcome, request) = sent("201 Created", &answer).await;
    assert_eq!(outcome, SmsOutcome::accepted(Some("e8077d803532c0b5937c639b60216938")));
    assert_eq!(request.line, "POST /messages HTTP/1.1");
    assert_eq!(request.header("authorization"), "AccessKey key");
    let expected = json!({ "originator": "Tea", "recipients": ["989121234567"], "body": TEXT, "datacoding": "plain", "validity": 120 });
    assert_eq!(request.json(), expected);
}

#[tokio::test]
async fn a_text_outside_gsm_7_is_announced_as_such() {
    let stand_in = StandIn::start(Reply::json("201 Created", "{}")).await;
    sender(bird(&stand_in)).send(&persian_message_to("+989121234567")).await;
    let request = stand_in.only().json();
    assert_eq!((&request["datacoding"], &request["body"]), (&json!("unicode"), &json!(PERSIAN_TEXT)));
}

#[tokio::test]
async fn each_refusal_is_told_apart() {
    let error = |code: u32, parameter: &str| json!({ "errors": [{ "code": code, "description": "…", "parameter": parameter }] });
    let no_recipients = outcome("422 Unprocessable Entity", error(9, "recipients")).await;
    assert_eq!(no_recipients, SmsOutcome::Rejected(Rejection::BadNumber));
    for (status, code, parameter) in [
        ("401 Unauthorized", 2, "access_key"),
        ("402 Payment Required", 25, ""),
        ("422 Unprocessable Entity", 9, "originator"),
    ] {
        assert_eq!(outcome(status, error(code, parameter)).await.name(), "try_elsewhere", "{code}");
    }
    assert_eq!(outcome("500 Internal Server Error", error(99, "recipients")).await.name(), "unknown");
    assert_eq!(outcome("201 Created", json!({})).await.name(), "unknown");
}
