//! An account that nobody used for long, and somebody with its number: whose is it? Its data stays hidden until a recovery code, a
//! browser of before or a week's wait says that it is theirs, or until they leave it and begin anew.

use super::{
    sign_in::{SignIn, unavailable},
    store::doubt::NewBeginning,
    visitor::Visitor,
};
use crate::domain::{
    event::EventKind,
    recovery_code::{RecoveryCode, RecoveryDigest},
    session::Session,
    sign_in_error::SignInError,
};

impl SignIn {
    /// Opens the account to whoever has one of its recovery codes, under the limit of guesses at them.
    ///
    /// # Errors
    /// `session_missing`, `recovery_code_malformed` (costs no guess), `recovery_code_incorrect`, `too_many_requests`,
    /// `phone_disabled`, `unavailable`.
    pub async fn claim_by_code(&self, code: &str, visitor: &Visitor) -> Result<(), SignInError> {
        let Some(session) = self.session_in_doubt(visitor).await? else { return Ok(()) };
        let code = RecoveryCode::parse(code).ok_or(SignInError::RecoveryCodeMalformed)?;
        let spender = self.guesser(session.phone.clone(), visitor);
        self.begin_paper_guess(&spender, visitor).await?;
        let digest = RecoveryDigest::new(&self.recovery_key, session.user_id, &code);
        let own = visitor.session.as_ref().ok_or(SignInError::SessionMissing)?.digest();
        let accounts = &self.adapters.accounts;
        if !accounts.settle(session.user_id, &digest, &own, spender.at).await.map_err(unavailable)? {
            let detail = SignInError::RecoveryCodeIncorrect.name();
            self.note(EventKind::CodeNotAccepted, detail, None, &session.phone, visitor);
            return Err(SignInError::RecoveryCodeIncorrect);
        }
        self.note(EventKind::AccountClaimed, "recovery_code", None, &session.phone, visitor);
        Ok(())
    }

    /// Begins the wait after which a claim that nothing else speaks for is believed.
    ///
    /// # Errors
    /// `session_missing`, `unavailable`.
    pub async fn claim_by_waiting(&self, visitor: &Visitor) -> Result<(), SignInError> {
        let Some(session) = self.session_in_doubt(visitor).await? else { return Ok(()) };
        let now = self.adapters.clock.now();
        if self.adapters.accounts.claim(session.user_id, now).await.map_err(unavailable)? {
            self.note(EventKind::AccountClaimed, "wait", None, &session.phone, visitor);
        }
        Ok(())
    }

    /// Leaves the account to its former owner and begins an empty one with the same number. Wants a fresh code, for whoever found a
    /// browser signed in must not do it.
    ///
    /// # Errors
    /// `session_missing`, `confirmation_needed`, `unavailable`.
    pub async fn begin_anew(&self, visitor: &Visitor) -> Result<(), SignInError> {
        let Some(session) = self.session_in_doubt(visitor).await? else { return Ok(()) };
        let (at, policy) = (self.adapters.clock.now(), &self.rules.policy);
        if !session.is_fresh(at, &policy.session) {
            return Err(SignInError::ConfirmationNeeded);
        }
        let own = visitor.session.as_ref().ok_or(SignInError::SessionMissing)?.digest();
        let deletes_at = at + policy.retention.deletion_grace;
        let new = NewBeginning { user_id: session.user_id, session: own, at, deletes_at };
        if self.adapters.accounts.begin_anew(&new).await.map_err(unavailable)? {
            self.note(EventKind::AccountBegunAnew, "", None, &session.phone, visitor);
        }
        Ok(())
    }

    /// The session of whoever asks, if its account is in doubt.
    async fn session_in_doubt(&self, visitor: &Visitor) -> Result<Option<Session>, SignInError> {
        let session = self.session(visitor.session.as_ref()).await?.ok_or(SignInError::SessionMissing)?;
        Ok(Some(session).filter(|session| self.is_in_doubt(session)))
    }

    /// Whether it is in doubt whose account the session has opened.
    pub fn is_in_doubt(&self, session: &Session) -> bool {
        session.is_in_doubt(self.adapters.clock.now(), &self.rules.policy.session)
    }
}
