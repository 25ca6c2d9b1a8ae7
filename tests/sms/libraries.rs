//! What the providers' own libraries say of calls: they stand in `end2end/`, and Node runs them.

use std::process::Command;

use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::signature::KeyPair as _;
use serde_json::{Value, json};

use super::{
    receipts::send,
    webhooks::{ORIGIN, app, call, telnyx_body, telnyx_pair},
    webhooks_more::{self, NONCE, PLIVO, signed_by_plivo},
};
use crate::support::START;
use mobile_auth::server::sms::telnyx;

/// What a script that is given `input` leaves as `output`; it can `require` what is in `end2end/`.
pub fn node(script: &str, input: &Value) -> Value {
    let whole = format!(
        "import {{ createRequire }} from 'node:module';
        const require = createRequire(process.cwd() + '/end2end/');
        const input = JSON.parse(process.argv[1]);
        let output;
        {script}
        console.log('\\n' + JSON.stringify(output));"
    );
    let mut node = Command::new("node");
    node.args(["--input-type=module", "--eval", &whole, "--", &input.to_string()]);
    let done = node.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    // A library may write lines of its own before.
    let said = String::from_utf8(done.stdout).unwrap();
    serde_json::from_str(said.lines().last().unwrap()).unwrap()
}

/// Whether Plivo's library takes each address, nonce and signature.
fn plivo_says(calls: &[(String, &str, String)]) -> Vec<bool> {
    let script = "const { validateSignature } = require('plivo');
        output = input.map(([address, nonce, signature]) => validateSignature(address, nonce, signature, 'token'));";
    serde_json::from_value(node(script, &json!(calls))).unwrap()
}

#[tokio::test]
async fn plivos_own_library_and_we_agree_on_calls() {
    let address = format!("{ORIGIN}{PLIVO}");
    let (own, other) = (signed_by_plivo(&address), signed_by_plivo("https://evil.test/webhooks/sms/plivo"));
    let asked = |path: &str, nonce, signature: &str| (path.to_owned(), nonce, signature.to_owned());
    let table = [
        (asked(PLIVO, NONCE.1, &own), true),
        (asked("/webhooks/sms/plivo?of=another", NONCE.1, &own), true),
        (asked(PLIVO, NONCE.1, &other), false),
        (asked(PLIVO, "05429567804466091623", &own), false),
        (asked(PLIVO, NONCE.1, &own.to_lowercase()), false),
        (asked(PLIVO, NONCE.1, "AAAA"), false),
        (asked(PLIVO, NONCE.1, ""), false),
    ];
    let calls: Vec<_> = table.iter().map(|(call, _)| call.clone()).collect();
    let with_origin: Vec<_> = calls
        .iter()
        .map(|(path, nonce, signature)| (format!("{ORIGIN}{path}"), *nonce, signature.clone()))
        .collect();
    let (app, theirs) = (webhooks_more::app().await, plivo_says(&with_origin));
    for (((path, nonce, signature), expected), theirs) in table.into_iter().zip(theirs) {
        let headers = [("x-plivo-signature-v2-nonce", nonce), ("x-plivo-signature-v2", signature.as_str())];
        let ours = call(&app, &path, &headers, "MessageUUID=db3ce55a&Status=delivered").await;
        assert_eq!(
            (ours == StatusCode::NO_CONTENT, theirs),
            (expected, expected),
            "{path} {nonce} {signature}"
        );
    }
}

/// What Telnyx's library says of calls at the tests' time: a signature, a time, a body.
fn telnyx_says(calls: &[(String, String, String)]) -> Vec<bool> {
    let script = "Date.now = () => input.now;
        const { webhooks } = require('telnyx');
        const key = Buffer.from(input.key, 'base64');
        output = input.calls.map(([signature, time, body]) => {
            try {
                return Boolean(webhooks.constructEvent(body, Buffer.from(signature, 'base64'), time, key));
            } catch {
                return false;
            }
        });";
    let key = STANDARD.encode(telnyx_pair().public_key());
    serde_json::from_value(node(script, &json!({ "now": START, "key": key, "calls": calls }))).unwrap()
}

#[tokio::test]
async fn telnyxs_own_library_and_we_agree_on_calls() {
    let body = telnyx_body("delivered", "");
    let now = START / 1000;
    let signature =
        |time: i64, body: &str| STANDARD.encode(telnyx_pair().sign(format!("{time}|{body}").as_bytes()));
    let accented = json!({ "data": { "payload": { "id": "1", "text": "été" } } }).to_string();
    let table = [
        ((signature(now, &body), now.to_string(), body.clone()), true),
        ((signature(now - 300, &body), (now - 300).to_string(), body.clone()), true),
        ((signature(now, &accented), now.to_string(), accented.clone()), true),
        ((signature(now - 301, &body), (now - 301).to_string(), body.clone()), false),
        ((signature(now, &body), (now - 1).to_string(), body.clone()), false),
        ((signature(now, &body), now.to_string(), telnyx_body("expired", "")), false),
        ((signature(now, &accented), now.to_string(), body.clone()), false),
        ((String::new(), now.to_string(), body.clone()), false),
        (("AAAA".to_owned(), now.to_string(), body), false),
    ];
    let calls: Vec<_> = table.iter().map(|(call, _)| call.clone()).collect();
    let (app, theirs) = (app().await, telnyx_says(&calls));
    send(&app, telnyx::NAME, "40385f64").await;
    for (((signature, time, body), expected), theirs) in table.into_iter().zip(theirs) {
        let headers = [("telnyx-timestamp", time.as_str()), ("telnyx-signature-ed25519", &signature)];
        let ours = call(&app, "/webhooks/sms/telnyx", &headers, &*body).await;
        let is_taken = ours == StatusCode::NO_CONTENT;
        assert_eq!((is_taken, theirs), (expected, expected), "{time} {body} {ours}");
    }
}
