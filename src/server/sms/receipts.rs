//! Where news of messages goes, whatever way it came: a webhook, or a connection that a provider keeps open.

use crate::domain::receipt::Receipt;

/// Takes receipts in.
pub trait ReceiptSink: Send + Sync {
    /// Hands one in; never waits. It is only said what became of a message that the provider took from us: what names no such
    /// message is ignored, and so is what comes late or twice.
    fn receive(&self, receipt: Receipt);
}
