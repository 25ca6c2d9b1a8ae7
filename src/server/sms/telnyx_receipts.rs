//! Telnyx's webhooks: <https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks>.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::DateTime;
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::Value;

use super::{
    callback::{Callback, CallbackFault, CallbackReader, Told},
    inbound::InboundWord,
};
use crate::domain::{
    opt_out::OptOutWord,
    receipt::DeliveryState::{self, Delivered, Failed, HandedOver, Undeliverable},
    sms_outcome::{MessageId, Rejection},
};

/// From the values of `to[].status` in the documentation. `delivery_unconfirmed` means that no word will come.
const STATES: &[(&str, DeliveryState)] = &[
    ("queued", HandedOver),
    ("sending", HandedOver),
    ("sent", HandedOver),
    ("delivery_unconfirmed", HandedOver),
    ("delivered", Delivered),
    ("sending_failed", Failed),
    ("delivery_failed", Failed),
    ("expired", Failed),
];

/// What an error's code says of the number, from <https://developers.telnyx.com/docs/messaging/messages/error-codes>: any other
/// is a failure that may be over.
const CODES: &[(&str, Rejection)] = &[
    ("40001", Rejection::BadNumber),
    ("40008", Rejection::NotReachable),
    ("40300", Rejection::OptedOut),
    ("40301", Rejection::BadNumber),
    ("40309", Rejection::BlockedRegion),
    ("40310", Rejection::BadNumber),
];

/// How old, or how far ahead, a signed call may be: 5 minutes, as Telnyx's own libraries have it.
const TOLERANCE_SECONDS: u64 = 300;

/// What verifies Telnyx's calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TelnyxKey([u8; 32]);

impl TelnyxKey {
    /// The public key from the portal, in base64.
    pub fn parse(text: &str) -> Option<Self> {
        Some(Self(STANDARD.decode(text).ok()?.try_into().ok()?))
    }

    /// Ed25519 over the time, a bar and the body.
    fn is_signed(&self, call: &Callback<'_>) -> bool {
        let time = call.header("telnyx-timestamp");
        let is_fresh =
            time.parse::<i64>().is_ok_and(|then| call.at.timestamp().abs_diff(then) <= TOLERANCE_SECONDS);
        let Ok(signature) = STANDARD.decode(call.header("telnyx-signature-ed25519")) else { return false };
        let signed = [time.as_bytes(), b"|", call.body].concat();
        is_fresh && UnparsedPublicKey::new(&ED25519, &self.0).verify(&signed, &signature).is_ok()
    }
}

impl CallbackReader for TelnyxKey {
    fn read(&self, call: &Callback<'_>) -> Result<Vec<Told>, CallbackFault> {
        if !self.is_signed(call) {
            return Err(CallbackFault::NotTheirs);
        }
        let body: Value = serde_json::from_slice(call.body).map_err(|_| CallbackFault::Unreadable)?;
        let text = |place: &str| body.pointer(place).and_then(Value::as_str).unwrap_or_default();
        if text("/data/event_type") == "message.received" {
            let said_at = DateTime::parse_from_rfc3339(text("/data/payload/received_at")).ok();
            return InboundWord::told(
                text("/data/payload/id"),
                text("/data/payload/from/phone_number"),
                OptOutWord::read(text("/data/payload/text")),
                said_at.map(|said_at| said_at.to_utc()),
            );
        }
        let id = MessageId::parse(text("/data/payload/id")).ok_or(CallbackFault::Unreadable)?;
        let status = text("/data/payload/to/0/status");
        let Some((_, state)) = STATES.iter().find(|(known, _)| *known == status) else {
            return Ok(Vec::new());
        };
        let code = text("/data/payload/errors/0/code");
        let why = CODES.iter().find(|(known, _)| *known == code).map(|(_, rejection)| *rejection);
        Ok(vec![Told::Receipt(id, why.filter(|_| *state == Failed).map_or(*state, Undeliverable))])
    }
}
