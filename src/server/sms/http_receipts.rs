//! Receipts of a provider that the configuration describes, and texts that people write to its numbers. It signs nothing: a secret at
//! the end of the address stands for it.

use serde_json::Value;

use super::{
    callback::{Callback, CallbackFault, CallbackReader, Told},
    http_provider::Credential,
    inbound::InboundWord,
};
use crate::domain::{opt_out::OptOutWord, receipt::DeliveryState, sms_outcome::MessageId};

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
    /// How a person's text looks, if it passes them on.
    pub inbound: Option<HttpInbound>,
}

/// Where the parts of a person's text stand: fields' names, or JSON pointers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpInbound {
    /// Its name.
    pub id: String,
    /// Who wrote it.
    pub from: String,
    /// What it says.
    pub text: String,
}

impl CallbackReader for HttpReceipts {
    fn read(&self, call: &Callback<'_>) -> Result<Vec<Told>, CallbackFault> {
        let body: Option<Value> = serde_json::from_slice(call.body).ok();
        let value = |place: &str| match body.as_ref().and_then(|body| body.pointer(place)) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => call.field(place).to_owned(),
        };
        if let Some(HttpInbound { id, from, text }) = &self.inbound
            && let (from, text) = (value(from), value(text))
            && !from.is_empty()
            && !text.is_empty()
        {
            return InboundWord::told(&value(id), &from, OptOutWord::read(&text), None);
        }
        let id = MessageId::parse(&value(&self.id)).ok_or(CallbackFault::Unreadable)?;
        let state = value(&self.state);
        let known = if self.delivered.contains(&state) {
            Some(DeliveryState::Delivered)
        } else {
            self.failed.contains(&state).then_some(DeliveryState::Failed)
        };
        Ok(known.map(|known| Told::Receipt(id, known)).into_iter().collect())
    }

    fn secret(&self) -> Option<&Credential> {
        Some(&self.secret)
    }
}
