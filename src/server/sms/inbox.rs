//! The last messages, kept in memory for whoever tries the product out. Development alone has it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{SmsMessage, SmsSender, handover::Handover};
use crate::{
    domain::{phone_number::PhoneNumber, sms_outcome::SmsOutcome},
    server::clock::Clock,
};

/// As many messages are kept: 20, the codes of one person's hour several times over.
pub const MOST_MESSAGES: usize = 20;

/// A message as a phone would show it. `Debug` shows neither number nor text, for the text holds a code.
#[derive(Clone)]
pub struct InboxMessage {
    /// Whose phone it would be.
    pub to: PhoneNumber,
    /// What it says.
    pub text: String,
    /// When the provider took it.
    pub sent_at: DateTime<Utc>,
}

impl std::fmt::Debug for InboxMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "InboxMessage {{ to: {:?}, text: …, sent_at: {} }}", self.to, self.sent_at)
    }
}

/// The last [`MOST_MESSAGES`] messages. Clones share them; a restart forgets them.
#[derive(Clone, Debug, Default)]
pub struct Inbox(Arc<Mutex<VecDeque<InboxMessage>>>);

impl Inbox {
    /// The messages, the newest first.
    pub fn messages(&self) -> Vec<InboxMessage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
    }

    fn keep(&self, message: InboxMessage) {
        let mut messages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while messages.len() >= MOST_MESSAGES {
            messages.pop_front();
        }
        messages.push_back(message);
    }
}

/// Sends by another sender, and keeps what that one took.
pub struct InboxSender {
    sender: Arc<dyn SmsSender>,
    inbox: Inbox,
    clock: Arc<dyn Clock>,
}

impl InboxSender {
    /// Every message that `sender` takes is kept in `inbox`.
    pub fn new(sender: Arc<dyn SmsSender>, inbox: Inbox, clock: Arc<dyn Clock>) -> Self {
        Self { sender, inbox, clock }
    }
}

#[async_trait]
impl SmsSender for InboxSender {
    async fn send(&self, message: &SmsMessage) -> SmsOutcome {
        self.hand_over(message).await.outcome
    }

    async fn hand_over(&self, message: &SmsMessage) -> Handover {
        let handover = self.sender.hand_over(message).await;
        if matches!(handover.outcome, SmsOutcome::Accepted { .. }) {
            let SmsMessage { to, text, .. } = message.clone();
            self.inbox.keep(InboxMessage { to, text, sent_at: self.clock.now() });
        }
        handover
    }
}
