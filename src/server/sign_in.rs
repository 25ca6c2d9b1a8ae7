//! The use cases of signing in, in the order of their acts. No axum, no leptos, no sqlx. What pages read is in
//! [`super::sign_in_state`].

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tracing::{info, warn};

use super::{
    clock::Clock,
    entropy::Entropy,
    sms::{SmsSender, message::MessageText},
    store::{NewChallenge, NewCode, NewSession, SendClaim, Store, StoreError},
};
use crate::domain::{
    challenge::{Challenge, ChallengeDigest, ChallengeSecret},
    one_time_code::{CodeDigest, OneTimeCode},
    phone_number::{PhoneNumber, as_typed},
    policy::SignInPolicy,
    region_code::RegionCode,
    served_regions::ServedRegions,
    session::SessionSecret,
    sign_in_error::SignInError,
    site_key::{DerivedKey, SiteKey},
    throttle::{ThrottleKey, Wait},
};

/// What the operator decides about signing in.
#[derive(Clone, Debug)]
pub struct SignInRules {
    /// Lives, limits and waits.
    pub policy: SignInPolicy,
    /// Where codes are sent.
    pub served_regions: ServedRegions,
    /// Count and log by number, but refuse nothing (`[limits] record_only`).
    pub record_only: bool,
    /// The text of the message.
    pub message: MessageText,
}

/// The parts that reach the outside.
#[derive(Clone)]
pub struct Adapters {
    /// What is remembered.
    pub store: Arc<dyn Store>,
    /// Who delivers.
    pub sms: Arc<dyn SmsSender>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where secrets come from.
    pub entropy: Arc<dyn Entropy>,
}

/// The use cases.
pub struct SignIn {
    pub(super) adapters: Adapters,
    pub(super) rules: SignInRules,
    code_key: DerivedKey,
    throttle_key: DerivedKey,
}

/// What a request for a code comes to.
#[derive(Debug)]
pub enum CodeRequested {
    /// A code is on its way; the browser gets this secret as its challenge cookie.
    Sent(ChallengeSecret),
    /// This browser already waits for a code to this number, and the wait before another is not over: a double
    /// click, a reload, a step back. Nothing was sent, nothing changed.
    AlreadyWaiting,
}

impl SignIn {
    /// Puts the parts together; every key is derived from the site's one key.
    pub fn new(adapters: Adapters, rules: SignInRules, site_key: &SiteKey) -> Self {
        let code_key = site_key.derive("mobile-auth one-time code v1");
        let throttle_key = site_key.derive("mobile-auth throttle v1");
        Self { adapters, rules, code_key, throttle_key }
    }

    /// Sends a first code to the number that was typed, and begins a challenge.
    ///
    /// # Errors
    /// `phone_invalid`, `region_not_served`, `too_many_requests`, `delivery_failed`, `unavailable`.
    pub async fn request_code(
        &self,
        phone: &str,
        region: &str,
        current: Option<&ChallengeSecret>,
    ) -> Result<CodeRequested, SignInError> {
        let region = RegionCode::parse(region);
        let number =
            PhoneNumber::parse(phone, region).map_err(|reason| SignInError::PhoneInvalid { reason })?;
        if !self.rules.served_regions.serves(number.region()) {
            return Err(SignInError::RegionNotServed);
        }
        let (secret, code) = self.draw();
        let new = NewChallenge {
            code: self.new_code(secret.digest(), &number, &code),
            phone: number,
            phone_as_typed: as_typed(phone),
            region,
            earlier: current.map(ChallengeSecret::digest),
        };
        let claim = self.adapters.store.create_challenge(&new).await.map_err(unavailable)?;
        if let SendClaim::Refused(wait) = claim {
            return self.refuse(wait, &new.phone, current).await;
        }
        self.deliver(claim, &new.phone, &code, &new.code).await?;
        Ok(CodeRequested::Sent(secret))
    }

    /// Sends another code within the challenge. The guesses already spent stay spent.
    ///
    /// # Errors
    /// `challenge_missing`, `guesses_exhausted`, `too_many_requests`, `delivery_failed`, `unavailable`.
    pub async fn resend_code(&self, secret: Option<&ChallengeSecret>) -> Result<(), SignInError> {
        let id = secret.ok_or(SignInError::ChallengeMissing)?.digest();
        let found = self.adapters.store.find_challenge(&id).await.map_err(unavailable)?;
        let challenge = found.ok_or(SignInError::ChallengeMissing)?;
        challenge.may_resend(self.adapters.clock.now(), &self.rules.policy.challenge)?;
        let (_, code) = self.draw();
        let new = self.new_code(id, &challenge.phone, &code);
        let claim = self.adapters.store.create_code(&new).await.map_err(unavailable)?;
        if let SendClaim::Refused(wait) = claim {
            info!(event = "code_refused", phone = self.pseudonym(&challenge.phone), wait = wait.seconds());
            return Err(SignInError::TooManyRequests { retry_after_seconds: wait.seconds() });
        }
        self.deliver(claim, &challenge.phone, &code, &new).await
    }

    /// Judges a code: the guess is spent and committed, then compared; a right code is consumed once, and only the
    /// one who consumed it gets the session. A session this browser had `earlier` ends in the same act.
    ///
    /// # Errors
    /// `code_malformed` (costs no guess), `challenge_missing`, `guesses_exhausted`, `code_expired`,
    /// `code_incorrect`, `unavailable`.
    pub async fn verify_code(
        &self,
        secret: Option<&ChallengeSecret>,
        text: &str,
        earlier: Option<&SessionSecret>,
    ) -> Result<SessionSecret, SignInError> {
        let code = OneTimeCode::parse(text).map_err(SignInError::CodeMalformed)?;
        let id = secret.ok_or(SignInError::ChallengeMissing)?.digest();
        let now = self.adapters.clock.now();
        let policy = &self.rules.policy.challenge;
        let begun = self.adapters.store.begin_guess(&id, policy.guesses, now - policy.lifetime).await;
        let Some(challenge) = begun.map_err(unavailable)? else {
            return Err(self.why_no_guess(&id, now).await);
        };
        let phone = self.pseudonym(&challenge.phone);
        challenge.verify(now, &code, &self.code_key, policy).inspect_err(|error| {
            info!(event = "code_not_accepted", phone, outcome = error.name(), guesses = challenge.guesses);
        })?;
        let session = SessionSecret::generate(&mut *self.adapters.entropy.random());
        let new = NewSession {
            challenge: id,
            user_id: challenge.user_id,
            digest: session.digest(),
            earlier: earlier.map(SessionSecret::digest),
            created_at: now,
        };
        if !self.adapters.store.consume(&new).await.map_err(unavailable)? {
            info!(event = "code_not_accepted", phone, outcome = "already_used");
            return Err(SignInError::ChallengeMissing);
        }
        info!(event = "signed_in", phone, user = challenge.user_id.get());
        Ok(session)
    }

    /// Ends the session, before the answer is sent.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn sign_out(&self, secret: Option<&SessionSecret>) -> Result<(), SignInError> {
        let Some(secret) = secret else { return Ok(()) };
        self.adapters.store.delete_session(&secret.digest()).await.map_err(unavailable)?;
        info!(event = "signed_out");
        Ok(())
    }

    /// Hands the committed code over; takes the send back when it was surely not accepted.
    async fn deliver(
        &self,
        claim: SendClaim,
        phone: &PhoneNumber,
        code: &OneTimeCode,
        new: &NewCode,
    ) -> Result<(), SignInError> {
        let pseudonym = self.pseudonym(phone);
        if let SendClaim::GrantedOverLimit(wait) = claim {
            warn!(
                event = "code_over_limit",
                phone = pseudonym,
                wait = wait.seconds(),
                "sent because of record_only"
            );
        }
        let message = self.rules.message.compose(phone, code);
        let Err(error) = self.adapters.sms.send(&message).await else {
            info!(event = "code_sent", phone = pseudonym);
            return Ok(());
        };
        warn!(event = "code_not_delivered", phone = pseudonym, error = %error);
        self.adapters.store.cancel_code(new).await.map_err(unavailable)?;
        Err(SignInError::DeliveryFailed)
    }

    /// A send was refused: fine if this browser already waits for a code to the same number.
    async fn refuse(
        &self,
        wait: Wait,
        phone: &PhoneNumber,
        current: Option<&ChallengeSecret>,
    ) -> Result<CodeRequested, SignInError> {
        let (now, policy) = (self.adapters.clock.now(), &self.rules.policy.challenge);
        if let Some(secret) = current {
            let found = self.adapters.store.find_challenge(&secret.digest()).await.map_err(unavailable)?;
            let is_waiting = |challenge: &Challenge| {
                challenge.phone == *phone
                    && challenge.may_resend(now, policy).is_ok()
                    && !challenge.codes.is_empty()
            };
            if found.as_ref().is_some_and(is_waiting) {
                return Ok(CodeRequested::AlreadyWaiting);
            }
        }
        info!(event = "code_refused", phone = self.pseudonym(phone), wait = wait.seconds());
        Err(SignInError::TooManyRequests { retry_after_seconds: wait.seconds() })
    }

    async fn why_no_guess(&self, id: &ChallengeDigest, now: DateTime<Utc>) -> SignInError {
        match self.adapters.store.find_challenge(id).await {
            Err(error) => unavailable(error),
            Ok(Some(challenge)) => match challenge.may_resend(now, &self.rules.policy.challenge) {
                Err(error) => error,
                Ok(()) => SignInError::ChallengeMissing,
            },
            Ok(None) => SignInError::ChallengeMissing,
        }
    }

    fn draw(&self) -> (ChallengeSecret, OneTimeCode) {
        let mut random = self.adapters.entropy.random();
        (ChallengeSecret::generate(&mut *random), OneTimeCode::generate(&mut *random))
    }

    fn new_code(&self, challenge: ChallengeDigest, phone: &PhoneNumber, code: &OneTimeCode) -> NewCode {
        NewCode {
            challenge,
            digest: CodeDigest::new(&self.code_key, &challenge, phone, code),
            sent_at: self.adapters.clock.now(),
            throttle: self.throttle(phone),
            policy: self.rules.policy.sends.clone(),
            record_only: self.rules.record_only,
        }
    }

    pub(super) fn throttle(&self, phone: &PhoneNumber) -> ThrottleKey {
        ThrottleKey::new(self.throttle_key.authenticate(&[b"phone", phone.e164().as_bytes()]))
    }

    /// What a log says of a number: the start of a keyed hash, and the last two digits.
    fn pseudonym(&self, phone: &PhoneNumber) -> String {
        let [a, b, c, d, ..] = self.throttle_key.authenticate(&[b"log", phone.e164().as_bytes()]);
        let e164 = phone.e164();
        let last_two = e164.get(e164.len().saturating_sub(2)..).unwrap_or_default();
        format!("{a:02x}{b:02x}{c:02x}{d:02x}…{last_two}")
    }
}

pub(super) fn unavailable(error: StoreError) -> SignInError {
    warn!(event = "store_failed", error = %error);
    SignInError::Unavailable
}
