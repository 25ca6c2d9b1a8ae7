//! Plivo's status callbacks: <https://docs.plivo.com/docs/messaging/api/message/message-status-callbacks>, and texts that people write
//! to its numbers: <https://docs.plivo.com/docs/messaging/api/message/handling-incoming>. Both are signed as
//! <https://docs.plivo.com/docs/messaging/concepts/signature-validation> says of messages: version 2, not the version 3 of calls.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::hmac::{HMAC_SHA256, Key, verify};

use super::{
    callback::{Callback, CallbackFault, CallbackReader, Told},
    inbound::InboundWord,
    plivo::Plivo,
};
use crate::domain::{
    opt_out::OptOutWord,
    receipt::DeliveryState::{self, Delivered, Failed, HandedOver, Undeliverable},
    sms_outcome::{MessageId, Rejection},
};

/// From the values of `Status` in the documentation.
const STATES: &[(&str, DeliveryState)] = &[
    ("queued", HandedOver),
    ("sent", HandedOver),
    ("delivered", Delivered),
    ("undelivered", Failed),
    ("failed", Failed),
    ("rejected", Failed),
];

/// What `ErrorCode` says of the number, from <https://www.plivo.com/docs/messaging/troubleshooting/error-codes>: any other is a
/// failure that may be over.
const CODES: &[(&str, Rejection)] = &[
    ("50", Rejection::BadNumber),
    ("70", Rejection::NotReachable),
    ("200", Rejection::OptedOut),
    ("450", Rejection::BlockedRegion),
];

/// The signatures by the token of the account that sent, and by that of the main one.
const SIGNATURES: [&str; 2] = ["x-plivo-signature-v2", "x-plivo-signature-ma-v2"];

impl CallbackReader for Plivo {
    fn read(&self, call: &Callback<'_>) -> Result<Vec<Told>, CallbackFault> {
        if !is_signed(self.auth_token.reveal(), call) {
            return Err(CallbackFault::NotTheirs);
        }
        if call.field("Status").is_empty() && call.has_field("Text") {
            return InboundWord::told(call.field("MessageUUID"), call.field("From"), word(call), None);
        }
        let id = MessageId::parse(call.field("MessageUUID")).ok_or(CallbackFault::Unreadable)?;
        let status = call.field("Status");
        let Some((_, state)) = STATES.iter().find(|(known, _)| *known == status) else {
            return Ok(Vec::new());
        };
        let code = call.field("ErrorCode");
        let why = CODES.iter().find(|(known, _)| *known == code).map(|(_, rejection)| *rejection);
        Ok(vec![Told::Receipt(id, why.filter(|_| *state == Failed).map_or(*state, Undeliverable))])
    }
}

/// Plivo tells what it takes a text for, by its standard words.
fn word(call: &Callback<'_>) -> Option<OptOutWord> {
    match call.field("MessageIntent") {
        "optout" => Some(OptOutWord::Stop),
        "optin" => Some(OptOutWord::Start),
        "help" => None,
        _ => OptOutWord::read(call.field("Text")),
    }
}

/// HMAC-SHA256 under the token over the address without its query and a number used once; compared in constant time. The form
/// is not signed: this proves that whoever calls has seen a call of Plivo's, and only TLS keeps others from that.
fn is_signed(token: &str, call: &Callback<'_>) -> bool {
    let nonce = call.header("x-plivo-signature-v2-nonce");
    let address = call.url.split('?').next().unwrap_or_default();
    let key = Key::new(HMAC_SHA256, token.as_bytes());
    let signed = format!("{address}{nonce}");
    let holds = |name: &&str| {
        let signature = STANDARD.decode(call.header(name));
        signature.is_ok_and(|signature| verify(&key, signed.as_bytes(), &signature).is_ok())
    };
    !nonce.is_empty() && SIGNATURES.iter().any(holds)
}
