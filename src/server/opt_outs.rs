//! What a person's word to our senders changes: no text goes to a number whose owner told us to stop.

use tracing::warn;

use super::{sign_in::SignIn, store::StoreError};
use crate::domain::{
    opt_out::OptOut,
    phone_number::PhoneNumber,
    sms_outcome::{Rejection, SmsOutcome},
};

impl SignIn {
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
}
