//! One attempt to sign in, with its resends: the only place where the two-minute rule lives.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    form_nonce::FormNonce,
    one_time_code::{CodeDigest, OneTimeCode},
    phone_number::PhoneNumber,
    policy::ChallengePolicy,
    region_code::RegionCode,
    secret_token::secret_token,
    sign_in_error::SignInError,
    site_key::DerivedKey,
    user::UserId,
};

secret_token! {
    /// The value of the challenge cookie: it binds a code to the browser that asked for it (ASVS 6.6.2).
    ChallengeSecret,
    /// SHA-256 of a [`ChallengeSecret`]: the name of a challenge in the database.
    ChallengeDigest
}

impl ChallengeSecret {
    /// The secret of the attempt that this page's form begins with this number: the same whenever the same is sent again, and
    /// nothing that anybody without `key` could name.
    pub fn of_form(key: &DerivedKey, nonce: &FormNonce, phone: &PhoneNumber, purpose: Purpose) -> Self {
        let changed =
            purpose.changed_user().map_or(Vec::new(), |user_id| user_id.get().to_be_bytes().to_vec());
        Self(key.authenticate(&[nonce.as_bytes(), phone.e164().as_bytes(), &changed]))
    }
}

/// What a right code is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A session of the number's user, be it a first one or a fresh one.
    SignIn,
    /// The number becomes that of this user, who asked for it while signed in.
    ChangeNumber(UserId),
}

impl Purpose {
    /// Whose number it changes, if it does.
    pub fn changed_user(self) -> Option<UserId> {
        match self {
            Self::SignIn => None,
            Self::ChangeNumber(user_id) => Some(user_id),
        }
    }
}

/// One attempt to sign in, as the store keeps it.
#[derive(Clone, Debug)]
pub struct Challenge {
    /// Its name in the database.
    pub id: ChallengeDigest,
    /// Whose the number is: a right code opens this account.
    pub user_id: UserId,
    /// What it is for.
    pub purpose: Purpose,
    /// Where the codes went.
    pub phone: PhoneNumber,
    /// The number as the person typed it, to be shown and edited; see [`super::phone_number::as_typed`].
    pub phone_as_typed: String,
    /// The region the person chose, if any.
    pub region: Option<RegionCode>,
    /// When the first code was sent.
    pub started_at: DateTime<Utc>,
    /// Guesses spent so far, the one at hand included.
    pub guesses: u32,
    /// Whether a right code has been used, or a newer challenge of the same browser has taken over.
    pub is_consumed: bool,
    /// The codes sent, oldest first. Earlier ones stay good until their own time is over: messages arrive
    /// late and out of order, and a resend must not kill the code in the person's hand.
    pub codes: Vec<SentCode>,
}

/// One code on its way to the person.
#[derive(Clone, Debug)]
pub struct SentCode {
    /// The code's keyed digest.
    pub digest: CodeDigest,
    /// When it was sent; its two minutes count from here.
    pub sent_at: DateTime<Utc>,
}

impl SentCode {
    /// Whether the code is good at `now`. Compares full timestamps, never a part of a difference: Python's
    /// `timedelta.seconds` wraps each day, and yesterday's code worked again (the guide's fault). A code
    /// from the future, seen after the clock was set back, is not good either.
    fn is_live(&self, now: DateTime<Utc>, policy: &ChallengePolicy) -> bool {
        let age = now - self.sent_at;
        TimeDelta::zero() <= age && age <= policy.code_lifetime
    }
}

impl Challenge {
    /// Whether the attempt can still succeed, guesses aside.
    pub fn is_live(&self, now: DateTime<Utc>, policy: &ChallengePolicy) -> bool {
        !self.is_consumed && now >= self.started_at && now < self.expires_at(policy)
    }

    /// When the attempt is over, whatever is sent in between.
    pub fn expires_at(&self, policy: &ChallengePolicy) -> DateTime<Utc> {
        self.started_at + policy.lifetime
    }

    /// Guesses that remain.
    pub fn guesses_left(&self, policy: &ChallengePolicy) -> u32 {
        policy.guesses.saturating_sub(self.guesses)
    }

    /// Judges a guess that has **already been spent and committed** (see `Store::begin_guess`).
    ///
    /// # Errors
    /// Why the person is not signed in: `challenge_missing`, `guesses_exhausted`, `code_expired` or
    /// `code_incorrect` with the guesses that remain.
    pub fn verify(
        &self,
        now: DateTime<Utc>,
        code: &OneTimeCode,
        key: &DerivedKey,
        policy: &ChallengePolicy,
    ) -> Result<(), SignInError> {
        if !self.is_live(now, policy) {
            return Err(SignInError::ChallengeMissing);
        }
        if self.guesses > policy.guesses {
            return Err(SignInError::GuessesExhausted);
        }
        let guess = CodeDigest::new(key, &self.id, &self.phone, code);
        let (live, dead): (Vec<_>, Vec<_>) = self.codes.iter().partition(|sent| sent.is_live(now, policy));
        if live.iter().any(|sent| sent.digest.matches(&guess)) {
            return Ok(());
        }
        if live.is_empty() || dead.iter().any(|sent| sent.digest.matches(&guess)) {
            return Err(SignInError::CodeExpired);
        }
        match self.guesses_left(policy) {
            0 => Err(SignInError::GuessesExhausted),
            guesses_left => Err(SignInError::CodeIncorrect { guesses_left }),
        }
    }

    /// Whether another code may be sent in this attempt; the wait between sends is `throttle`'s business.
    ///
    /// # Errors
    /// `challenge_missing` or `guesses_exhausted`: a new code would be of no use, a new attempt is needed.
    pub fn may_resend(&self, now: DateTime<Utc>, policy: &ChallengePolicy) -> Result<(), SignInError> {
        if !self.is_live(now, policy) {
            return Err(SignInError::ChallengeMissing);
        }
        if self.guesses_left(policy) == 0 {
            return Err(SignInError::GuessesExhausted);
        }
        Ok(())
    }

    /// Why there is nothing to guess at, when the store began no guess.
    pub fn why_no_guess(&self, now: DateTime<Utc>, policy: &ChallengePolicy) -> SignInError {
        match self.may_resend(now, policy) {
            Err(error) => error,
            Ok(()) if self.code_time_left(now, policy).is_zero() => SignInError::CodeExpired,
            // A code was alive after all: it was used between the two questions.
            Ok(()) => SignInError::ChallengeMissing,
        }
    }

    /// How long the newest code is still good; zero when it has run out.
    pub fn code_time_left(&self, now: DateTime<Utc>, policy: &ChallengePolicy) -> TimeDelta {
        let newest =
            self.codes.iter().filter(|sent| sent.is_live(now, policy)).map(|sent| sent.sent_at).max();
        newest.map_or(TimeDelta::zero(), |sent_at| sent_at + policy.code_lifetime - now)
    }
}

#[cfg(test)]
#[path = "challenge_tests.rs"]
mod tests;
