//! Shapes from <https://www.twilio.com/docs/voice/api/call-resource> and <https://www.twilio.com/docs/usage/twilios-response>.

use mobile_auth::{
    domain::{
        sms_language::SmsLanguage,
        sms_outcome::{Rejection, SmsOutcome},
    },
    server::sms::{SmsMessage, SmsSender as _, http_provider::Credential, twilio_call::TwilioCall},
};

use super::{
    call_to, sender,
    stand_in::{Reply, StandIn},
};

const CALLED: &str = r#"{"sid":"CA10000000000000000000000000000000","status":"queued","to":"+989121234567","from":"+15005550006",
    "direction":"outbound-api","price":null,"answered_by":null}"#;

fn twilio(stand_in: &StandIn) -> TwilioCall {
    TwilioCall {
        url: stand_in.url(""),
        account_sid: "AC1".to_owned(),
        auth_token: Credential::new("token".to_owned()),
        from: "+15005550006".to_owned(),
    }
}

async fn outcome(status: &'static str, body: &str) -> SmsOutcome {
    let stand_in = StandIn::start(Reply::json(status, body)).await;
    sender(twilio(&stand_in)).send(&call_to("+989121234567", SmsLanguage::English)).await
}

async fn said(message: &SmsMessage) -> String {
    let stand_in = StandIn::start(Reply::json("201 Created", CALLED)).await;
    sender(twilio(&stand_in)).send(message).await;
    stand_in.only().form()[2].1.clone()
}

#[tokio::test]
async fn a_call_is_asked_for_as_the_api_wants_it_and_hangs_up_before_a_mailbox() {
    let stand_in = StandIn::start(Reply::json("201 Created", CALLED)).await;
    let outcome = sender(twilio(&stand_in)).send(&call_to("+989121234567", SmsLanguage::English)).await;
    assert_eq!(outcome, SmsOutcome::accepted(Some("CA10000000000000000000000000000000")));
    let request = stand_in.only();
    assert_eq!(request.line, "POST /2010-04-01/Accounts/AC1/Calls.json HTTP/1.1");
    assert_eq!(request.header("authorization"), "Basic QUMxOnRva2Vu");
    let form = request.form();
    let fields: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(fields[..2], [("To", "+989121234567"), ("From", "+15005550006")]);
    assert_eq!(fields[3..], [("Timeout", "15")]);
    assert_eq!(fields[2].0, "Twiml");
}

#[tokio::test]
async fn the_voice_says_the_digits_one_by_one_twice_and_no_site_writes_markup() {
    let twiml = said(&call_to("+989121234567", SmsLanguage::English)).await;
    let pause = "<break time=\"700ms\"/>";
    let digits: String = "012345".chars().flat_map(|digit| [digit.to_string(), pause.to_owned()]).collect();
    assert_eq!(
        twiml,
        format!(
            "<Response><Pause length=\"1\"/><Say voice=\"Polly.Joanna\" language=\"en-US\">Your Tea &amp; Co. code \
             is{pause}{digits}Again{pause}{digits}</Say></Response>"
        )
    );
    assert!(!twiml.contains("012345"), "a number is read as one: twelve thousand");
}

#[tokio::test]
async fn the_voice_speaks_the_persons_language_and_english_where_there_is_no_voice() {
    for (language, voice, words) in [
        (SmsLanguage::German, "voice=\"Polly.Vicki\" language=\"de-DE\"", "Noch einmal"),
        (SmsLanguage::Chinese, "voice=\"Polly.Zhiyu\" language=\"cmn-CN\"", "再说一遍"),
        (SmsLanguage::Indonesian, "voice=\"Google.id-ID-Standard-A\" language=\"id-ID\"", "Sekali lagi"),
        (SmsLanguage::Persian, "voice=\"Polly.Joanna\" language=\"en-US\"", "Again"),
    ] {
        let twiml = said(&call_to("+989121234567", language)).await;
        assert!(twiml.contains(voice) && twiml.contains(words), "{twiml}");
    }
    for language in SmsLanguage::all() {
        let is_english = said(&call_to("+989121234567", language)).await.contains("en-US");
        assert_eq!(
            is_english,
            matches!(language, SmsLanguage::English | SmsLanguage::Persian),
            "{language:?}"
        );
    }
}

#[tokio::test]
async fn each_refusal_is_told_apart() {
    let error =
        |code: u32| format!(r#"{{"code":{code},"message":"…","more_info":"https://…","status":400}}"#);
    for (code, rejection) in [
        (21211, Rejection::BadNumber),
        (21217, Rejection::BadNumber),
        (21214, Rejection::NotReachable),
        (21203, Rejection::BlockedRegion),
        (21215, Rejection::BlockedRegion),
    ] {
        assert_eq!(outcome("400 Bad Request", &error(code)).await, SmsOutcome::Rejected(rejection), "{code}");
    }
    for (code, is_failure) in [
        (20003, Some(true)),
        (21210, Some(true)),
        (21212, Some(true)),
        (21219, Some(true)),
        (10004, Some(true)),
        (21216, None),
        (29999, None),
    ] {
        let outcome = outcome("400 Bad Request", &error(code)).await;
        assert_eq!((outcome.name(), outcome.is_providers_failure()), ("try_elsewhere", is_failure), "{code}");
    }
    assert_eq!(outcome("429 Too Many Requests", &error(20429)).await.name(), "try_elsewhere");
}

#[tokio::test]
async fn what_says_nothing_clear_is_unknown() {
    for (status, body) in [
        ("500 Internal Server Error", "{}"),
        ("201 Created", "<html>"),
        ("201 Created", "{}"),
        ("200 OK", CALLED),
    ] {
        assert_eq!(outcome(status, body).await.name(), "unknown", "{status} {body}");
    }
}

#[tokio::test]
async fn every_voice_is_one_that_twilios_own_library_knows() {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/end2end/node_modules/twilio/lib/twiml/VoiceResponse.d.ts");
    let known =
        std::fs::read_to_string(path).expect("twilio in end2end/node_modules: scripts/setup --for test");
    for language in SmsLanguage::all() {
        let twiml = said(&call_to("+989121234567", language)).await;
        for attribute in ["voice=", "language="] {
            let (_, rest) = twiml.split_once(attribute).unwrap();
            let (value, _) = rest.trim_start_matches('"').split_once('"').unwrap();
            assert!(known.contains(&format!("\"{value}\"")), "{attribute}{value}");
        }
    }
}
