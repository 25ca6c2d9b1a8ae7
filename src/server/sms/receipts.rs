//! Where news of messages goes, whatever way it came: a webhook, or a connection that a provider keeps open.

use async_trait::async_trait;

use super::inbound::InboundWord;
use crate::domain::{receipt::Receipt, sms_route::ProviderName};

/// A person's word could not be kept: whoever passed it on must do so again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the word could not be kept; pass it on again")]
pub struct NotKept;

/// Takes receipts in, and what people text to our senders.
#[async_trait]
pub trait ReceiptSink: Send + Sync {
    /// Hands a receipt in; never waits. It is only said what became of a message that the provider took from us: what names no such
    /// message is ignored, and so is what comes late or twice.
    fn receive(&self, receipt: Receipt);

    /// Hands in a word that a provider passed on; it is kept when this returns.
    ///
    /// # Errors
    /// [`NotKept`].
    async fn hear(&self, provider: ProviderName, word: InboundWord) -> Result<(), NotKept>;
}
