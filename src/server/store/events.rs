//! The record of what happened.

use std::borrow::Cow;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{StoreError, messages::MessageNews};
use crate::domain::{
    challenge::ChallengeDigest, event::EventKind, phone_number::PhoneNumber, sms_route::ProviderName,
    user::UserId,
};

/// Something that has just happened.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: EventKind,
    /// Words of ours that say more.
    pub detail: Cow<'static, str>,
    /// A figure that says more: seconds, or guesses.
    pub number: Option<u32>,
    /// Of a code: whose word on its message stands, where that is known.
    pub provider: Option<ProviderName>,
    /// Of a code: why its message did not go, or not by the first provider that was asked; words of ours, or empty.
    pub reason: String,
    /// To whom: the store finds the user of the number and keeps that, not the number. `None`: to nobody in particular.
    pub phone: Option<PhoneNumber>,
    /// What is kept of the number; empty without one.
    pub pseudonym: String,
    /// From which network; empty when unknown.
    pub network: String,
    /// In which browser, in words of ours.
    pub browser: String,
    /// In which request, as the log names it.
    pub request: String,
}

impl NewEvent {
    /// What happened to a number otherwise than by a visitor: from no network, in no browser.
    pub fn of_number(
        at: DateTime<Utc>,
        kind: EventKind,
        detail: &'static str,
        phone: PhoneNumber,
        pseudonym: String,
    ) -> Self {
        Self { phone: Some(phone), pseudonym, ..Self::of_nobody(at, kind, detail) }
    }

    /// What happened to nobody in particular, and not by a visitor.
    pub fn of_nobody(at: DateTime<Utc>, kind: EventKind, detail: impl Into<Cow<'static, str>>) -> Self {
        let [reason, pseudonym, network, browser, request] = [const { String::new() }; 5];
        let (detail, number, provider, phone) = (detail.into(), None, None, None);
        Self { at, kind, detail, number, provider, reason, phone, pseudonym, network, browser, request }
    }
}

/// Something that happened, as its user sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastEvent {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: EventKind,
    /// A word of ours that says more.
    pub detail: String,
    /// From which network.
    pub network: String,
    /// In which browser.
    pub browser: String,
}

/// What came of news of messages.
#[derive(Debug, Default)]
pub struct Appended {
    /// The attempts of which something is known now that was not before.
    pub changed: Vec<ChallengeDigest>,
    /// The receipts that name no message: nothing came of them.
    pub strange: Vec<MessageNews>,
}

/// The record.
#[async_trait]
pub trait EventStore: Send + Sync {
    /// Adds events, and then what is new of messages, each in their order, in one act. News that says no more than what
    /// is known changes nothing.
    async fn append_events(&self, events: &[NewEvent], news: &[MessageNews]) -> Result<Appended, StoreError>;

    /// The newest events of a user, at most `most`, newest first, without refusals: of these strangers can make as many as
    /// they like, and would push the others out of sight. Kinds that this program does not know are left out.
    async fn find_events(&self, user_id: UserId, most: u32) -> Result<Vec<PastEvent>, StoreError>;
}
