//! Test numbers in the acts: another draw of the code, and nothing handed over. All else is as for any number.

use chrono::{DateTime, Utc};
use tracing::warn;

use super::{sign_in::SignIn, sms::SmsMessage, store::Spender};
use crate::domain::{one_time_code::OneTimeCode, sms_outcome::SmsOutcome};

impl SignIn {
    /// A fresh code, or that of a test number.
    pub(super) fn code_for(&self, spender: &Spender) -> OneTimeCode {
        let fixed = self.rules.test_numbers.code_of(&spender.phone, spender.at);
        fixed.cloned().unwrap_or_else(|| OneTimeCode::generate(&mut *self.adapters.entropy.random()))
    }

    /// Hands a message of that time to whoever delivers; one to a test number, or to one whose owner told us to stop, goes nowhere.
    pub(super) async fn hand_over(&self, message: &SmsMessage, at: DateTime<Utc>) -> SmsOutcome {
        if self.rules.test_numbers.code_of(&message.to, at).is_none() {
            return match self.withheld(&message.to).await {
                Some(outcome) => outcome,
                None => self.adapters.sms.send(message).await,
            };
        }
        let note = "nothing was sent: [sms] test_numbers names it";
        warn!(event = "test_number_used", phone = ?message.to, note);
        SmsOutcome::accepted(None)
    }

    /// Until when numbers get no message, while some do; pages say so.
    pub fn test_numbers_end(&self) -> Option<DateTime<Utc>> {
        let numbers = &self.rules.test_numbers;
        numbers.end().filter(|_| numbers.are_on(self.adapters.clock.now()))
    }
}
