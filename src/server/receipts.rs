//! Takes receipts from the providers' side and hands them to the writer of the record; what people text there is kept at once.

use std::sync::Arc;

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use tracing::info;

use super::{
    clock::Clock,
    keyed_names::KeyedNames,
    record::Record,
    sign_in::{SignIn, unavailable},
    sms::{
        inbound::InboundWord,
        receipts::{NotKept, ReceiptSink},
    },
    store::{
        NewCode,
        account::AccountStore,
        events::NewEvent,
        messages::{MessageNews, TakenMessage},
        opt_outs::HeardWord,
    },
    to_its_end::to_its_end,
};
use crate::domain::{
    event::EventKind, opt_out::OptOutWord, phone_number::PhoneNumber, receipt::Receipt,
    sms_outcome::MessageId, sms_route::ProviderName, throttle::ThrottleKey,
};

/// Where receipts and words go, with the time at which they came.
pub struct Receipts {
    /// Keeps receipts, and that a word was heard.
    pub record: Arc<Record>,
    /// Keeps words.
    pub accounts: Arc<dyn AccountStore>,
    /// Names numbers.
    pub names: KeyedNames,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl ReceiptSink for Receipts {
    fn receive(&self, receipt: Receipt) {
        let (provider, state) = (receipt.provider.name(), receipt.state.name());
        info!(event = "receipt_came", provider, state, id = MessageId::as_str(&receipt.id));
        self.record.keep_news(MessageNews::Told(receipt, self.clock.now()));
    }

    async fn hear(&self, provider: ProviderName, heard: InboundWord) -> Result<(), NotKept> {
        let InboundWord { id, from, word, said_at } = heard;
        let (phone, heard_at) = (self.names.opt_out(&from), self.clock.now());
        let id = id.or_else(|| name_of(&phone, heard_at.timestamp_millis())).ok_or(NotKept)?;
        let new = HeardWord { phone, word, provider, id, said_at, heard_at };
        let accounts = self.accounts.clone();
        let kept = to_its_end(async move { accounts.hear_word(&new).await.map_err(unavailable) });
        // What changes nothing is no event: else whoever texts a lot crowds an account's activity.
        if kept.await.map_err(|_| NotKept)? {
            self.note_word(word, provider, from);
        }
        Ok(())
    }
}

impl Receipts {
    /// For the record of whoever has an account with the number: the word may be somebody else's.
    fn note_word(&self, word: OptOutWord, provider: ProviderName, phone: PhoneNumber) {
        let kind = match word {
            OptOutWord::Stop => EventKind::TextsStopped,
            OptOutWord::Start => EventKind::TextsStarted,
        };
        let pseudonym = self.names.pseudonym(&phone);
        info!(event = kind.name(), phone = pseudonym, provider = provider.name());
        let at = self.clock.now();
        self.record.keep(NewEvent::of_number(at, kind, provider.name(), phone, pseudonym));
    }
}

/// Names a text that came without a name: no other comes from that number in the same millisecond.
fn name_of(phone: &ThrottleKey, milliseconds: i64) -> Option<MessageId> {
    MessageId::parse(&format!("{milliseconds}-{}", URL_SAFE_NO_PAD.encode(phone.as_bytes())))
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
