//! Receipts of Plivo, Infobip and Kavenegar, and that their messages ask for them.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use mobile_auth::{
    domain::{
        receipt::DeliveryState::{self, Delivered, Failed, HandedOver, Undeliverable},
        sms_outcome::Rejection,
    },
    server::sms::{
        callback::CallbackReader,
        http_provider::{Credential, HttpProvider},
        infobip::{self, Infobip},
        infobip_receipts::InfobipReceipts,
        kavenegar,
        kavenegar_receipts::KavenegarReceipts,
        plivo::{self, Plivo},
        provider::Provider,
    },
};
use ring::hmac::{HMAC_SHA256, Key, sign};
use serde_json::{Value, json};

use super::{
    message_to,
    receipts::{send, states},
    webhooks::call,
};
use crate::support::{App, Settings};

const ORIGIN: &str = "https://example.com";
pub const PLIVO: &str = "/webhooks/sms/plivo";
pub const INFOBIP: &str = "/webhooks/sms/infobip/a-long-random-word";

fn credential(text: &str) -> Credential {
    Credential::new(text.to_owned())
}

fn plivo() -> Plivo {
    let (url, auth_id, from) = ("https://api.plivo.com".to_owned(), "MA1".to_owned(), "Tea".to_owned());
    Plivo { url, auth_id, auth_token: credential("token"), from, callback: None }
}

fn infobip(receipt_secret: Option<Credential>) -> Infobip {
    let (url, from) = ("https://x.api.infobip.com".to_owned(), "Tea".to_owned());
    Infobip { url, api_key: credential("key"), from, receipt_secret, notify_url: None }
}

pub async fn app() -> App {
    let readers: [(_, Arc<dyn CallbackReader>); 3] = [
        (kavenegar::NAME, Arc::new(KavenegarReceipts { secret: credential("a-long-random-word") })),
        (plivo::NAME, Arc::new(plivo())),
        (infobip::NAME, Arc::new(InfobipReceipts { secret: credential("a-long-random-word") })),
    ];
    App::start_with(Settings { origin: ORIGIN, callbacks: BTreeMap::from(readers), ..Settings::default() })
        .await
}

pub fn signed_by_plivo(address: &str) -> String {
    STANDARD
        .encode(sign(&Key::new(HMAC_SHA256, b"token"), format!("{address}05429567804466091622").as_bytes()))
}

pub const NONCE: (&str, &str) = ("x-plivo-signature-v2-nonce", "05429567804466091622");

#[tokio::test]
async fn plivos_calls_are_taken_by_either_signature_and_each_status_is_understood() {
    let signature = signed_by_plivo(&format!("{ORIGIN}{PLIVO}"));
    for (status, code, header, expected) in [
        ("sent", "", "x-plivo-signature-v2", HandedOver),
        ("delivered", "", "x-plivo-signature-ma-v2", Delivered),
        ("undelivered", "20", "x-plivo-signature-v2", Failed),
        ("undelivered", "50", "x-plivo-signature-v2", Undeliverable(Rejection::BadNumber)),
        ("failed", "200", "x-plivo-signature-v2", Undeliverable(Rejection::OptedOut)),
        ("a-new-one", "200", "x-plivo-signature-v2", HandedOver),
    ] {
        let app = app().await;
        send(&app, plivo::NAME, "db3ce55a").await;
        let form = format!("MessageUUID=db3ce55a&Status={status}&ErrorCode={code}&To=989121234567");
        assert_eq!(call(&app, PLIVO, &[NONCE, (header, &signature)], &*form).await, 204, "{status}");
        assert_eq!(states(&app).await, [expected], "{status} {code}");
    }
}

#[tokio::test]
async fn plivos_signature_of_another_address_or_number_is_refused() {
    let app = app().await;
    send(&app, plivo::NAME, "db3ce55a").await;
    let (own, other) = (signed_by_plivo(&format!("{ORIGIN}{PLIVO}")), signed_by_plivo("https://evil.test/"));
    let form = "MessageUUID=db3ce55a&Status=delivered";
    let name = "x-plivo-signature-v2";
    for headers in [
        &[] as &[_],
        &[NONCE],
        &[(name, own.as_str())],
        &[NONCE, (name, other.as_str())],
        &[("x-plivo-signature-v2-nonce", "1"), (name, own.as_str())],
        &[NONCE, (name, "AAAA")],
        &[NONCE, (name, "")],
    ] {
        assert_eq!(call(&app, PLIVO, headers, form).await, 403, "{headers:?}");
    }
    assert_eq!(states(&app).await, [HandedOver]);
}

fn report(id: &str, group: u32, name: &str) -> Value {
    json!({ "messageId": id, "to": "989121234567", "status": { "groupId": group, "id": 1, "name": name } })
}

#[tokio::test]
async fn infobips_reports_come_many_at_once_and_each_is_understood() {
    let table: [(u32, &str, DeliveryState); 7] = [
        (1, "PENDING_ENROUTE", HandedOver),
        (3, "DELIVERED_TO_HANDSET", Delivered),
        (3, "DELIVERED_TO_OPERATOR", HandedOver),
        (4, "EXPIRED_EXPIRED", Failed),
        (2, "UNDELIVERABLE_NOT_DELIVERED", Failed),
        (5, "REJECTED_DND", Undeliverable(Rejection::OptedOut)),
        (9, "SOMETHING_NEW", HandedOver),
    ];
    for (group, name, expected) in table {
        let app = app().await;
        send(&app, infobip::NAME, "17").await;
        let strange = [json!({}), json!(1), report("a b", 3, ""), report("18", 3, "DELIVERED_TO_HANDSET")];
        let reports: Vec<_> = strange.into_iter().chain([report("17", group, name)]).collect();
        assert_eq!(call(&app, INFOBIP, &[], json!({ "results": reports }).to_string()).await, 204, "{name}");
        assert_eq!(states(&app).await, [expected], "{name}");
    }
}

#[tokio::test]
async fn infobip_shows_its_secret() {
    let app = app().await;
    send(&app, infobip::NAME, "17").await;
    let body = json!({ "results": [report("17", 3, "DELIVERED_TO_HANDSET")] }).to_string();
    for path in ["/webhooks/sms/infobip", "/webhooks/sms/infobip/wrong"] {
        assert_eq!(call(&app, path, &[], &*body).await, 403, "{path}");
    }
    assert_eq!(states(&app).await, [HandedOver]);
    for bad in ["", "[]", "{}", r#"{"results":1}"#] {
        assert_eq!(call(&app, INFOBIP, &[], bad).await, 400, "{bad}");
    }
}

fn asked(mut provider: impl Provider + HttpProvider) -> Value {
    provider.ask_for_receipts(ORIGIN);
    serde_json::from_str(&provider.request(&message_to("+989121234567")).body).unwrap()
}

#[test]
fn each_message_asks_for_its_receipts() {
    let body = asked(plivo());
    assert_eq!((&body["url"], &body["method"]), (&json!(format!("{ORIGIN}{PLIVO}")), &json!("POST")));
    let body = asked(infobip(Some(credential("a-long-random-word"))));
    assert_eq!(body["messages"][0]["notifyUrl"], json!(format!("{ORIGIN}{INFOBIP}")));
    assert_eq!(body["messages"][0]["notifyContentType"], json!("application/json"));
    let body = asked(infobip(None));
    assert!(body["messages"][0].get("notifyUrl").is_none(), "nobody could tell its calls from a stranger's");
}

#[tokio::test]
async fn kavenegar_shows_its_secret_and_each_state_is_understood() {
    let own = "/webhooks/sms/kavenegar/a-long-random-word";
    for (status, expected) in [
        ("5", HandedOver),
        ("10", Delivered),
        ("11", Failed),
        ("14", Undeliverable(Rejection::OptedOut)),
        ("99", HandedOver),
    ] {
        let app = app().await;
        send(&app, kavenegar::NAME, "8792343").await;
        let form = format!("messageid=8792343&status={status}");
        for path in ["/webhooks/sms/kavenegar", "/webhooks/sms/kavenegar/wrong"] {
            assert_eq!(call(&app, path, &[], &*form).await, 403, "{path}");
        }
        assert_eq!(states(&app).await, [HandedOver]);
        assert_eq!(call(&app, own, &[], "status=10").await, 400);
        assert_eq!(call(&app, own, &[], &*form).await, 204, "{status}");
        assert_eq!(states(&app).await, [expected], "{status}");
    }
}
