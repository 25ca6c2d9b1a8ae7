//! The use cases of signing in, in the order of their acts. No axum, no leptos, no sqlx. What pages read is in
//! [`super::sign_in_state`].

use std::sync::Arc;

use tracing::warn;

use super::{
    adapters::Adapters,
    delivery::Delivery,
    keyed_names::KeyedNames,
    minute_counts::MinuteCounts,
    readiness::Readiness,
    sms::message::MessageText,
    store::{GuessClaim, NewChallenge, NewGuess, Proof, SendClaim, Spender, StoreError},
    visitor::Visitor,
};
use crate::domain::{
    challenge::{Challenge, ChallengeDigest, ChallengeSecret, Purpose},
    channel::{Channel, OtherChannels},
    event::EventKind,
    known_device::DeviceSecret,
    limit::Excess,
    one_time_code::OneTimeCode,
    phone_number::{PhoneNumber, as_typed},
    policy::SignInPolicy,
    region_code::RegionCode,
    session::SessionSecret,
    sign_in_error::SignInError,
    site_key::{DerivedKey, SiteKey},
    test_number::TestNumbers,
    user::UserId,
};

/// What the operator decides about signing in.
#[derive(Clone, Debug)]
pub struct SignInRules {
    /// Lives, limits and waits.
    pub policy: Arc<SignInPolicy>,
    /// The text of the message.
    pub message: MessageText,
    /// Numbers that get no message.
    pub test_numbers: TestNumbers,
    /// Other ways than a text message.
    pub channels: OtherChannels,
}

/// The use cases.
pub struct SignIn {
    pub(super) adapters: Adapters,
    pub(super) rules: SignInRules,
    pub(super) names: KeyedNames,
    pub(super) code_key: DerivedKey,
    pub(super) form_key: DerivedKey,
    pub(super) recovery_key: DerivedKey,
    pub(super) undo_key: DerivedKey,
    pub(super) readiness: Readiness,
    /// Who took their data away.
    pub(super) downloads: MinuteCounts<UserId>,
}

/// What a request for a code comes to.
#[derive(Debug)]
pub enum CodeRequested {
    /// A code is on its way, or may be; the browser gets this secret as its challenge cookie.
    Sent(ChallengeSecret, Delivery),
    /// This browser already waits for a code to this number, and the wait before another is not over: a double
    /// click, a reload, a step back. Nothing was sent, nothing changed; it may have lost the answer that held this secret.
    AlreadyWaiting(ChallengeSecret),
}

/// What a right code gives the browser.
#[derive(Debug)]
pub struct SignedIn {
    /// Its session cookie.
    pub session: SessionSecret,
    /// Its device cookie.
    pub device: DeviceSecret,
    /// What it asked for the code for.
    pub entry: Entry,
}

/// What a browser asked for a code for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// To sign in.
    SignIn,
    /// It was signed in already: to confirm that.
    Confirmation,
    /// To have another number.
    NumberChange,
}

impl SignIn {
    /// Puts the parts together; every key is derived from the site's one key.
    pub fn new(adapters: Adapters, rules: SignInRules, site_key: &SiteKey) -> Self {
        let code_key = site_key.derive("mobile-auth one-time code v1");
        let form_key = site_key.derive("mobile-auth form nonce v1");
        let recovery_key = site_key.derive("mobile-auth recovery code v1");
        let undo_key = site_key.derive("mobile-auth undo code v1");
        let names = KeyedNames::new(site_key);
        let (readiness, downloads) = (Readiness::default(), MinuteCounts::default());
        Self { adapters, rules, names, code_key, form_key, recovery_key, undo_key, readiness, downloads }
    }

    /// Sends a first code to the number that was typed, and begins a challenge.
    ///
    /// # Errors
    /// `phone_invalid`, `region_not_served`, `too_many_requests`, `sending_paused`, `phone_disabled`, `delivery_failed`,
    /// `number_opted_out`, `unavailable`.
    pub async fn request_code(
        &self,
        phone: &str,
        region: &str,
        visitor: &Visitor,
    ) -> Result<CodeRequested, SignInError> {
        let region = RegionCode::parse(region);
        let number = number(phone, region)?;
        self.begin_challenge(number, Purpose::SignIn, as_typed(phone), region, visitor).await
    }

    /// Sends a first code to a number, and begins a challenge.
    pub(super) async fn begin_challenge(
        &self,
        phone: PhoneNumber,
        purpose: Purpose,
        phone_as_typed: String,
        region: Option<RegionCode>,
        visitor: &Visitor,
    ) -> Result<CodeRequested, SignInError> {
        let spender = self.spender(phone, visitor).await?;
        is_served(&spender)?;
        let of_form = visitor.form.as_ref().map(|form| self.challenge_of_form(form, &spender.phone, purpose));
        let code = self.code_for(&spender);
        let mut secret = of_form.clone().unwrap_or_else(|| self.draw_challenge());
        let mut new = NewChallenge {
            code: self.new_code(secret.digest(), &code, spender),
            purpose,
            phone_as_typed,
            region,
            earlier: visitor.challenge.as_ref().map(ChallengeSecret::digest),
        };
        let mut claim = self.adapters.store.create_challenge(&new).await.map_err(unavailable)?;
        if claim.is_none() && self.may_go_on(&new.code.challenge).await? {
            // The form began this attempt before, and the wait since then is over: another code of the same attempt.
            claim = Some(self.adapters.store.create_code(&new.code).await.map_err(unavailable)?);
        } else if claim.is_none() {
            secret = self.draw_challenge();
            new.earlier = new.earlier.or(Some(new.code.challenge));
            new.code = self.new_code(secret.digest(), &code, new.code.spender);
            claim = self.adapters.store.create_challenge(&new).await.map_err(unavailable)?;
        }
        // Two secrets of 256 random bits are never the same.
        let claim = claim.ok_or(SignInError::Unavailable)?;
        if let SendClaim::Refused(excess) = claim {
            return self.unless_waiting(excess, &new, of_form, visitor).await;
        }
        let delivery = self.deliver(claim, Channel::Text, &code, &new.code, visitor).await?;
        Ok(CodeRequested::Sent(secret, delivery))
    }

    /// Sends another code within the challenge, as a text message or another way: either counts the same, and waits the
    /// same. The guesses already spent stay spent.
    ///
    /// # Errors
    /// `challenge_missing`, `guesses_exhausted`, `region_not_served`, `channel_not_offered`, `channel_too_early`, `too_many_requests`, `sending_paused`, `phone_disabled`,
    /// `delivery_failed`, `number_opted_out`, `unavailable`.
    pub async fn resend_code(&self, channel: Channel, visitor: &Visitor) -> Result<Delivery, SignInError> {
        let challenge = self.challenge_of(visitor).await?;
        challenge.may_resend(self.adapters.clock.now(), &self.rules.policy.challenge)?;
        let (region, codes) = (challenge.phone.region(), challenge.codes.len());
        let spender = self.spender(challenge.phone, visitor).await?.by(channel);
        is_served(&spender)?;
        self.rules.channels.may_use(channel, region, codes)?;
        let code = self.code_for(&spender);
        let new = self.new_code(challenge.id, &code, spender);
        let claim = self.adapters.store.create_code(&new).await.map_err(unavailable)?;
        self.deliver(claim, channel, &code, &new, visitor).await
    }

    /// Judges a code: the guess is spent and committed, then compared; a right code is consumed once, and only the
    /// one who consumed it gets the session. A session this browser had before ends in the same act.
    ///
    /// # Errors
    /// `code_malformed` (costs no guess), `challenge_missing`, `guesses_exhausted`, `code_expired`, `code_incorrect`,
    /// `too_many_requests`, `phone_disabled`, `phone_reserved`, `unavailable`; of a code for another number `phone_taken` and
    /// `session_missing`.
    pub async fn verify_code(&self, text: &str, visitor: &Visitor) -> Result<SignedIn, SignInError> {
        let code = OneTimeCode::parse(text).map_err(SignInError::CodeMalformed)?;
        let found = self.challenge_of(visitor).await?;
        let spender = self.guesser(found.phone, visitor);
        let (phone, now, policy) = (spender.phone.clone(), spender.at, spender.policy.clone());
        let guess = NewGuess { challenge: found.id, id: self.draw_guess_id(), spender };
        let begun = match self.adapters.store.begin_guess(&guess).await.map_err(unavailable)? {
            GuessClaim::Begun(begun) => begun,
            GuessClaim::Refused(excess) => return Err(self.refuse(excess, &phone, visitor)),
            GuessClaim::NotBegun => return Err(self.why_no_guess(&found.id, &phone, now).await),
        };
        self.note_guess(&begun.guess, &phone, visitor);
        begun.challenge.verify(now, &code, &self.code_key, &policy.challenge).inspect_err(|error| {
            let guesses = Some(begun.challenge.guesses);
            self.note(EventKind::CodeNotAccepted, error.name(), guesses, &phone, visitor);
        })?;
        if let Some(user_id) = begun.challenge.purpose.changed_user() {
            let done = self.finish_change(user_id, *begun, visitor).await;
            return done.inspect(|_| self.adapters.record.tell_change(found.id));
        }
        self.refuse_reserved(&begun, visitor).await?;
        let signed_in = self.draw_signed_in(self.entry(visitor.session.as_ref()).await?);
        let (challenge, guess) = (begun.challenge, begun.guess);
        let spent = (&guess.phone.clone(), now);
        let new = self.new_session(Proof::Code(challenge), Some(guess), spent, &signed_in, visitor);
        let Some(consumed) = self.adapters.store.consume(&new).await.map_err(unavailable)? else {
            self.note(EventKind::CodeNotAccepted, "already_used", None, &phone, visitor);
            return Err(SignInError::ChallengeMissing);
        };
        self.adapters.record.tell_change(found.id);
        let flag = if consumed.is_in_doubt { "in_doubt" } else { "" };
        self.note(EventKind::SignedIn, flag, None, &phone, visitor);
        self.note_ended(consumed, &phone, visitor);
        Ok(signed_in)
    }

    /// Ends the session, before the answer is sent.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn sign_out(&self, visitor: &Visitor) -> Result<(), SignInError> {
        let Some(digest) = visitor.session.as_ref().map(SessionSecret::digest) else { return Ok(()) };
        let ended = self.adapters.store.find_session(&digest).await.map_err(unavailable)?;
        self.adapters.store.delete_session(&digest).await.map_err(unavailable)?;
        if let Some(session) = ended {
            self.note(EventKind::SignedOut, "", None, &session.phone, visitor);
        }
        Ok(())
    }

    /// Whether an attempt may get another code that lives its whole time.
    async fn may_go_on(&self, id: &ChallengeDigest) -> Result<bool, SignInError> {
        let (now, policy) = (self.adapters.clock.now(), &self.rules.policy.challenge);
        let found = self.adapters.store.find_challenge(id).await.map_err(unavailable)?;
        let may_go_on = |challenge: Challenge| {
            challenge.may_resend(now, policy).is_ok()
                && now + policy.code_lifetime <= challenge.expires_at(policy)
        };
        Ok(found.is_some_and(may_go_on))
    }

    /// A send was refused: fine if this browser already waits for a code to the same number.
    async fn unless_waiting(
        &self,
        excess: Excess,
        new: &NewChallenge,
        of_form: Option<ChallengeSecret>,
        visitor: &Visitor,
    ) -> Result<CodeRequested, SignInError> {
        let (now, policy) = (self.adapters.clock.now(), &self.rules.policy.challenge);
        let phone = &new.code.spender.phone;
        for secret in visitor.challenge.clone().into_iter().chain(of_form) {
            let found = self.adapters.store.find_challenge(&secret.digest()).await.map_err(unavailable)?;
            let is_waiting = |challenge: &Challenge| {
                challenge.phone == *phone
                    && challenge.purpose == new.purpose
                    && challenge.may_resend(now, policy).is_ok()
                    && !challenge.codes.is_empty()
            };
            if found.as_ref().is_some_and(is_waiting) {
                return Ok(CodeRequested::AlreadyWaiting(secret));
            }
        }
        Err(self.refuse(excess, phone, visitor))
    }
}

/// The number that was typed.
pub(super) fn number(phone: &str, region: Option<RegionCode>) -> Result<PhoneNumber, SignInError> {
    PhoneNumber::parse(phone, region).map_err(|reason| SignInError::PhoneInvalid { reason })
}

/// The operator may have taken a country off the list since the number came.
fn is_served(spender: &Spender) -> Result<(), SignInError> {
    let is_served = spender.policy.budget.served_regions.serves(spender.country);
    if is_served { Ok(()) } else { Err(SignInError::RegionNotServed) }
}

pub(super) fn unavailable(error: StoreError) -> SignInError {
    warn!(event = "store_failed", error = %error);
    SignInError::Unavailable
}
