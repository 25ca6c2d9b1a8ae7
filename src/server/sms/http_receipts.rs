//! Receipts of a provider that the configuration describes. It signs nothing: a secret at the end of the address stands for it.

use serde_json::Value;

use super::{
    callback::{Callback, CallbackFault, CallbackReader},
    http_provider::Credential,
};
use crate::domain::{receipt::DeliveryState, sms_outcome::MessageId};

/// How its calls look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpReceipts {
    /// The last part of the path that it calls.
    pub secret: Credential,
    /// Where the message's name stands: a field's name, or a JSON pointer (RFC 6901).
    pub id: String,
    /// Where the state stands.
    pub state: String,
    /// The states of a message that arrived.
    pub delivered: Vec<String>,
    /// The states of one that will not.
    pub failed: Vec<String>,
}

impl CallbackReader for HttpReceipts {
    fn read(&self, call: &Callback<'_>) -> Result<Vec<(MessageId, DeliveryState)>, CallbackFault> {
        let body: Option<Value> = serde_json::from_slice(call.body).ok();
        let value = |place: &str| match body.as_ref().and_then(|body| body.pointer(place)) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => call.field(place).to_owned(),
        };
        let id = MessageId::parse(&value(&self.id)).ok_or(CallbackFault::Unreadable)?;
        let state = value(&self.state);
        let known = if self.delivered.contains(&state) {
            Some(DeliveryState::Delivered)
        } else {
            self.failed.contains(&state).then_some(DeliveryState::Failed)
        };
        Ok(known.map(|known| (id, known)).into_iter().collect())
    }

    fn secret(&self) -> Option<&Credential> {
        Some(&self.secret)
    }
}
