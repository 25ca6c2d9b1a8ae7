//! What is known of the messages that providers took.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::domain::{
    challenge::ChallengeDigest,
    event::EventKind,
    phone_number::PhoneNumber,
    receipt::{DeliveryState, Receipt},
    sms_outcome::MessageId,
    sms_route::ProviderName,
};

/// A message that a provider has just taken.
#[derive(Clone, Debug)]
pub struct TakenMessage {
    /// Which attempt its code belongs to.
    pub challenge: ChallengeDigest,
    /// Who took it.
    pub provider: ProviderName,
    /// Its name there.
    pub id: MessageId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Something to remember of a message.
#[derive(Clone, Debug)]
pub enum MessageNews {
    /// A provider took it.
    Taken(TakenMessage),
    /// A provider told, at this time, what became of it.
    Told(Receipt, DateTime<Utc>),
}

impl MessageNews {
    /// When it became known.
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Taken(taken) => taken.at,
            Self::Told(_, at) => *at,
        }
    }
}

/// What is known of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownMessage {
    /// The name of the provider that took it, which may be one that is no more.
    pub provider: String,
    /// What became of it.
    pub state: DeliveryState,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// When that was told, if it was.
    pub told_at: Option<DateTime<Utc>>,
}

/// A code that was handed over, or was to be, as the record has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastSend {
    /// When.
    pub at: DateTime<Utc>,
    /// Sent, or not delivered.
    pub kind: EventKind,
    /// A word of ours that says more.
    pub detail: String,
    /// The name of the provider whose word on its message stands, where that is known; it may be one that is no more.
    pub provider: Option<String>,
    /// Why it did not go, or not by the first provider that was asked; empty where nothing went wrong.
    pub reason: String,
}

/// What became of messages. News is added with the events, see
/// [`EventStore::append_events`](super::events::EventStore::append_events).
#[async_trait]
pub trait MessageStore: Send + Sync {
    /// The newest message of an attempt.
    async fn find_message(&self, challenge: &ChallengeDigest) -> Result<Option<KnownMessage>, StoreError>;

    /// The newest messages to a number, at most `most`, newest first, as long as their attempts are kept.
    async fn find_messages_to(&self, phone: &PhoneNumber, most: u32)
    -> Result<Vec<KnownMessage>, StoreError>;

    /// The newest codes to a number that the record has, at most `most`, newest first, as long as its user is kept, and events are.
    /// `pseudonym` is what the record keeps of the number: its user may have had another before.
    async fn find_sends_to(
        &self,
        phone: &PhoneNumber,
        pseudonym: &str,
        most: u32,
    ) -> Result<Vec<PastSend>, StoreError>;
}
