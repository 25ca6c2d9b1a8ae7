//! Test numbers in the acts: another draw of the code, and no message. All else is as for any number.

use chrono::{DateTime, Utc};
use tracing::warn;

use super::{sign_in::SignIn, store::Spender};
use crate::domain::{one_time_code::OneTimeCode, phone_number::PhoneNumber};

impl SignIn {
    /// A fresh code, or that of a test number.
    pub(super) fn code_for(&self, spender: &Spender) -> OneTimeCode {
        let fixed = self.rules.test_numbers.code_of(&spender.phone, spender.at);
        fixed.cloned().unwrap_or_else(|| OneTimeCode::generate(&mut *self.adapters.entropy.random()))
    }

    /// Whether the number gets no message at that time; the log tells of each use.
    pub(super) fn is_test_number(&self, phone: &PhoneNumber, at: DateTime<Utc>) -> bool {
        let is_one = self.rules.test_numbers.code_of(phone, at).is_some();
        if is_one {
            let note = "nothing was sent: [sms] test_numbers names it";
            warn!(event = "test_number_used", ?phone, note);
        }
        is_one
    }

    /// Until when numbers get no message, while some do; pages say so.
    pub fn test_numbers_end(&self) -> Option<DateTime<Utc>> {
        let numbers = &self.rules.test_numbers;
        numbers.end().filter(|_| numbers.are_on(self.adapters.clock.now()))
    }
}
