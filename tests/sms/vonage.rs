//! Shapes from <https://developer.vonage.com/en/api/sms>.

use mobile_auth::{
    domain::sms_outcome::{Rejection, SmsOutcome},
    server::sms::{SmsSender as _, http_provider::Credential, vonage::Vonage},
};

use super::{
    PERSIAN_TEXT, TEXT, message_to, persian_message_to, sender,
    stand_in::{Reply, StandIn},
};

const SENT: &str = r#"{"message-count":"1","messages":[{"to":"989121234567","message-id":"aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
    "status":"0","remaining-balance":"3.14159265","message-price":"0.03330000","network":"12345"}]}"#;

fn vonage(stand_in: &StandIn) -> Vonage {
    Vonage {
        url: stand_in.url(""),
        api_key: "abcd1234".to_owned(),
        api_secret: Credential::new("abcdef0123456789".to_owned()),
        from: "AcmeInc".to_owned(),
        signature_secret: None,
        callback: None,
    }
}

async fn outcome(body: &str) -> SmsOutcome {
    let stand_in = StandIn::start(Reply::json("200 OK", body)).await;
    sender(vonage(&stand_in)).send(&message_to("+989121234567")).await
}

#[tokio::test]
async fn a_message_is_posted_as_the_api_wants_it() {
    let stand_in = StandIn::start(Reply::json("200 OK", SENT)).await;
    let outcome = sender(vonage(&stand_in)).send(&message_to("+989121234567")).await;
    assert_eq!(outcome, SmsOutcome::accepted(Some("aaaaaaaa-bbbb-cccc-dddd-0123456789ab")));
    let request = stand_in.only();
    assert_eq!(request.line, "POST /sms/json HTTP/1.1");
    let fields = [
        ("api_key", "abcd1234"),
        ("api_secret", "abcdef0123456789"),
        ("from", "AcmeInc"),
        ("to", "989121234567"),
        ("text", TEXT),
        ("ttl", "120000"),
    ];
    assert_eq!(request.form(), fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn a_text_outside_gsm_7_is_announced_as_such() {
    let stand_in = StandIn::start(Reply::json("200 OK", SENT)).await;
    sender(vonage(&stand_in)).send(&persian_message_to("+989121234567")).await;
    let form = stand_in.only().form();
    for (name, value) in [("text", PERSIAN_TEXT), ("type", "unicode")] {
        assert!(form.contains(&(name.to_owned(), value.to_owned())), "{name}: {form:?}");
    }
}

#[tokio::test]
async fn each_refusal_is_told_apart_although_all_are_a_200() {
    let error = |code: &str| {
        format!(
            r#"{{"message-count":"1","messages":[{{"status":"{code}","error-text":"Missing to param"}}]}}"#
        )
    };
    assert_eq!(outcome(&error("7")).await, SmsOutcome::Rejected(Rejection::NotReachable));
    assert_eq!(outcome(&error("33")).await, SmsOutcome::Rejected(Rejection::BadNumber));
    for code in ["1", "2", "4", "8", "9", "15", "29", "99"] {
        assert_eq!(outcome(&error(code)).await.name(), "try_elsewhere", "{code}");
    }
    assert_eq!(outcome(&error("5")).await.name(), "unknown", "it may have gone");
}

#[tokio::test]
async fn what_says_nothing_clear_is_unknown() {
    for body in ["", "<html>", "{}", r#"{"messages":[]}"#, r#"{"messages":[{"status":0}]}"#] {
        assert_eq!(outcome(body).await.name(), "unknown", "{body}");
    }
}
