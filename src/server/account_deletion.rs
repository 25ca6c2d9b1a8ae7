//! Deleting an account: with a code that was verified a moment ago, and a week to think better of it.

use super::{
    account::holder,
    sign_in::{CodeRequested, Entry, SignIn, unavailable},
    visitor::Visitor,
};
use crate::domain::{
    challenge::Purpose,
    event::EventKind,
    session::{Session, SessionSecret},
    sign_in_error::SignInError,
};

impl SignIn {
    /// Sends a code to the number of whoever is signed in, to confirm that it is still they.
    ///
    /// # Errors
    /// `session_missing`, and those of `request_code`.
    pub async fn confirm(&self, visitor: &Visitor) -> Result<CodeRequested, SignInError> {
        // Whoever has an account in doubt has its number, and may need a fresh code to leave it.
        let session = self.session(visitor.session.as_ref()).await?.ok_or(SignInError::SessionMissing)?;
        // What the code page shows: outside the entry of a number only its end is seen.
        let shown = session.phone.mask();
        self.begin_challenge(session.phone, Purpose::SignIn, shown, None, visitor).await
    }

    /// Lets the account go in a week, and ends every other session of it at once.
    ///
    /// # Errors
    /// `session_missing`, `confirmation_needed`, `unavailable`.
    pub async fn delete_account(&self, visitor: &Visitor) -> Result<(), SignInError> {
        let session = self.fresh(visitor).await?;
        let at = self.adapters.clock.now() + self.rules.policy.retention.deletion_grace;
        let marked = self.adapters.accounts.mark_for_deletion(&holder(&session, visitor)?, at).await;
        marked.map_err(unavailable)?.ok_or(SignInError::SessionMissing)?;
        self.note(EventKind::DeletionAsked, "", None, &session.phone, visitor);
        Ok(())
    }

    /// Keeps the account after all.
    ///
    /// # Errors
    /// `session_missing`, `unavailable`.
    pub async fn keep_account(&self, visitor: &Visitor) -> Result<(), SignInError> {
        let session = self.signed_in(visitor).await?;
        let (holder, now) = (holder(&session, visitor)?, self.adapters.clock.now());
        let kept = self.adapters.accounts.cancel_deletion(&holder, now).await;
        if kept.map_err(unavailable)?.ok_or(SignInError::SessionMissing)? {
            self.note(EventKind::DeletionCancelled, "", None, &session.phone, visitor);
        }
        Ok(())
    }

    /// The session, if its code was verified a moment ago (ASVS 7.5.1, 7.5.3).
    pub(super) async fn fresh(&self, visitor: &Visitor) -> Result<Session, SignInError> {
        let session = self.signed_in(visitor).await?;
        let is_fresh = session.is_fresh(self.adapters.clock.now(), &self.rules.policy.session);
        if is_fresh { Ok(session) } else { Err(SignInError::ConfirmationNeeded) }
    }

    /// How a browser comes in by a code: one that was signed in before asked for it to confirm that.
    pub(super) async fn entry(&self, secret: Option<&SessionSecret>) -> Result<Entry, SignInError> {
        Ok(if self.session(secret).await?.is_some() { Entry::Confirmation } else { Entry::SignIn })
    }
}
