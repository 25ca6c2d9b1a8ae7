//! Shapes from <https://www.twilio.com/docs/messaging/api/message-resource> and
//! <https://developers.messagebird.com/api/conversations/#send-message>.

use mobile_auth::{
    domain::{
        channel::Channel,
        sms_language::SmsLanguage,
        sms_outcome::{Rejection, SmsOutcome},
    },
    server::sms::{
        SmsMessage, SmsSender as _, bird_whatsapp::BirdWhatsApp, http_provider::Credential,
        twilio_whatsapp::TwilioWhatsApp,
    },
};
use serde_json::json;

use super::{
    by, sender,
    stand_in::{Reply, StandIn},
};

fn message() -> SmsMessage {
    by(Channel::WhatsApp, "+989121234567", SmsLanguage::English)
}

fn twilio(stand_in: &StandIn) -> TwilioWhatsApp {
    TwilioWhatsApp {
        url: stand_in.url(""),
        account_sid: "AC1".to_owned(),
        auth_token: Credential::new("token".to_owned()),
        from: "+15005550006".to_owned(),
        content_sid: "HX1".to_owned(),
    }
}

fn bird(stand_in: &StandIn) -> BirdWhatsApp {
    BirdWhatsApp {
        url: stand_in.url(""),
        access_key: Credential::new("key".to_owned()),
        channel_id: "c1".to_owned(),
        namespace: "n1".to_owned(),
        template: "sign_in_code".to_owned(),
        language: "pt_BR".to_owned(),
    }
}

#[tokio::test]
async fn twilio_gets_the_template_and_the_code_as_its_variable() {
    let stand_in = StandIn::start(Reply::json("201 Created", r#"{"sid":"SM1","status":"queued"}"#)).await;
    let outcome = sender(twilio(&stand_in)).send(&message()).await;
    assert_eq!(outcome, SmsOutcome::accepted(Some("SM1")));
    let request = stand_in.only();
    assert_eq!(request.line, "POST /2010-04-01/Accounts/AC1/Messages.json HTTP/1.1");
    assert_eq!(request.header("authorization"), "Basic QUMxOnRva2Vu");
    let fields = [
        ("To", "whatsapp:+989121234567"),
        ("From", "whatsapp:+15005550006"),
        ("ContentSid", "HX1"),
        ("ContentVariables", r#"{"1":"012345"}"#),
    ];
    assert_eq!(request.form(), fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn each_refusal_of_twilio_is_told_apart() {
    for (code, rejection) in
        [(21211, Rejection::BadNumber), (63003, Rejection::BadNumber), (21610, Rejection::OptedOut)]
    {
        let stand_in = StandIn::start(Reply::json("400 Bad Request", format!(r#"{{"code":{code}}}"#))).await;
        let outcome = sender(twilio(&stand_in)).send(&message()).await;
        assert_eq!(outcome, SmsOutcome::Rejected(rejection), "{code}");
    }
    for (code, is_failure) in
        [(21655, Some(true)), (21656, Some(true)), (63007, Some(true)), (63016, Some(true)), (29999, None)]
    {
        let stand_in = StandIn::start(Reply::json("400 Bad Request", format!(r#"{{"code":{code}}}"#))).await;
        let outcome = sender(twilio(&stand_in)).send(&message()).await;
        assert_eq!((outcome.name(), outcome.is_providers_failure()), ("try_elsewhere", is_failure), "{code}");
    }
}

#[tokio::test]
async fn bird_gets_the_template_with_the_code_in_its_text_and_its_button() {
    let stand_in = StandIn::start(Reply::json("202 Accepted", r#"{"id":"m1","status":"accepted"}"#)).await;
    let outcome = sender(bird(&stand_in)).send(&message()).await;
    assert_eq!(outcome, SmsOutcome::accepted(Some("m1")));
    let request = stand_in.only();
    assert_eq!(request.line, "POST /v1/send HTTP/1.1");
    assert_eq!(request.header("authorization"), "AccessKey key");
    let code = json!([{ "type": "text", "text": "012345" }]);
    assert_eq!(
        request.json(),
        json!({
            "to": "+989121234567",
            "from": "c1",
            "type": "hsm",
            "content": { "hsm": {
                "namespace": "n1",
                "templateName": "sign_in_code",
                "language": { "policy": "deterministic", "code": "pt_BR" },
                "components": [
                    { "type": "body", "parameters": code },
                    { "type": "button", "sub_type": "url", "index": 0, "parameters": code },
                ],
            } },
        })
    );
}

#[tokio::test]
async fn refusals_of_bird_are_told_apart() {
    for (status, body, expected) in [
        ("422 Unprocessable Entity", r#"{"errors":[{"code":9,"parameter":"to"}]}"#, "rejected"),
        ("401 Unauthorized", r#"{"errors":[{"code":2,"parameter":"access_key"}]}"#, "try_elsewhere"),
        ("422 Unprocessable Entity", r#"{"errors":[{"code":10,"parameter":"from"}]}"#, "try_elsewhere"),
        ("500 Internal Server Error", "{}", "unknown"),
        ("202 Accepted", "{}", "unknown"),
    ] {
        let stand_in = StandIn::start(Reply::json(status, body)).await;
        let outcome = sender(bird(&stand_in)).send(&message()).await;
        assert_eq!(outcome.name(), expected, "{status} {body}");
    }
}
