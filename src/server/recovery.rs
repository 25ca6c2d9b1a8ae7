//! The way back in without the phone: codes on paper, made while signed in, each good once.

use super::{
    account::holder,
    sign_in::{Entry, SignIn, SignedIn, unavailable},
    store::{Proof, RecoveryClaim, Spender},
    visitor::Visitor,
};
use crate::domain::{
    event::EventKind,
    phone_number::PhoneNumber,
    recovery_code::{RECOVERY_CODES, RecoveryCode, RecoveryDigest},
    region_code::RegionCode,
    sign_in_error::SignInError,
    user::UserId,
};

impl SignIn {
    /// Makes ten codes in place of all earlier ones. They are shown once.
    ///
    /// # Errors
    /// `session_missing`, `confirmation_needed`, `unavailable`.
    pub async fn make_recovery_codes(&self, visitor: &Visitor) -> Result<Vec<RecoveryCode>, SignInError> {
        let session = self.fresh(visitor).await?;
        let codes = self.draw_recovery_codes();
        let digest = |code| RecoveryDigest::new(&self.recovery_key, session.user_id, code);
        let digests: Vec<_> = codes.iter().map(digest).collect();
        let (accounts, now) = (&self.adapters.accounts, self.adapters.clock.now());
        let made = accounts.replace_recovery_codes(&holder(&session, visitor)?, &digests, now).await;
        made.map_err(unavailable)?.ok_or(SignInError::SessionMissing)?;
        self.note(EventKind::RecoveryCodesMade, "", None, &session.phone, visitor);
        Ok(codes)
    }

    /// Signs in with a number and one of its codes on paper. The visitor's network limits guesses, and the number does not: no
    /// stranger can keep its owner from the way back. A number without an account gets the same answer after the same work.
    ///
    /// # Errors
    /// `phone_invalid`, `recovery_code_malformed` (costs no guess), `recovery_code_incorrect`, `too_many_requests`,
    /// `phone_disabled`, `unavailable`.
    pub async fn recover(
        &self,
        phone: &str,
        region: &str,
        code: &str,
        visitor: &Visitor,
    ) -> Result<SignedIn, SignInError> {
        let phone = PhoneNumber::parse(phone, RegionCode::parse(region))
            .map_err(|reason| SignInError::PhoneInvalid { reason })?;
        let code = RecoveryCode::parse(code).ok_or(SignInError::RecoveryCodeMalformed)?;
        let spender = self.guesser(phone.clone(), visitor);
        self.begin_paper_guess(&spender, visitor).await?;
        let user = self.adapters.accounts.find_user(&phone).await.map_err(unavailable)?;
        // No user has number 0.
        let user_id = user.unwrap_or(UserId::new(0));
        let digest = RecoveryDigest::new(&self.recovery_key, user_id, &code);
        let signed_in = self.draw_signed_in(Entry::SignIn);
        let proof = Proof::RecoveryCode { user_id, digest };
        let spent = (&spender.keys.phone, spender.at);
        let new = self.new_session(proof, None, spent, &signed_in, visitor);
        let Some(consumed) = self.adapters.store.consume(&new).await.map_err(unavailable)? else {
            self.note(EventKind::CodeNotAccepted, "recovery_code_incorrect", None, &phone, visitor);
            return Err(SignInError::RecoveryCodeIncorrect);
        };
        self.note(EventKind::RecoveryCodeUsed, "", None, &phone, visitor);
        self.note_ended(consumed, &phone, visitor);
        Ok(signed_in)
    }

    /// Spends a guess at a code that belongs to no challenge.
    pub(super) async fn begin_paper_guess(
        &self,
        spender: &Spender,
        visitor: &Visitor,
    ) -> Result<(), SignInError> {
        let id = self.draw_guess_id();
        match self.adapters.store.begin_recovery(&id, spender).await.map_err(unavailable)? {
            RecoveryClaim::Refused(excess) => Err(self.refuse(excess, &spender.phone, visitor)),
            RecoveryClaim::Begun(over) => {
                self.note_over(&over, &spender.phone, visitor);
                Ok(())
            }
        }
    }

    fn draw_recovery_codes(&self) -> Vec<RecoveryCode> {
        let mut random = self.adapters.entropy.random();
        (0..RECOVERY_CODES).map(|_| RecoveryCode::generate(&mut *random)).collect()
    }
}
