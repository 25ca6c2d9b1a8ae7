//! Numbers whose owners told us to stop.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{StoreError, events::NewEvent};
use crate::domain::{
    opt_out::{OptOut, OptOutWord},
    sms_outcome::MessageId,
    sms_route::ProviderName,
    throttle::ThrottleKey,
};

/// The words of one number that are kept, the newest: 100. Nobody says so many in earnest, and a phone that texts all day must
/// not fill the disk.
pub const WORDS_PER_NUMBER: i64 = 100;

/// A word that a provider has just passed on.
#[derive(Clone, Debug)]
pub struct HeardWord {
    /// The number's keyed name.
    pub phone: ThrottleKey,
    /// What it asks for.
    pub word: OptOutWord,
    /// Who passed it on.
    pub provider: ProviderName,
    /// The name of the person's message there: the same message changes nothing twice.
    pub id: MessageId,
    /// When the person said it, where the provider tells that.
    pub said_at: Option<DateTime<Utc>>,
    /// Now.
    pub heard_at: DateTime<Utc>,
}

/// Words of numbers. Each is one atomic act.
#[async_trait]
pub trait OptOutStore: Send + Sync {
    /// Keeps a word. Of the words of a number the one that was said last holds, in whatever order they come; one without a time was
    /// said after all that were heard before, and a message that was heard already says nothing. `false`: the number gets texts, or
    /// none, as before.
    async fn hear_word(&self, new: &HeardWord) -> Result<bool, StoreError>;

    /// Whether the number gets no texts.
    async fn find_opt_out(&self, phone: &ThrottleKey) -> Result<Option<OptOut>, StoreError>;

    /// Takes the owner's word back at the operator's, and keeps the event that tells of it. `false`, and nothing changed: the number
    /// gets texts.
    async fn opt_in(&self, phone: &ThrottleKey, event: &NewEvent) -> Result<bool, StoreError>;
}
