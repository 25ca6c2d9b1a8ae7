//! Bird's status reports: <https://developers.messagebird.com/api/sms-messaging/#handle-a-status-report>, signed as
//! <https://developers.messagebird.com/api/#verifying-http-requests> says: a JSON Web Token (RFC 7519) that holds hashes of the address
//! and the body.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    hmac::{HMAC_SHA256, Key, verify},
};
use serde::Deserialize;

use super::{
    callback::{Callback, CallbackFault, CallbackReader, Told, from_hex},
    http_provider::Credential,
};
use crate::domain::{
    receipt::DeliveryState::{self, Delivered, Failed, HandedOver, Undeliverable},
    sms_outcome::{MessageId, Rejection},
};

/// From the values of a recipient's `status` in the documentation.
const STATES: &[(&str, DeliveryState)] = &[
    ("scheduled", HandedOver),
    ("buffered", HandedOver),
    ("sent", HandedOver),
    ("delivered", Delivered),
    ("expired", Failed),
    ("delivery_failed", Failed),
];

/// What `statusErrorCode` says of the number, from
/// <https://docs.bird.com/api/channels-api/message-status-and-interactions/message-failure-sources/sms-platform-extended-error-codes>:
/// any other is a failure that may be over.
const CODES: &[(&str, Rejection)] = &[("1", Rejection::BadNumber), ("5", Rejection::BadNumber)];

/// How far Bird's clock and ours may differ: 5 s, as its own library has it.
const TOLERANCE_SECONDS: i64 = 5;

/// What verifies Bird's calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BirdReceipts {
    /// The account's signing key, from the dashboard.
    pub signing_key: Credential,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    exp: i64,
    nbf: Option<i64>,
    url_hash: String,
    payload_hash: Option<String>,
}

impl CallbackReader for BirdReceipts {
    fn read(&self, call: &Callback<'_>) -> Result<Vec<Told>, CallbackFault> {
        let claims = claims(self.signing_key.reveal(), call.header("messagebird-signature-jwt"));
        if !claims.is_some_and(|claims| is_of(&claims, call)) {
            return Err(CallbackFault::NotTheirs);
        }
        let id = MessageId::parse(call.field("id")).ok_or(CallbackFault::Unreadable)?;
        let status = call.field("status");
        let Some((_, state)) = STATES.iter().find(|(known, _)| *known == status) else {
            return Ok(Vec::new());
        };
        let code = call.field("statusErrorCode");
        let why = CODES.iter().find(|(known, _)| *known == code).map(|(_, rejection)| *rejection);
        Ok(vec![Told::Receipt(id, why.filter(|_| *state == Failed).map_or(*state, Undeliverable))])
    }
}

/// What a token says that was signed by the key with HMAC-SHA256, the way that Bird signs: a token does not choose its own. The
/// signature is compared in constant time, before anything in the token is believed.
fn claims(key: &str, token: &str) -> Option<Claims> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    verify(&Key::new(HMAC_SHA256, key.as_bytes()), signed.as_bytes(), &signature).ok()?;
    let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    let claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    (header.alg == "HS256").then_some(claims)
}

/// Whether they are of this call: its address with its query, its body where it has one, and its time.
fn is_of(claims: &Claims, call: &Callback<'_>) -> bool {
    let now = call.at.timestamp();
    let is_fresh = now < claims.exp.saturating_add(TOLERANCE_SECONDS)
        && claims.nbf.is_none_or(|begin| begin <= now.saturating_add(TOLERANCE_SECONDS));
    let is_same = |hash: &str, of: &[u8]| from_hex(hash).as_deref() == Some(digest(&SHA256, of).as_ref());
    let is_body = match &claims.payload_hash {
        Some(hash) => is_same(hash, call.body),
        None => call.body.is_empty(),
    };
    claims.iss == "MessageBird" && is_fresh && is_same(&claims.url_hash, call.url.as_bytes()) && is_body
}
