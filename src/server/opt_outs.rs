//! What a person's word to our senders changes: no text goes to a number whose owner told us to stop.

use chrono::{DateTime, Utc};
use tracing::warn;

use super::{
    sign_in::SignIn,
    sms::{SmsMessage, handover::Handover},
    store::StoreError,
};
use crate::domain::{opt_out::OptOut, phone_number::PhoneNumber, sms_outcome::SmsOutcome};

impl SignIn {
    /// Hands over a message that no send was claimed for. Where the database does not tell whether it may go, it does not.
    pub(super) async fn hand_over_unclaimed(&self, message: &SmsMessage, at: DateTime<Utc>) -> Handover {
        match self.opt_out(&message.to).await {
            Ok(opt_out) => self.hand_over(message, at, opt_out.is_some()).await,
            Err(error) => {
                warn!(event = "store_failed", %error);
                SmsOutcome::elsewhere("the database did not tell whether the number may be texted").into()
            }
        }
    }

    /// Whether the number gets no texts.
    pub(super) async fn opt_out(&self, phone: &PhoneNumber) -> Result<Option<OptOut>, StoreError> {
        self.adapters.accounts.find_opt_out(&self.names.opt_out(phone)).await
    }
}
