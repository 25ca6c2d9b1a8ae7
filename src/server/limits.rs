//! Who spends from which budgets, and what is said when one is used up.

use std::sync::Arc;

use tracing::{info, warn};

use super::{
    overrides::in_force,
    sign_in::{SignIn, unavailable},
    store::{Begun, Granted, Spender},
    visitor::Visitor,
};
use crate::domain::{
    known_device::DeviceSecret,
    limit::{Excess, Limit},
    phone_number::PhoneNumber,
    sign_in_error::SignInError,
    throttle::Wait,
};

impl SignIn {
    /// The budgets of a visitor who asks for something with this number, by the limits in force now.
    ///
    /// # Errors
    /// `unavailable`.
    pub(super) async fn spender(
        &self,
        phone: PhoneNumber,
        visitor: &Visitor,
    ) -> Result<Spender, SignInError> {
        let at = self.adapters.clock.now();
        let overrides = self.adapters.store.find_overrides(at).await.map_err(unavailable)?;
        Ok(Spender {
            country: phone.region(),
            device: visitor.device.as_ref().map(DeviceSecret::digest),
            keys: self.names.budget_keys(&phone, visitor.address),
            at,
            policy: Arc::new(in_force(&self.rules.policy, &overrides)),
            phone,
        })
    }
}

/// What the person is told of a limit; the log says which one it was.
pub(super) fn refuse(excess: Excess, phone: &str) -> SignInError {
    let wait = excess.wait.map_or(0, Wait::seconds);
    info!(event = "limit_hit", limit = excess.limit.name(), phone, wait);
    match excess.limit {
        Limit::ConsecutiveFailures => SignInError::PhoneDisabled,
        Limit::Conversion | Limit::CountryBudget | Limit::SiteBudget | Limit::SiteGuesses => {
            SignInError::SendingPaused { retry_after_seconds: wait }
        }
        _ => SignInError::TooManyRequests { retry_after_seconds: wait },
    }
}

/// Tells the operator whom a limit that only records would have hit, and how the budgets are used.
pub(super) fn log_granted(granted: &Granted, spender: &Spender, phone: &str) {
    log_over(&granted.over, phone);
    for (limit, percent) in &granted.marks {
        let country = spender.country.map(|country| country.to_string());
        warn!(event = "budget_mark_passed", budget = limit.name(), percent, country);
    }
}

/// The same for a guess.
pub(super) fn log_guess(begun: &Begun, phone: &str) {
    log_over(&begun.over, phone);
    if begun.is_alarming {
        warn!(event = "many_wrong_guesses", "somebody may be guessing at many numbers at once");
    }
}

fn log_over(over: &[Excess], phone: &str) {
    for excess in over {
        let wait = excess.wait.map_or(0, Wait::seconds);
        warn!(event = "limit_recorded", limit = excess.limit.name(), phone, wait, "not refused: record_only");
    }
}
