//! What Kavenegar calls to tell of a message. Its documentation has the states (<https://kavenegar.com/rest.html>) and not the call,
//! which its panel sets up: a form with `messageid` and `status`, as those who take it tell. It signs nothing: a secret at the end of
//! the address stands for it.

use super::{
    callback::{Callback, CallbackFault, CallbackReader, Told},
    http_provider::Credential,
};
use crate::domain::{
    receipt::DeliveryState::{self, Delivered, Failed, HandedOver, Undeliverable},
    sms_outcome::{MessageId, Rejection},
};

/// From the table of states in the documentation: queued, scheduled, handed to the network (twice), failed, arrived, not arrived,
/// cancelled, and blocked by the number's owner.
const STATES: &[(&str, DeliveryState)] = &[
    ("1", HandedOver),
    ("2", HandedOver),
    ("4", HandedOver),
    ("5", HandedOver),
    ("6", Failed),
    ("10", Delivered),
    ("11", Failed),
    ("13", Failed),
    ("14", Undeliverable(Rejection::OptedOut)),
];

/// What reads Kavenegar's calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KavenegarReceipts {
    /// The last part of the path that it calls.
    pub secret: Credential,
}

impl CallbackReader for KavenegarReceipts {
    fn read(&self, call: &Callback<'_>) -> Result<Vec<Told>, CallbackFault> {
        let id = MessageId::parse(call.field("messageid")).ok_or(CallbackFault::Unreadable)?;
        let status = call.field("status");
        let state = STATES.iter().find(|(known, _)| *known == status).map(|(_, state)| *state);
        Ok(state.map(|state| Told::Receipt(id, state)).into_iter().collect())
    }

    fn secret(&self) -> Option<&Credential> {
        Some(&self.secret)
    }
}
