use chrono::{DateTime, TimeDelta};
use hyper::StatusCode;
use proptest::prelude::*;

use super::*;
use crate::domain::phone_number::PhoneNumber;

fn message(text: &str) -> SmsMessage {
    SmsMessage {
        to: PhoneNumber::parse("+989121234567", None).unwrap(),
        from: None,
        text: text.to_owned(),
        good_until: DateTime::UNIX_EPOCH,
        good_for: TimeDelta::seconds(120),
        other_way: None,
    }
}

fn template() -> HttpTemplate {
    HttpTemplate {
        url: "https://sms.example/send?to={to}".to_owned(),
        headers: vec![("Authorization".to_owned(), "Key {secret}".to_owned())],
        body: r#"{"to":"{to_digits}","text":"{text}","more":{"a":1}}"#.to_owned(),
        secret: Some(Credential::new("hunter2".to_owned())),
        accepted_status: vec![200],
        ..HttpTemplate::default()
    }
}

fn answer(status: u16, body: &str) -> HttpAnswer {
    HttpAnswer { status: StatusCode::from_u16(status).unwrap(), body: body.to_owned().into() }
}

#[test]
fn each_placeholder_is_written_as_its_place_wants_it() {
    let request = template().request(&message("say \"{secret}\"\n& more"));
    assert_eq!(request.url, "https://sms.example/send?to=%2B989121234567");
    let expected = r#"{"to":"989121234567","text":"say \"{secret}\"\n& more","more":{"a":1}}"#;
    assert_eq!(request.body, expected, "and no value is taken for a placeholder");
    let authorization = &request.headers[0].1;
    assert_eq!(authorization, "Key hunter2");
    assert!(authorization.is_sensitive() && !format!("{:?}", template()).contains("hunter2"));
}

#[test]
fn a_form_is_a_form_and_a_get_has_no_body() {
    let form = HttpTemplate { body: "t={text}".to_owned(), body_format: BodyFormat::Form, ..template() };
    assert_eq!(form.request(&message("a b&c")).body, "t=a%20b%26c");
    let get = HttpTemplate { is_get: true, ..template() }.request(&message("x"));
    assert_eq!((get.method, get.body.as_str()), (Method::GET, ""));
}

proptest! {
    #[test]
    fn any_text_arrives_whole_in_json_and_in_a_form(text in ".{0,80}") {
        let body = template().request(&message(&text)).body;
        let read: Value = serde_json::from_str(&body).unwrap();
        prop_assert_eq!(read["text"].as_str(), Some(text.as_str()));
        let form = HttpTemplate { body: "{text}".to_owned(), body_format: BodyFormat::Form, ..template() };
        let body = form.request(&message(&text)).body;
        let read = percent_encoding::percent_decode_str(&body).decode_utf8().unwrap();
        prop_assert_eq!(read.as_ref(), text.as_str());
        prop_assert!(!body.contains(['&', '=', '+', ' ']));
    }
}

#[test]
fn an_answer_is_read_as_the_operator_said() {
    let template = HttpTemplate {
        accepted_text: "queued".to_owned(),
        refused_text: vec!["no credit".to_owned()],
        rejected_text: vec!["bad number".to_owned()],
        message_id: "/data/0/id".to_owned(),
        ..template()
    };
    let read = |status, body| template.outcome(&answer(status, body));
    let id = SmsOutcome::accepted(Some("77"));
    assert_eq!(read(200, r#"{"status":"queued","data":[{"id":77}]}"#), Some(id.clone()));
    assert_eq!(read(200, r#"{"status":"queued","data":[{"id":"77"}]}"#), Some(id));
    assert_eq!(read(200, "queued"), Some(SmsOutcome::accepted(None)));
    assert_eq!(read(200, "bad number"), Some(SmsOutcome::Rejected(Rejection::BadNumber)));
    assert_eq!(read(200, "no credit").map(|outcome| outcome.name()), Some("try_elsewhere"));
    for (status, body) in [(200, "something else"), (500, "queued"), (201, "queued")] {
        assert_eq!(read(status, body), None, "{status} {body}");
    }
}
