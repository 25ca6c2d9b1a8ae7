//! What is taken from those who say that they are a provider, and what is not.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use mobile_auth::{
    domain::{
        receipt::DeliveryState::{self, Delivered, Failed, HandedOver, Undeliverable},
        sms_outcome::Rejection,
    },
    server::sms::{
        callback::CallbackReader,
        http_provider::Credential,
        http_receipts::{HttpInbound, HttpReceipts},
        http_template, telnyx,
        telnyx_receipts::TelnyxKey,
        twilio::{self, Twilio},
    },
};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{
    libraries::node,
    receipts::{send, states},
};
use crate::support::{App, START, Settings};

pub const ORIGIN: &str = "https://example.com";
pub const SECRET: &str = "a-long-random-word";

/// A key of the tests' own, in place of Telnyx's.
pub fn telnyx_pair() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
}

pub async fn app() -> App {
    let credential = |text: &str| Credential::new(text.to_owned());
    let twilio = Twilio {
        url: String::new(),
        account_sid: "AC1".to_owned(),
        auth_token: credential("12345"),
        from: "+15005550006".to_owned(),
        status_callback: None,
    };
    let http = HttpReceipts {
        secret: credential(SECRET),
        id: "/message/id".to_owned(),
        state: "/message/state".to_owned(),
        delivered: vec!["DELIVRD".to_owned()],
        failed: vec!["UNDELIV".to_owned()],
        inbound: Some(HttpInbound {
            id: "/text/id".to_owned(),
            from: "/text/from".to_owned(),
            text: "/text/body".to_owned(),
        }),
    };
    let telnyx = TelnyxKey::parse(&STANDARD.encode(telnyx_pair().public_key())).unwrap();
    let readers: [(_, Arc<dyn CallbackReader>); 3] = [
        (twilio::NAME, Arc::new(twilio)),
        (http_template::NAME, Arc::new(http)),
        (telnyx::NAME, Arc::new(telnyx)),
    ];
    let callbacks = BTreeMap::from(readers);
    App::start_with(Settings { origin: ORIGIN, callbacks, ..Settings::default() }).await
}

/// Without `Origin` and `Sec-Fetch-Site`, as no browser is there.
pub async fn call(app: &App, path: &str, headers: &[(&str, &str)], body: impl Into<String>) -> StatusCode {
    call_router(app.router.clone(), path, headers, body).await
}

pub async fn call_router(
    router: Router,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<String>,
) -> StatusCode {
    let mut request = Request::post(path).header("host", "example.com");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body.into())).unwrap();
    router.oneshot(request).await.unwrap().status()
}

/// What Twilio's own library signs, for each of these.
pub fn signed_by_twilio(url: &str, forms: &[Value]) -> Vec<String> {
    let script = "const { getExpectedTwilioSignature } = require('twilio/lib/webhooks/webhooks.js');
        output = input.forms.map(form => getExpectedTwilioSignature('12345', input.url, form));";
    serde_json::from_value(node(script, &json!({ "url": url, "forms": forms }))).unwrap()
}

pub fn encoded(form: &Value) -> String {
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let fields = form.as_object().unwrap().iter();
    let pairs: Vec<_> =
        fields.map(|(name, value)| format!("{}={}", encode(name), encode(value.as_str().unwrap()))).collect();
    pairs.join("&")
}

fn twilio_form(status: &str, code: &str) -> Value {
    let mut form = json!({ "SmsSid": "SM1", "SmsStatus": status, "MessageStatus": status, "To": "+98 912 & co. é", "MessageSid": "SM1",
        "AccountSid": "AC1", "From": "+15005550006", "ApiVersion": "2010-04-01", "Empty": "" });
    if !code.is_empty() {
        form["ErrorCode"] = code.into();
    }
    form
}

pub const TWILIO: &str = "/webhooks/sms/twilio";

#[tokio::test]
async fn what_twilios_own_library_signs_is_taken_and_each_status_is_understood() {
    let table: [(&str, &str, DeliveryState); 9] = [
        ("sent", "", HandedOver),
        ("delivered", "", Delivered),
        ("failed", "30008", Failed),
        ("undelivered", "30003", Failed),
        ("undelivered", "30005", Undeliverable(Rejection::BadNumber)),
        ("undelivered", "30006", Undeliverable(Rejection::NotReachable)),
        ("failed", "21610", Undeliverable(Rejection::OptedOut)),
        ("sent", "21610", HandedOver),
        ("a-new-one", "", HandedOver),
    ];
    let forms = table.map(|(status, code, _)| twilio_form(status, code));
    let signatures = signed_by_twilio(&format!("{ORIGIN}{TWILIO}"), &forms);
    for ((form, signature), (status, code, expected)) in forms.iter().zip(&signatures).zip(table) {
        let app = app().await;
        send(&app, twilio::NAME, "SM1").await;
        let answer = call(&app, TWILIO, &[("x-twilio-signature", signature)], encoded(form)).await;
        assert_eq!(answer, 204, "{status} {code}");
        assert_eq!(states(&app).await, [expected], "{status} {code}");
    }
}

#[tokio::test]
async fn a_signature_of_anything_else_is_refused() {
    let app = app().await;
    send(&app, twilio::NAME, "SM1").await;
    let (form, other) = (twilio_form("delivered", ""), twilio_form("failed", ""));
    let signature = &signed_by_twilio(&format!("{ORIGIN}{TWILIO}"), std::slice::from_ref(&other))[0];
    let elsewhere =
        &signed_by_twilio("https://evil.test/webhooks/sms/twilio", std::slice::from_ref(&form))[0];
    for bad in [signature.as_str(), elsewhere, "", "AAAA", "é", "not base64"] {
        let answer = call(&app, TWILIO, &[("x-twilio-signature", bad)], encoded(&form)).await;
        assert_eq!(answer, 403, "{bad}");
    }
    assert_eq!(call(&app, TWILIO, &[], encoded(&form)).await, 403);
    assert_eq!(
        call(&app, &format!("{TWILIO}?a=1"), &[("x-twilio-signature", signature)], encoded(&other)).await,
        403
    );
    assert_eq!(states(&app).await, [HandedOver]);
}

pub fn telnyx_body(status: &str, code: &str) -> String {
    let errors = if code.is_empty() { json!([]) } else { json!([{ "code": code }]) };
    let payload = json!({ "id": "40385f64", "to": [{ "status": status }], "errors": errors });
    json!({ "data": { "event_type": "message.finalized", "payload": payload } }).to_string()
}

pub async fn call_as_telnyx(app: &App, seconds: i64, body: &str, sent: &str) -> StatusCode {
    let time = (START / 1000 + seconds).to_string();
    let signature = STANDARD.encode(telnyx_pair().sign(format!("{time}|{body}").as_bytes()));
    let headers = [("telnyx-timestamp", time.as_str()), ("telnyx-signature-ed25519", &signature)];
    call(app, "/webhooks/sms/telnyx", &headers, sent).await
}

#[tokio::test]
async fn telnyxs_calls_are_taken_by_its_key_for_five_minutes() {
    for (status, code, expected) in [
        ("delivered", "", Delivered),
        ("delivery_failed", "40300", Undeliverable(Rejection::OptedOut)),
        ("sending_failed", "40002", Failed),
        ("delivery_unconfirmed", "", HandedOver),
    ] {
        let app = app().await;
        send(&app, telnyx::NAME, "40385f64").await;
        let body = telnyx_body(status, code);
        for (seconds, answer) in [(-301, 403), (301, 403), (i64::MIN / 2000, 403)] {
            assert_eq!(call_as_telnyx(&app, seconds, &body, &body).await, answer, "{seconds}");
        }
        assert_eq!(call_as_telnyx(&app, 0, &body, &telnyx_body("expired", "")).await, 403);
        assert_eq!(states(&app).await, [HandedOver]);
        assert_eq!(call_as_telnyx(&app, -300, &body, &body).await, 204);
        assert_eq!(states(&app).await, [expected], "{status}");
    }
}

#[tokio::test]
async fn who_signs_nothing_shows_the_secret() {
    let app = app().await;
    send(&app, http_template::NAME, "17").await;
    let body = json!({ "message": { "id": 17, "state": "DELIVRD" } }).to_string();
    let own = format!("/webhooks/sms/http/{SECRET}");
    for path in ["/webhooks/sms/http", "/webhooks/sms/http/wrong", &format!("{own}x")] {
        assert_eq!(call(&app, path, &[], &*body).await, 403, "{path}");
    }
    assert_eq!(states(&app).await, [HandedOver]);
    assert_eq!(call(&app, &own, &[], &*body).await, 204);
    assert_eq!(states(&app).await, [Delivered]);
    assert_eq!(call(&app, &own, &[], &*body).await, 204, "again");
    assert_eq!(call(&app, &own, &[], body.replace("DELIVRD", "UNDELIV")).await, 204, "late");
    assert_eq!(call(&app, &own, &[], body.replace("17", "18")).await, 204, "of no message");
    assert_eq!(states(&app).await, [Delivered]);
}

#[tokio::test]
async fn what_is_no_receipt_is_refused_and_never_a_fault_of_ours() {
    let app = app().await;
    let own = format!("/webhooks/sms/http/{SECRET}");
    for body in ["", "{", "[]", "\u{0}", "id=%", r#"{"message":{"id":"a b"}}"#, r#"{"message":{"id":{}}}"#] {
        assert_eq!(call(&app, &own, &[], body).await, 400, "{body}");
    }
    assert_eq!(call(&app, &own, &[], "x".repeat(131_073)).await, 413);
    for time in [i64::MIN.to_string(), i64::MAX.to_string(), "now".to_owned()] {
        let headers = [("telnyx-timestamp", time.as_str()), ("telnyx-signature-ed25519", "AAAA")];
        assert_eq!(call(&app, "/webhooks/sms/telnyx", &headers, "{}").await, 403, "{time}");
    }
    for path in ["/webhooks/sms/vonage", "/webhooks/sms/pigeon", "/webhooks/sms/console/x"] {
        assert_eq!(call(&app, path, &[], "").await, 404, "{path} is not configured");
    }
}

#[tokio::test]
async fn only_webhooks_need_not_come_from_our_own_pages_and_the_host_holds_for_them_too() {
    let app = app().await;
    assert_eq!(call(&app, "/api/request_code", &[], "phone=1").await, 403);
    assert_eq!(call(&app, "/webhooks/sms/a/b/c", &[], "").await, 403);
    let request = Request::post(format!("/webhooks/sms/http/{SECRET}")).header("host", "evil.test");
    let answer = app.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::MISDIRECTED_REQUEST);
}
