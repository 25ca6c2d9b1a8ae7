//! Receipts of Vonage and Bird, which sign what they tell, and Vonage's texts of people. Their own libraries sign here.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use mobile_auth::{
    domain::{
        receipt::DeliveryState::{self, Delivered, Failed, HandedOver, Undeliverable},
        sms_outcome::Rejection,
    },
    server::sms::{
        bird::{self, Bird},
        bird_receipts::BirdReceipts,
        callback::CallbackReader,
        http_provider::{Credential, HttpProvider},
        provider::Provider,
        vonage::{self, Vonage},
        vonage_receipts::VonageReceipts,
    },
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{
    libraries::node,
    message_to,
    opt_outs::{asked, sent, stopped},
    receipts::{send, states},
    webhooks::{ORIGIN, call, encoded},
};
use crate::support::{App, START, Settings};

const VONAGE: &str = "/webhooks/sms/vonage";
const BIRD: &str = "/webhooks/sms/bird";
const NOW: i64 = START / 1000;

fn credential(text: &str) -> Credential {
    Credential::new(text.to_owned())
}

async fn app() -> App {
    let readers: [(_, Arc<dyn CallbackReader>); 2] = [
        (vonage::NAME, Arc::new(VonageReceipts { signature_secret: credential("signature secret") })),
        (bird::NAME, Arc::new(BirdReceipts { signing_key: credential("signing key") })),
    ];
    let callbacks = BTreeMap::from(readers);
    App::start_with(Settings { origin: ORIGIN, callbacks, ..Settings::default() }).await
}

async fn get(app: &App, path: &str, headers: &[(&str, &str)]) -> StatusCode {
    let mut request = Request::get(path).header("host", "example.com");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    app.router.clone().oneshot(request).await.unwrap().status()
}

/// What Vonage's own library of the SMS API signs: each form with its signature.
fn signed_by_vonage(forms: Vec<Value>) -> Vec<Value> {
    let script = "const HashGenerator = require('nexmo/lib/HashGenerator.js');
        const sign = form => ({ ...form, sig: new HashGenerator().generate('sha256', 'signature secret', form) });
        output = input.map(sign);";
    serde_json::from_value(node(script, &json!(forms))).unwrap()
}

fn vonage_receipt(status: &str, code: &str) -> Value {
    json!({ "msisdn": "989121234567", "to": "Tea & Co.=", "network-code": "43211", "messageId": "0C000000217B7F02", "price": "0.03",
        "status": status, "scts": "2601010000", "err-code": code, "api-key": "abcd1234", "message-timestamp": "2026-01-01 00:00:01",
        "timestamp": NOW.to_string(), "nonce": "ab&c=d é" })
}

#[tokio::test]
async fn what_vonages_own_library_signs_is_taken_and_each_status_is_understood() {
    let table: [(&str, &str, DeliveryState); 8] = [
        ("accepted", "0", HandedOver),
        ("delivered", "0", Delivered),
        ("expired", "2", Failed),
        ("failed", "8", Failed),
        ("failed", "3", Undeliverable(Rejection::BadNumber)),
        ("rejected", "9", Undeliverable(Rejection::OptedOut)),
        ("rejected", "14", Undeliverable(Rejection::NotReachable)),
        ("a-new-one", "9", HandedOver),
    ];
    let forms =
        signed_by_vonage(table.iter().map(|(status, code, _)| vonage_receipt(status, code)).collect());
    for (index, (form, (status, code, expected))) in forms.iter().zip(table).enumerate() {
        let app = app().await;
        send(&app, vonage::NAME, "0C000000217B7F02").await;
        // The dashboard lets Vonage call in three ways.
        let answer = match index % 3 {
            0 => call(&app, VONAGE, &[], encoded(form)).await,
            1 => call(&app, VONAGE, &[("content-type", "application/json")], form.to_string()).await,
            _ => get(&app, &format!("{VONAGE}?{}", encoded(form)), &[]).await,
        };
        assert_eq!(answer, 204, "{status} {code}");
        assert_eq!(states(&app).await, [expected], "{status} {code}");
    }
}

#[tokio::test]
async fn vonages_signature_of_anything_else_is_refused() {
    let app = app().await;
    send(&app, vonage::NAME, "0C000000217B7F02").await;
    let form = signed_by_vonage(vec![vonage_receipt("delivered", "0")]).remove(0);
    let with = |name: &str, value: &str| {
        let mut other = form.clone();
        other[name] = value.into();
        other
    };
    let other = signed_by_vonage(vec![vonage_receipt("failed", "0")]).remove(0);
    for bad in [
        with("status", "failed"),
        with("more", "1"),
        with("sig", ""),
        with("sig", "zz"),
        with("sig", "é"),
        with("sig", other["sig"].as_str().unwrap()),
        vonage_receipt("delivered", "0"),
    ] {
        assert_eq!(call(&app, VONAGE, &[], encoded(&bad)).await, 403, "{bad}");
        assert_eq!(call(&app, VONAGE, &[], bad.to_string()).await, 403, "{bad}");
    }
    assert_eq!(call(&app, VONAGE, &[], "").await, 403);
    assert_eq!(states(&app).await, [HandedOver]);
    let capitals = with("sig", &form["sig"].as_str().unwrap().to_uppercase());
    assert_eq!(call(&app, VONAGE, &[], encoded(&capitals)).await, 204, "however it is written");
}

#[tokio::test]
async fn vonages_texts_are_heard_by_their_times() {
    let app = app().await;
    app.advance(60);
    let text = |id: &str, text: &str, at: &str| {
        json!({ "msisdn": "989121234567", "to": "15005550006", "messageId": id, "text": text, "type": "text", "keyword": "STOP",
            "api-key": "abcd1234", "message-timestamp": format!("2026-01-01 {at}"), "timestamp": NOW.to_string(), "nonce": "1" })
    };
    let forms =
        vec![text("1", "Start", "00:00:20"), text("2", "STOP", "00:00:10"), text("3", "stop", "00:00:30")];
    let forms = signed_by_vonage(forms);
    for form in &forms[..2] {
        assert_eq!(call(&app, VONAGE, &[], encoded(form)).await, 204);
    }
    assert_eq!(asked(&app).await, sent(1), "the late one was written before");
    let forged = encoded(&forms[2]).replace("messageId=3", "messageId=4");
    assert_eq!(call(&app, VONAGE, &[], forged).await, 403);
    assert_eq!(call(&app, VONAGE, &[], encoded(&forms[2])).await, 204);
    assert_eq!(asked(&app).await, stopped(1));
}

/// Tokens as Bird makes them, and whether Bird's own library takes each of these calls at the tests' time.
fn birds(calls: &Value) -> Vec<(String, bool)> {
    let script = "const { SignJWT } = require('jose');
        const { createHash, createSecretKey } = require('node:crypto');
        const { verify, VerifyOptions } = require('messagebird/lib/webhook-signature-jwt.js');
        const hash = text => createHash('sha256').update(text).digest('hex');
        const times = { issuer: 'MessageBird', algorithms: ['HS256'], clockTolerance: 5, currentDate: new Date(input.now * 1000) };
        const options = new VerifyOptions(true, true, times);
        output = await Promise.all(input.calls.map(async ({ url, body, key, alg, claims, asked }) => {
            const whole = { iss: 'MessageBird', nbf: input.now, exp: input.now + 60, jti: '1', url_hash: hash(url), ...claims };
            if (body !== '') whole.payload_hash = hash(body);
            const token = await new SignJWT(whole).setProtectedHeader({ alg }).sign(Buffer.from(key));
            const secret = createSecretKey(Buffer.from('signing key'));
            const taken = await verify(asked.url, Buffer.from(asked.body), token, secret, options).catch(() => false);
            return [token, taken];
        }));";
    serde_json::from_value(node(script, &json!({ "now": NOW, "calls": calls }))).unwrap()
}

fn bird_query(status: &str, code: &str) -> String {
    format!(
        "{BIRD}?id=e8077d803532c0b5937c639b60216938&reference=code&recipient=989121234567&status={status}\
         &statusErrorCode={code}&statusDatetime=2026-01-01T00%3A00%3A00%2B00%3A00"
    )
}

fn bird_call(path: &str, body: &str) -> Value {
    let asked = json!({ "url": format!("{ORIGIN}{path}"), "body": body });
    json!({ "url": asked["url"], "body": body, "key": "signing key", "alg": "HS256", "claims": {}, "asked": asked })
}

#[tokio::test]
async fn what_is_signed_as_bird_signs_is_taken_and_each_status_is_understood() {
    let table: [(&str, &str, DeliveryState); 6] = [
        ("sent", "", HandedOver),
        ("delivered", "0", Delivered),
        ("expired", "", Failed),
        ("delivery_failed", "34", Failed),
        ("delivery_failed", "1", Undeliverable(Rejection::BadNumber)),
        ("a-new-one", "1", HandedOver),
    ];
    let calls: Vec<_> =
        table.iter().map(|(status, code, _)| bird_call(&bird_query(status, code), "")).collect();
    for ((token, theirs), (status, code, expected)) in birds(&json!(calls)).into_iter().zip(table) {
        let app = app().await;
        send(&app, bird::NAME, "e8077d803532c0b5937c639b60216938").await;
        let headers = [("messagebird-signature-jwt", token.as_str())];
        let answer = get(&app, &bird_query(status, code), &headers).await;
        assert_eq!((answer.as_u16(), theirs), (204, true), "{status}");
        assert_eq!(states(&app).await, [expected], "{status} {code}");
    }
}

#[tokio::test]
async fn birds_own_library_and_we_agree_on_calls() {
    let good = bird_call(&bird_query("delivered", ""), "");
    let with = |name: &str, value: Value| {
        let mut other = good.clone();
        other[name] = value;
        other
    };
    let body = bird_call(BIRD, "id=e8077d803532c0b5937c639b60216938&status=delivered");
    let mut other_body = body.clone();
    other_body["asked"]["body"] = "id=e8077d803532c0b5937c639b60216938&status=sent".into();
    let mut unsigned_body = bird_call(BIRD, "");
    unsigned_body["asked"]["body"] = "id=e8077d803532c0b5937c639b60216938&status=sent".into();
    let calls = [
        (good.clone(), true),
        (body, true),
        (with("claims", json!({ "exp": NOW - 4, "nbf": NOW + 5 })), true),
        (with("claims", json!({ "exp": NOW - 5 })), false),
        (with("claims", json!({ "nbf": NOW + 6 })), false),
        (with("claims", json!({ "iss": "Somebody" })), false),
        (with("claims", json!({ "url_hash": "00" })), false),
        (with("url", json!(format!("{ORIGIN}{BIRD}"))), false),
        (with("url", json!(format!("https://evil.test{}", bird_query("delivered", "")))), false),
        (with("key", json!("another key")), false),
        (with("alg", json!("HS512")), false),
        (other_body, false),
        (unsigned_body, false),
    ];
    let asked: Vec<_> = calls.iter().map(|(call, _)| call.clone()).collect();
    let app = app().await;
    for ((bird, expected), (token, theirs)) in calls.iter().zip(birds(&json!(asked))) {
        let path = bird["asked"]["url"].as_str().unwrap().strip_prefix(ORIGIN).unwrap();
        let headers = [("messagebird-signature-jwt", token.as_str())];
        let ours = match bird["asked"]["body"].as_str().unwrap() {
            "" => get(&app, path, &headers).await,
            body => call(&app, path, &headers, body).await,
        };
        assert_eq!((ours == 204, theirs), (*expected, *expected), "{bird} {ours}");
    }
    // {"alg":"none"} with the claims of the first, and things that are no token.
    let (token, _) = birds(&json!([good])).remove(0);
    let claims = token.split('.').nth(1).unwrap();
    for bad in
        [format!("eyJhbGciOiJub25lIn0.{claims}."), token.replace('.', ""), String::new(), "..".to_owned()]
    {
        let headers = [("messagebird-signature-jwt", bad.as_str())];
        assert_eq!(get(&app, &bird_query("delivered", ""), &headers).await, 403, "{bad}");
    }
}

fn asks(mut provider: impl Provider + HttpProvider) -> String {
    provider.ask_for_receipts(ORIGIN);
    provider.request(&message_to("+989121234567")).body
}

#[test]
fn each_message_asks_for_its_receipts_where_they_can_be_verified() {
    let vonage = |signature_secret| {
        let (url, api_key, from) = (String::new(), "abcd1234".to_owned(), "Tea".to_owned());
        let api_secret = credential("s");
        asks(Vonage { url, api_key, api_secret, from, signature_secret, callback: None })
    };
    let asked = encoded(&json!({ "callback": format!("{ORIGIN}{VONAGE}") }));
    assert!(vonage(Some(credential("signature secret"))).contains("callback="), "{asked}");
    assert!(!vonage(None).contains("callback="));
    let bird = |signing_key| {
        let (url, access_key, from) = (String::new(), credential("key"), "Tea".to_owned());
        let body = asks(Bird { url, access_key, from, signing_key, report_url: None });
        serde_json::from_str::<Value>(&body).unwrap()
    };
    let body = bird(Some(credential("signing key")));
    assert_eq!(body["reportUrl"], json!(format!("{ORIGIN}{BIRD}")));
    assert_eq!(body["reference"], json!("code"), "without one Bird tells nothing");
    assert!(bird(None).get("reportUrl").is_none(), "nobody could tell its calls from a stranger's");
}
