//! Vonage's delivery receipts: <https://developer.vonage.com/en/messaging/sms/guides/delivery-receipts>, and texts that people write to
//! its numbers: <https://developer.vonage.com/en/messaging/sms/guides/inbound-sms>. Both are signed, where the account has signed
//! webhooks with SHA-256 HMAC, as <https://developer.vonage.com/en/getting-started/concepts/signing-messages> says.

use std::fmt::Write as _;

use chrono::NaiveDateTime;
use ring::hmac::{HMAC_SHA256, Key, verify};
use serde_json::{Map, Value};

use super::{
    callback::{Callback, CallbackFault, CallbackReader, Told, from_hex},
    http_provider::Credential,
    inbound::InboundWord,
};
use crate::domain::{
    opt_out::OptOutWord,
    receipt::DeliveryState::{self, Delivered, Failed, HandedOver, Undeliverable},
    sms_outcome::{MessageId, Rejection},
};

/// From the values of `status` in the documentation.
const STATES: &[(&str, DeliveryState)] = &[
    ("accepted", HandedOver),
    ("buffered", HandedOver),
    ("unknown", HandedOver),
    ("delivered", Delivered),
    ("expired", Failed),
    ("failed", Failed),
    ("rejected", Failed),
];

/// What `err-code` says of the number, from
/// <https://api.support.vonage.com/hc/en-us/articles/204014733-Vonage-SMS-Delivery-Error-Codes-and-Descriptions>: any other is a
/// failure that may be over.
const CODES: &[(&str, Rejection)] = &[
    ("3", Rejection::BadNumber),
    ("4", Rejection::NotReachable),
    ("9", Rejection::OptedOut),
    ("12", Rejection::NotReachable),
    ("14", Rejection::NotReachable),
];

/// What verifies Vonage's calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VonageReceipts {
    /// The account's signature secret, from the dashboard.
    pub signature_secret: Credential,
}

impl CallbackReader for VonageReceipts {
    fn read(&self, call: &Callback<'_>) -> Result<Vec<Told>, CallbackFault> {
        let fields = fields(call);
        let field =
            |name: &str| fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value);
        if !is_signed(self.signature_secret.reveal(), &fields, field("sig")) {
            return Err(CallbackFault::NotTheirs);
        }
        let status = field("status");
        if status.is_empty() && !field("text").is_empty() {
            let said_at = NaiveDateTime::parse_from_str(field("message-timestamp"), "%Y-%m-%d %H:%M:%S").ok();
            let word = OptOutWord::read(field("text"));
            let said_at = said_at.map(|said_at| said_at.and_utc());
            return InboundWord::told(field("messageId"), field("msisdn"), word, said_at);
        }
        let id = MessageId::parse(field("messageId")).ok_or(CallbackFault::Unreadable)?;
        let Some((_, state)) = STATES.iter().find(|(known, _)| *known == status) else {
            return Ok(Vec::new());
        };
        let code = field("err-code");
        let why = CODES.iter().find(|(known, _)| *known == code).map(|(_, rejection)| *rejection);
        Ok(vec![Told::Receipt(id, why.filter(|_| *state == Failed).map_or(*state, Undeliverable))])
    }
}

/// Those of a body in JSON, or else of the form or the query: the dashboard says how Vonage calls.
fn fields(call: &Callback<'_>) -> Vec<(String, String)> {
    let Ok(body) = serde_json::from_slice::<Map<String, Value>>(call.body) else {
        return call.fields.clone();
    };
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    body.into_iter().map(|(name, value)| (name, text(value))).collect()
}

/// HMAC-SHA256 under the secret, over each field but the signature in the order of the names; compared in constant time. What is
/// repeated says nothing new, as with Twilio, so that the time in it is not looked at: Vonage calls again for a day.
fn is_signed(secret: &str, fields: &[(String, String)], signature: &str) -> bool {
    let mut signed: Vec<_> = fields.iter().filter(|(name, _)| name != "sig").collect();
    signed.sort();
    let text = signed.iter().fold(String::new(), |mut text, (name, value)| {
        // Writing to a String cannot fail.
        let _ = write!(text, "&{name}={}", value.replace(['&', '='], "_"));
        text
    });
    let Some(signature) = from_hex(signature) else { return false };
    verify(&Key::new(HMAC_SHA256, secret.as_bytes()), text.as_bytes(), &signature).is_ok()
}
