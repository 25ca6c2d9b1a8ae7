//! Another number for an account: a fresh code of the present number, then a code of the new one. The present one is told, and
//! whoever has it can undo the change for three days.

use tracing::warn;

use super::{
    sign_in::{CodeRequested, Entry, SignIn, SignedIn, number, unavailable},
    store::{
        Begun, Proof,
        numbers::{NumberChange, NumberChanged, NumberUndo},
    },
    visitor::Visitor,
};
use crate::domain::{
    challenge::Purpose,
    event::EventKind,
    phone_number::{PhoneNumber, as_typed},
    region_code::RegionCode,
    sign_in_error::SignInError,
    sms_outcome::SmsOutcome,
    undo_code::{UndoCode, UndoDigest},
    user::UserId,
};

impl SignIn {
    /// Sends a code to the number that the account is to have. Whether another account has it, the answer does not tell.
    ///
    /// # Errors
    /// `session_missing`, `confirmation_needed`, `phone_unchanged`, and those of `request_code`; `region_not_served` also where
    /// either is a test number.
    pub async fn change_number(
        &self,
        phone: &str,
        region: &str,
        visitor: &Visitor,
    ) -> Result<CodeRequested, SignInError> {
        let session = self.fresh(visitor).await?;
        let region = RegionCode::parse(region);
        let number = number(phone, region)?;
        if number == session.phone {
            return Err(SignInError::PhoneUnchanged);
        }
        // Whoever knows a test number's code may sign in with it: no account of anybody's may come there, and none may leave and
        // shut the others out.
        let at = self.adapters.clock.now();
        if [&number, &session.phone].iter().any(|phone| self.rules.test_numbers.code_of(phone, at).is_some())
        {
            return Err(SignInError::RegionNotServed);
        }
        let purpose = Purpose::ChangeNumber(session.user_id);
        self.begin_challenge(number, purpose, as_typed(phone), region, visitor).await
    }

    /// Gives the account the number whose code was right, and tells the number before.
    pub(super) async fn finish_change(
        &self,
        user_id: UserId,
        begun: Begun,
        visitor: &Visitor,
    ) -> Result<SignedIn, SignInError> {
        let Begun { challenge, guess, .. } = begun;
        let (phone, kept_for) = (challenge.phone.clone(), self.rules.policy.retention.former_numbers);
        let spent = (&guess.phone.clone(), guess.at);
        let undo = UndoCode::generate(&mut *self.adapters.entropy.random());
        let signed_in = self.draw_signed_in(Entry::NumberChange);
        let new = NumberChange {
            user_id,
            undo: UndoDigest::new(&self.undo_key, user_id, &undo),
            kept_until: guess.at + kept_for,
            session: self.new_session(Proof::Code(challenge), Some(guess), spent, &signed_in, visitor),
        };
        let refused = match self.adapters.accounts.change_number(&new).await.map_err(unavailable)? {
            NumberChanged::Done(former) => {
                self.tell(&former, &undo, &phone, visitor).await;
                return Ok(signed_in);
            }
            NumberChanged::Taken => SignInError::PhoneTaken,
            NumberChanged::SessionEnded => SignInError::SessionMissing,
            NumberChanged::AlreadyUsed => SignInError::ChallengeMissing,
        };
        self.note(EventKind::CodeNotAccepted, refused.name(), None, &phone, visitor);
        Err(refused)
    }

    /// The change stands whether or not the number before can be told: it may be gone for good.
    async fn tell(&self, former: &PhoneNumber, undo: &UndoCode, phone: &PhoneNumber, visitor: &Visitor) {
        let (at, good_for) = (self.adapters.clock.now(), self.rules.policy.retention.former_numbers);
        let messages = self.rules.message.tell_of_change(former, undo, at, good_for, &visitor.languages);
        let mut detail = "not_told";
        for message in &messages {
            match self.hand_over_unclaimed(message, at).await.outcome {
                SmsOutcome::Accepted { .. } | SmsOutcome::Unknown(_) => detail = "",
                outcome @ (SmsOutcome::Rejected(_) | SmsOutcome::TryElsewhere(_)) => {
                    warn!(event = "former_number_not_told", outcome = outcome.name());
                }
            }
        }
        self.note(EventKind::NumberChanged, detail, None, phone, visitor);
    }

    /// Gives the account back the number it had until lately, by the code that was sent there. As with recovery codes, the
    /// visitor's network limits guesses and the number does not. A number that no account has left gets the same answer after the same work.
    ///
    /// # Errors
    /// `phone_invalid`, `undo_code_malformed` (costs no guess), `undo_code_incorrect`, `too_many_requests`, `phone_disabled`,
    /// `unavailable`.
    pub async fn undo_change(
        &self,
        phone: &str,
        region: &str,
        code: &str,
        visitor: &Visitor,
    ) -> Result<(), SignInError> {
        let phone = PhoneNumber::parse(phone, RegionCode::parse(region))
            .map_err(|reason| SignInError::PhoneInvalid { reason })?;
        let code = UndoCode::parse(code).ok_or(SignInError::UndoCodeMalformed)?;
        let spender = self.guesser(phone.clone(), visitor);
        self.begin_paper_guess(&spender, visitor).await?;
        let at = spender.at;
        let former = self.adapters.accounts.find_former_user(&phone, at).await.map_err(unavailable)?;
        // No user has number 0.
        let digest = UndoDigest::new(&self.undo_key, former.unwrap_or(UserId::new(0)), &code);
        let undo = NumberUndo { phone, digest, at };
        if !self.adapters.accounts.undo_change(&undo).await.map_err(unavailable)? {
            self.note(EventKind::CodeNotAccepted, "undo_code_incorrect", None, &undo.phone, visitor);
            return Err(SignInError::UndoCodeIncorrect);
        }
        self.note(EventKind::NumberChangeUndone, "", None, &undo.phone, visitor);
        Ok(())
    }

    /// Refuses a right code of a number that an account had until lately: a new account would stand in the way of that one.
    pub(super) async fn refuse_reserved(&self, begun: &Begun, visitor: &Visitor) -> Result<(), SignInError> {
        let (accounts, challenge) = (&self.adapters.accounts, &begun.challenge);
        if begun.former.is_none_or(|user_id| user_id == challenge.user_id) {
            return Ok(());
        }
        accounts.discard(challenge, &begun.guess).await.map_err(unavailable)?;
        let refused = SignInError::PhoneReserved;
        self.note(EventKind::CodeNotAccepted, refused.name(), None, &challenge.phone, visitor);
        Err(refused)
    }
}
