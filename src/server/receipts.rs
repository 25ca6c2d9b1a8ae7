//! Takes receipts from the providers' side and hands them to the writer of the record.

use std::sync::Arc;

use tracing::info;

use super::{
    clock::Clock,
    record::Record,
    sign_in::SignIn,
    sms::receipts::ReceiptSink,
    store::{
        NewCode,
        messages::{MessageNews, TakenMessage},
    },
};
use crate::domain::{receipt::Receipt, sms_outcome::MessageId, sms_route::ProviderName};

/// Where receipts go, with the time at which they came.
pub struct Receipts {
    record: Arc<Record>,
    clock: Arc<dyn Clock>,
}

impl Receipts {
    /// Joins the record and the clock.
    pub fn new(record: Arc<Record>, clock: Arc<dyn Clock>) -> Self {
        Self { record, clock }
    }
}

impl ReceiptSink for Receipts {
    fn receive(&self, receipt: Receipt) {
        let (provider, state) = (receipt.provider.name(), receipt.state.name());
        info!(event = "receipt_came", provider, state, id = MessageId::as_str(&receipt.id));
        self.record.keep_news(MessageNews::Told(receipt, self.clock.now()));
    }
}

impl SignIn {
    /// Remembers under which name a provider took a message, so that its receipts are understood. Costs no act of the store of
    /// its own: it goes with the events. The console and the outbox tell no name, and nothing of them is kept.
    pub(super) fn note_taken(&self, code: &NewCode, id: Option<MessageId>, by: Option<ProviderName>) {
        let (Some(id), Some(provider)) = (id, by) else { return };
        let (challenge, at) = (code.challenge, self.adapters.clock.now());
        self.adapters.record.keep_news(MessageNews::Taken(TakenMessage { challenge, provider, id, at }));
    }
}
