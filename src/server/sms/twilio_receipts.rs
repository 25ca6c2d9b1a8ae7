//! Twilio's status callbacks: <https://www.twilio.com/docs/messaging/guides/track-outbound-message-status>, and texts that people write
//! to its numbers: <https://www.twilio.com/docs/messaging/guides/webhook-request>. Both are signed as
//! <https://www.twilio.com/docs/usage/security> says.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, verify};

use super::{
    callback::{Callback, CallbackFault, CallbackReader, Told},
    inbound::InboundWord,
    twilio::Twilio,
};
use crate::domain::{
    opt_out::OptOutWord,
    receipt::DeliveryState::{self, Delivered, Failed, HandedOver, Undeliverable},
    sms_outcome::{MessageId, Rejection},
};

/// From the values of `MessageStatus` in <https://www.twilio.com/docs/messaging/api/message-resource>.
const STATES: &[(&str, DeliveryState)] = &[
    ("accepted", HandedOver),
    ("scheduled", HandedOver),
    ("queued", HandedOver),
    ("sending", HandedOver),
    ("sent", HandedOver),
    ("delivered", Delivered),
    ("read", Delivered),
    ("undelivered", Failed),
    ("failed", Failed),
    ("canceled", Failed),
];

/// What `ErrorCode` says of the number, from <https://www.twilio.com/docs/api/errors>: any other is a failure that may be over.
const CODES: &[(&str, Rejection)] = &[
    ("21610", Rejection::OptedOut),
    ("21614", Rejection::BadNumber),
    ("30004", Rejection::NotReachable),
    ("30005", Rejection::BadNumber),
    ("30006", Rejection::NotReachable),
];

impl CallbackReader for Twilio {
    fn read(&self, call: &Callback<'_>) -> Result<Vec<Told>, CallbackFault> {
        if !is_signed(self.auth_token.reveal(), call) {
            return Err(CallbackFault::NotTheirs);
        }
        if call.field("SmsStatus") == "received" {
            return InboundWord::told(call.field("MessageSid"), call.field("From"), word(call), None);
        }
        let id = MessageId::parse(call.field("MessageSid")).ok_or(CallbackFault::Unreadable)?;
        let status = call.field("MessageStatus");
        let Some((_, state)) = STATES.iter().find(|(known, _)| *known == status) else {
            return Ok(Vec::new());
        };
        let code = call.field("ErrorCode");
        let why = CODES.iter().find(|(known, _)| *known == code).map(|(_, rejection)| *rejection);
        Ok(vec![Told::Receipt(id, why.filter(|_| *state == Failed).map_or(*state, Undeliverable))])
    }
}

/// A service with advanced opt-out tells what its own words mean, in whatever language:
/// <https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out>.
fn word(call: &Callback<'_>) -> Option<OptOutWord> {
    match call.field("OptOutType") {
        "STOP" => Some(OptOutWord::Stop),
        "START" => Some(OptOutWord::Start),
        "HELP" => None,
        _ => OptOutWord::read(call.field("Body")),
    }
}

/// HMAC-SHA1 under the account's token, over the address and then each field's name and value in the order of the names;
/// compared in constant time. It holds no time: a repeated call says nothing new, the rule of the states ignores it, and so does the
/// store of people's words.
fn is_signed(token: &str, call: &Callback<'_>) -> bool {
    let Ok(signature) = STANDARD.decode(call.header("x-twilio-signature")) else { return false };
    let mut fields: Vec<_> = call.fields.iter().collect();
    fields.sort();
    let signed = fields.iter().fold(call.url.clone(), |signed, (name, value)| signed + name + value);
    verify(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.as_bytes()), signed.as_bytes(), &signature).is_ok()
}
