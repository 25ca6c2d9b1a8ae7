//! What a person's word to our senders changes: no text goes to a number whose owner told us to stop.

use tracing::{info, warn};

use super::{
    sign_in::{SignIn, unavailable},
    sms::inbound::InboundWord,
    store::{StoreError, events::NewEvent, opt_outs::HeardWord},
};
use crate::domain::{
    event::EventKind,
    opt_out::{OptOut, OptOutWord},
    phone_number::PhoneNumber,
    sign_in_error::SignInError,
    sms_outcome::{Rejection, SmsOutcome},
    sms_route::ProviderName,
};

impl SignIn {
    /// Takes in a word that a provider passed on; it is kept when this returns.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn hear(&self, provider: ProviderName, heard: InboundWord) -> Result<(), SignInError> {
        let InboundWord { id, from, word, said_at } = heard;
        let (phone, heard_at) = (self.names.opt_out(&from), self.adapters.clock.now());
        let new = HeardWord { phone, word, provider, id, said_at, heard_at };
        // What changes nothing is no event: else whoever texts a lot crowds an account's activity.
        if self.adapters.accounts.hear_word(&new).await.map_err(unavailable)? {
            self.note_word(word, provider, from);
        }
        Ok(())
    }

    /// What is said of a message instead of sending it; `None`: it may go. Where the database does not tell, it does not go.
    pub(super) async fn withheld(&self, phone: &PhoneNumber) -> Option<SmsOutcome> {
        match self.opt_out(phone).await {
            Ok(None) => None,
            Ok(Some(_)) => Some(SmsOutcome::Rejected(Rejection::OptedOut)),
            Err(error) => {
                warn!(event = "store_failed", %error);
                Some(SmsOutcome::elsewhere("the database did not tell whether the number may be texted"))
            }
        }
    }

    /// Whether the number gets no texts.
    pub(super) async fn opt_out(&self, phone: &PhoneNumber) -> Result<Option<OptOut>, StoreError> {
        self.adapters.accounts.find_opt_out(&self.names.opt_out(phone)).await
    }

    /// For the record of whoever has an account with the number: the word may be somebody else's.
    fn note_word(&self, word: OptOutWord, provider: ProviderName, phone: PhoneNumber) {
        let kind = match word {
            OptOutWord::Stop => EventKind::TextsStopped,
            OptOutWord::Start => EventKind::TextsStarted,
        };
        let pseudonym = self.names.pseudonym(&phone);
        info!(event = kind.name(), phone = pseudonym, provider = provider.name());
        let at = self.adapters.clock.now();
        self.adapters.record.keep(NewEvent::of_number(at, kind, provider.name(), phone, pseudonym));
    }
}
