//! Shapes from <https://www.twilio.com/docs/messaging/api/message-resource> and
//! <https://www.twilio.com/docs/usage/twilios-response>.

use mobile_auth::{
    domain::sms_outcome::{Rejection, SmsOutcome},
    server::sms::{SmsSender as _, http_provider::Credential, twilio::Twilio},
};

use super::{
    TEXT, message_to, sender,
    stand_in::{Reply, StandIn},
};

const SENT: &str = r#"{"account_sid":"AC1","api_version":"2010-04-01","body":"…","direction":"outbound-api","error_code":null,
    "error_message":null,"num_segments":"1","price":null,"sid":"SM10000000000000000000000000000000","status":"queued"}"#;

fn twilio(stand_in: &StandIn, from: &str) -> Twilio {
    Twilio {
        url: stand_in.url(""),
        account_sid: "AC1".to_owned(),
        auth_token: Credential::new("token".to_owned()),
        from: from.to_owned(),
        status_callback: None,
    }
}

async fn outcome(status: &'static str, body: &str) -> SmsOutcome {
    let stand_in = StandIn::start(Reply::json(status, body)).await;
    sender(twilio(&stand_in, "+15005550006")).send(&message_to("+989121234567")).await
}

#[tokio::test]
async fn a_message_is_posted_as_the_api_wants_it() {
    let stand_in = StandIn::start(Reply::json("201 Created", SENT)).await;
    let outcome = sender(twilio(&stand_in, "+15005550006")).send(&message_to("+989121234567")).await;
    assert_eq!(outcome, SmsOutcome::accepted(Some("SM10000000000000000000000000000000")));
    let request = stand_in.only();
    assert_eq!(request.line, "POST /2010-04-01/Accounts/AC1/Messages.json HTTP/1.1");
    assert_eq!(request.header("authorization"), "Basic QUMxOnRva2Vu");
    assert_eq!(request.header("content-type"), "application/x-www-form-urlencoded");
    let fields =
        [("To", "+989121234567"), ("From", "+15005550006"), ("Body", TEXT), ("ValidityPeriod", "120")];
    assert_eq!(request.form(), fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn receipts_are_asked_for_where_they_can_come() {
    let stand_in = StandIn::start(Reply::json("201 Created", SENT)).await;
    let url = "https://example.com/webhooks/sms/twilio".to_owned();
    let twilio = Twilio { status_callback: Some(url.clone()), ..twilio(&stand_in, "Tea") };
    sender(twilio).send(&message_to("+989121234567")).await;
    assert_eq!(stand_in.only().form().last(), Some(&("StatusCallback".to_owned(), url)));
}

#[tokio::test]
async fn a_messaging_service_may_be_the_sender() {
    let stand_in = StandIn::start(Reply::json("201 Created", SENT)).await;
    sender(twilio(&stand_in, "MG1")).send(&message_to("+989121234567")).await;
    assert_eq!(stand_in.only().form()[1], ("MessagingServiceSid".to_owned(), "MG1".to_owned()));
}

#[tokio::test]
async fn each_refusal_is_told_apart() {
    let error =
        |code: u32| format!(r#"{{"code":{code},"message":"…","more_info":"https://…","status":400}}"#);
    for (code, rejection) in [
        (21211, Rejection::BadNumber),
        (21614, Rejection::BadNumber),
        (21214, Rejection::NotReachable),
        (21610, Rejection::OptedOut),
        (21408, Rejection::BlockedRegion),
    ] {
        assert_eq!(outcome("400 Bad Request", &error(code)).await, SmsOutcome::Rejected(rejection), "{code}");
    }
    for (status, code) in
        [("401 Unauthorized", 20003), ("400 Bad Request", 21606), ("400 Bad Request", 29999)]
    {
        assert_eq!(outcome(status, &error(code)).await.name(), "try_elsewhere", "{code}");
    }
    assert_eq!(outcome("429 Too Many Requests", &error(20429)).await.name(), "try_elsewhere");
}

#[tokio::test]
async fn what_says_nothing_clear_is_unknown() {
    for (status, body) in [
        ("500 Internal Server Error", "{}"),
        ("201 Created", "<html>"),
        ("201 Created", "{}"),
        ("200 OK", SENT),
    ] {
        assert_eq!(outcome(status, body).await.name(), "unknown", "{status} {body}");
    }
}
