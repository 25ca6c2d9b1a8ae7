//! Handing a text to whoever delivers it. Knows nothing of users, challenges or the store.

pub mod console;
pub mod message;
pub mod outbox;

use async_trait::async_trait;

use crate::domain::phone_number::PhoneNumber;

/// A text for one number. `Debug` shows neither, for the text holds a code.
#[derive(Clone)]
pub struct SmsMessage {
    /// Where it goes.
    pub to: PhoneNumber,
    /// What it says.
    pub text: String,
}

impl std::fmt::Debug for SmsMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SmsMessage {{ to: {:?}, text: … }}", self.to)
    }
}

/// The message was surely not accepted. The text says what happened and what the operator can do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SmsError(pub String);

/// Hands messages to a provider. Called after the commit, never inside a transaction.
#[async_trait]
pub trait SmsSender: Send + Sync {
    /// Returns when the provider has accepted the message.
    ///
    /// # Errors
    /// [`SmsError`] only when the message was surely not accepted: the caller takes the send back.
    async fn send(&self, message: &SmsMessage) -> Result<(), SmsError>;
}
