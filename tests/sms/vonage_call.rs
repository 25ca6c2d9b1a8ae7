//! Shapes from <https://developer.vonage.com/en/api/voice#createCall>.

use std::{process::Command, sync::LazyLock};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use mobile_auth::{
    domain::{sms_language::SmsLanguage, sms_outcome::SmsOutcome},
    server::sms::{
        SmsSender as _,
        vonage_call::{ApplicationKey, VonageCall},
    },
};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::{Value, json};

use super::{
    call_to, sender,
    stand_in::{Received, Reply, StandIn},
};
use crate::support::START;

const CALLED: &str = r#"{"uuid":"63f61863-4a51-4f6b-86e1-46edebcf9356","status":"started","direction":"outbound",
    "conversation_uuid":"CON-f972836a-550f-45fa-956c-12a2ab5b7d22"}"#;

/// A key pair of these tests: the private half as Vonage gives it, the public one in PEM and as PKCS#1.
#[derive(serde::Deserialize)]
struct Keys {
    private: String,
    public: String,
    public_der: String,
}

fn keys() -> &'static Keys {
    static KEYS: LazyLock<Keys> = LazyLock::new(|| {
        let made = node(
            "const pair = require('crypto').generateKeyPairSync('rsa', { modulusLength: 2048 });
             const as = (key, type, format) => key.export({ type, format }).toString(format === 'der' ? 'base64' : 'utf8');
             console.log(JSON.stringify({
                 private: as(pair.privateKey, 'pkcs8', 'pem'),
                 public: as(pair.publicKey, 'spki', 'pem'),
                 public_der: as(pair.publicKey, 'pkcs1', 'der'),
             }))",
            &[],
        );
        serde_json::from_str(&made).unwrap()
    });
    &KEYS
}

/// What a script says that finds the packages of `end2end`.
fn node(script: &str, arguments: &[&str]) -> String {
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/end2end");
    let done = Command::new("node").current_dir(place).args(["-e", script]).args(arguments).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

fn vonage(stand_in: &StandIn) -> VonageCall {
    VonageCall {
        url: stand_in.url(""),
        application_id: "aaaaaaaa-bbbb-cccc-dddd-0123456789ab".to_owned(),
        private_key: ApplicationKey::parse(&keys().private).unwrap(),
        from: "15005550006".to_owned(),
    }
}

async fn called(language: SmsLanguage) -> Received {
    let stand_in = StandIn::start(Reply::json("201 Created", CALLED)).await;
    sender(vonage(&stand_in)).send(&call_to("+989121234567", language)).await;
    stand_in.only()
}

/// The claims of the request's token, if the application signed it.
fn claims(request: &Received) -> Value {
    let token = request.header("authorization").strip_prefix("Bearer ").unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let public_key = STANDARD.decode(&keys().public_der).unwrap();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public_key);
    key.verify(signed.as_bytes(), &signature).expect("the application's signature");
    let [header, claims] = [0, 1].map(|part| signed.split('.').nth(part).unwrap());
    let read = |part| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    assert_eq!(read(header), json!({ "alg": "RS256", "typ": "JWT" }));
    read(claims)
}

#[tokio::test]
async fn a_call_is_asked_for_as_the_api_wants_it_and_hangs_up_on_a_machine() {
    let stand_in = StandIn::start(Reply::json("201 Created", CALLED)).await;
    let outcome = sender(vonage(&stand_in)).send(&call_to("+989121234567", SmsLanguage::German)).await;
    assert_eq!(outcome, SmsOutcome::accepted(Some("63f61863-4a51-4f6b-86e1-46edebcf9356")));
    let request = stand_in.only();
    assert_eq!(request.line, "POST /v1/calls HTTP/1.1");
    assert_eq!(request.header("content-type"), "application/json");
    let pause = "<break time=\"700ms\"/>";
    let digits: String = "012345".chars().flat_map(|digit| [digit.to_string(), pause.to_owned()]).collect();
    let text = format!(
        "<speak><break time=\"2s\"/>Ihr Code für Tea &amp; Co. lautet{pause}{digits}Noch einmal{pause}{digits}</speak>"
    );
    assert!(text.len() < 1500, "the longest that a talk may be");
    assert_eq!(
        request.json(),
        json!({
            "to": [{ "type": "phone", "number": "989121234567" }],
            "from": { "type": "phone", "number": "15005550006" },
            "ncco": [{ "action": "talk", "text": text, "language": "de-DE" }],
            "machine_detection": "hangup",
            "ringing_timer": 20,
        })
    );
}

#[tokio::test]
async fn the_token_is_the_applications_for_this_minute_and_never_the_same() {
    let (one, other) =
        (claims(&called(SmsLanguage::English).await), claims(&called(SmsLanguage::English).await));
    assert_eq!(one["application_id"], "aaaaaaaa-bbbb-cccc-dddd-0123456789ab");
    assert_eq!((&one["iat"], &one["exp"]), (&json!(START / 1000), &json!(START / 1000 + 60)));
    assert_eq!(one["jti"].as_str().unwrap().len(), 22);
    assert_ne!(one["jti"], other["jti"]);
}

#[tokio::test]
async fn the_package_that_vonages_own_library_signs_with_takes_the_token() {
    let request = called(SmsLanguage::English).await;
    let token = request.header("authorization").strip_prefix("Bearer ").unwrap();
    let script = "const [token, key, at] = process.argv.slice(1);
        const claims = require('jsonwebtoken').verify(token, key, { algorithms: ['RS256'], clockTimestamp: Number(at) });
        console.log(claims.application_id)";
    let at = (START / 1000 + 59).to_string();
    let said = node(script, &[token, &keys().public, &at]);
    assert_eq!(said.trim(), "aaaaaaaa-bbbb-cccc-dddd-0123456789ab");
}

#[tokio::test]
async fn the_voice_speaks_the_persons_language_and_english_where_there_is_no_voice() {
    for language in SmsLanguage::all() {
        let tag = called(language).await.json()["ncco"][0]["language"].as_str().unwrap().to_owned();
        let known = match language {
            SmsLanguage::Persian => "en",
            SmsLanguage::Chinese => "cmn",
            other => other.tag(),
        };
        assert_eq!(tag.split('-').next(), Some(known), "{tag}");
    }
}

#[tokio::test]
async fn refusals_go_by_their_status() {
    for (status, body, name) in [
        ("401 Unauthorized", r#"{"type":"UNAUTHORIZED","error_title":"Unauthorized"}"#, "try_elsewhere"),
        ("400 Bad Request", r#"{"title":"Bad request","detail":"…"}"#, "try_elsewhere"),
        ("429 Too Many Requests", "{}", "try_elsewhere"),
        ("500 Internal Server Error", "{}", "unknown"),
        ("201 Created", "{}", "unknown"),
        ("200 OK", CALLED, "unknown"),
    ] {
        let stand_in = StandIn::start(Reply::json(status, body)).await;
        let outcome = sender(vonage(&stand_in)).send(&call_to("+989121234567", SmsLanguage::English)).await;
        assert_eq!(outcome.name(), name, "{status} {body}");
    }
}

#[test]
fn a_key_is_not_shown_and_no_other_file_is_one() {
    assert_eq!(format!("{:?}", ApplicationKey::parse(&keys().private).unwrap()), "ApplicationKey(…)");
    for bad in ["", "hunter2", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"] {
        assert!(ApplicationKey::parse(bad).is_none(), "{bad}");
    }
}
