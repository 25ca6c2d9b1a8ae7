//! Who spends from which budgets, and what is said when one is used up.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tracing::{info, warn};

use super::{
    overrides::in_force,
    sign_in::{SignIn, unavailable},
    store::{Consumed, Granted, Spender, SpentGuess, events::NewEvent},
    visitor::Visitor,
};
use crate::domain::{
    budget_mark::MarkPassed,
    event::EventKind,
    known_device::DeviceSecret,
    limit::{Excess, Limit},
    phone_number::PhoneNumber,
    policy::SignInPolicy,
    sign_in_error::SignInError,
    throttle::Wait,
};

impl SignIn {
    /// The budgets of a visitor who asks for a code to this number, by the limits in force now.
    ///
    /// # Errors
    /// `unavailable`.
    pub(super) async fn spender(
        &self,
        phone: PhoneNumber,
        visitor: &Visitor,
    ) -> Result<Spender, SignInError> {
        let at = self.adapters.clock.now();
        let policy = self.policy_in_force(at).await?;
        Ok(self.spender_by(policy, at, phone, visitor))
    }

    /// The budgets of a visitor who guesses: the operator's word at run time is about sends alone.
    pub(super) fn guesser(&self, phone: PhoneNumber, visitor: &Visitor) -> Spender {
        self.spender_by(self.rules.policy.clone(), self.adapters.clock.now(), phone, visitor)
    }

    fn spender_by(
        &self,
        policy: Arc<SignInPolicy>,
        at: DateTime<Utc>,
        phone: PhoneNumber,
        visitor: &Visitor,
    ) -> Spender {
        Spender {
            country: phone.region(),
            device: visitor.device.as_ref().map(DeviceSecret::digest),
            keys: self.names.budget_keys(&phone, visitor.address),
            at,
            policy,
            phone,
        }
    }

    /// The lives and limits in force: the operator may have changed them beside the running server.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn policy_in_force(&self, at: DateTime<Utc>) -> Result<Arc<SignInPolicy>, SignInError> {
        let overrides = self.adapters.store.find_overrides(at).await.map_err(unavailable)?;
        if overrides.is_empty() {
            return Ok(self.rules.policy.clone());
        }
        Ok(Arc::new(in_force(&self.rules.policy, &overrides)))
    }

    /// What the person is told of a limit; the record says which one it was.
    pub(super) fn refuse(&self, excess: Excess, phone: &PhoneNumber, visitor: &Visitor) -> SignInError {
        let wait = excess.wait.map_or(0, Wait::seconds);
        self.note(EventKind::LimitHit, excess.limit.name(), Some(wait), phone, visitor);
        match excess.limit {
            Limit::ConsecutiveFailures => SignInError::PhoneDisabled,
            Limit::Conversion
            | Limit::CountryBudget
            | Limit::SiteBudget
            | Limit::SiteGuesses
            | Limit::Operator => SignInError::SendingPaused { retry_after_seconds: wait },
            _ => SignInError::TooManyRequests { retry_after_seconds: wait },
        }
    }

    /// Notes whom limits that only record would have hit.
    pub(super) fn note_over(&self, over: &[Excess], phone: &PhoneNumber, visitor: &Visitor) {
        for excess in over {
            let wait = excess.wait.map(Wait::seconds);
            self.note(EventKind::LimitRecorded, excess.limit.name(), wait, phone, visitor);
        }
    }

    /// The same for a guess, with a warning when there are many everywhere.
    pub(super) fn note_guess(&self, guess: &SpentGuess, phone: &PhoneNumber, visitor: &Visitor) {
        self.note_over(&guess.over, phone, visitor);
        if guess.is_alarming {
            warn!(event = "many_wrong_guesses", "somebody may be guessing at many numbers at once");
        }
    }

    /// Notes that the oldest sessions ended because another began.
    pub(super) fn note_ended(&self, consumed: Consumed, phone: &PhoneNumber, visitor: &Visitor) {
        if consumed.ended > 0 {
            self.note(EventKind::SessionsEnded, "too_many", Some(consumed.ended), phone, visitor);
        }
    }

    /// Logs an event and hands it to the record.
    pub(super) fn note(
        &self,
        kind: EventKind,
        detail: &'static str,
        number: Option<u32>,
        phone: &PhoneNumber,
        visitor: &Visitor,
    ) {
        self.keep(self.event(kind, detail, number, phone, visitor));
    }

    /// The same for an event that says more.
    pub(super) fn keep(&self, event: NewEvent) {
        let NewEvent { kind, detail, number, pseudonym, .. } = &event;
        info!(event = kind.name(), phone = pseudonym, detail = &**detail, number);
        self.adapters.record.keep(event);
    }

    /// What happens to a number now, by this visitor.
    pub(super) fn event(
        &self,
        kind: EventKind,
        detail: &'static str,
        number: Option<u32>,
        phone: &PhoneNumber,
        visitor: &Visitor,
    ) -> NewEvent {
        NewEvent {
            at: self.adapters.clock.now(),
            kind,
            detail: detail.into(),
            number,
            provider: None,
            reason: String::new(),
            phone: Some(phone.clone()),
            pseudonym: self.names.pseudonym(phone),
            network: visitor.network(),
            browser: visitor.browser.clone(),
            request: visitor.request.clone(),
        }
    }
}

/// Warns the operator of budgets that pass a mark.
pub(super) fn warn_of_marks(granted: &Granted, spender: &Spender) {
    for MarkPassed { limit, part, percent } in &granted.marks {
        let country = spender.country.map(|country| country.to_string());
        warn!(event = "budget_mark_passed", budget = limit.name(), of = part.name(), percent, country);
    }
}
