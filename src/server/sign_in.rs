//! The use cases of signing in, in the order of their acts. No axum, no leptos, no sqlx. What pages read is in
//! [`super::sign_in_state`].

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rand::Rng as _;
use tracing::{info, warn};

use super::{
    clock::Clock,
    entropy::Entropy,
    keyed_names::KeyedNames,
    limits::{log_granted, log_guess, refuse},
    sms::{SmsSender, message::MessageText},
    store::{
        GuessClaim, GuessId, NewChallenge, NewCode, NewDevice, NewGuess, NewSession, SendClaim, Spender,
        Store, StoreError,
    },
    visitor::Visitor,
};
use crate::domain::{
    challenge::{Challenge, ChallengeDigest, ChallengeSecret},
    client_network::ClientNetwork,
    known_device::DeviceSecret,
    limit::Excess,
    one_time_code::{CodeDigest, OneTimeCode},
    phone_number::{PhoneNumber, as_typed},
    policy::SignInPolicy,
    region_code::RegionCode,
    served_regions::ServedRegions,
    session::SessionSecret,
    sign_in_error::SignInError,
    site_key::{DerivedKey, SiteKey},
    sms_outcome::{MessageId, SmsOutcome},
};

/// What the operator decides about signing in.
#[derive(Clone, Debug)]
pub struct SignInRules {
    /// Lives, limits and waits.
    pub policy: SignInPolicy,
    /// Where codes are sent.
    pub served_regions: ServedRegions,
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
    pub(super) names: KeyedNames,
    code_key: DerivedKey,
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

/// What a right code gives the browser.
#[derive(Debug)]
pub struct SignedIn {
    /// Its session cookie.
    pub session: SessionSecret,
    /// Its device cookie.
    pub device: DeviceSecret,
}

impl SignIn {
    /// Puts the parts together; every key is derived from the site's one key.
    pub fn new(adapters: Adapters, rules: SignInRules, site_key: &SiteKey) -> Self {
        let code_key = site_key.derive("mobile-auth one-time code v1");
        Self { adapters, rules, names: KeyedNames::new(site_key), code_key }
    }

    /// Sends a first code to the number that was typed, and begins a challenge.
    ///
    /// # Errors
    /// `phone_invalid`, `region_not_served`, `too_many_requests`, `sending_paused`, `phone_disabled`, `delivery_failed`,
    /// `unavailable`.
    pub async fn request_code(
        &self,
        phone: &str,
        region: &str,
        visitor: &Visitor,
    ) -> Result<CodeRequested, SignInError> {
        let region = RegionCode::parse(region);
        let number =
            PhoneNumber::parse(phone, region).map_err(|reason| SignInError::PhoneInvalid { reason })?;
        if !self.rules.served_regions.serves(number.region()) {
            return Err(SignInError::RegionNotServed);
        }
        let (secret, code) = self.draw();
        let spender = self.spender(number, visitor).await?;
        let new = NewChallenge {
            code: self.new_code(secret.digest(), &code, spender),
            phone_as_typed: as_typed(phone),
            region,
            earlier: visitor.challenge.as_ref().map(ChallengeSecret::digest),
        };
        let claim = self.adapters.store.create_challenge(&new).await.map_err(unavailable)?;
        if let SendClaim::Refused(excess) = claim {
            return self.unless_waiting(excess, &new.code.spender.phone, visitor.challenge.as_ref()).await;
        }
        self.deliver(claim, &code, &new.code).await?;
        Ok(CodeRequested::Sent(secret))
    }

    /// Sends another code within the challenge. The guesses already spent stay spent.
    ///
    /// # Errors
    /// `challenge_missing`, `guesses_exhausted`, `too_many_requests`, `sending_paused`, `phone_disabled`,
    /// `delivery_failed`, `unavailable`.
    pub async fn resend_code(&self, visitor: &Visitor) -> Result<(), SignInError> {
        let challenge = self.challenge_of(visitor).await?;
        challenge.may_resend(self.adapters.clock.now(), &self.rules.policy.challenge)?;
        let (_, code) = self.draw();
        let spender = self.spender(challenge.phone, visitor).await?;
        let new = self.new_code(challenge.id, &code, spender);
        let claim = self.adapters.store.create_code(&new).await.map_err(unavailable)?;
        self.deliver(claim, &code, &new).await
    }

    /// Judges a code: the guess is spent and committed, then compared; a right code is consumed once, and only the
    /// one who consumed it gets the session. A session this browser had before ends in the same act.
    ///
    /// # Errors
    /// `code_malformed` (costs no guess), `challenge_missing`, `guesses_exhausted`, `code_expired`, `code_incorrect`,
    /// `too_many_requests`, `phone_disabled`, `unavailable`.
    pub async fn verify_code(&self, text: &str, visitor: &Visitor) -> Result<SignedIn, SignInError> {
        let code = OneTimeCode::parse(text).map_err(SignInError::CodeMalformed)?;
        let found = self.challenge_of(visitor).await?;
        let spender = self.spender(found.phone, visitor).await?;
        let pseudonym = self.names.pseudonym(&spender.phone);
        let (now, policy) = (spender.at, spender.policy.clone());
        let guess = NewGuess { challenge: found.id, id: self.draw_guess_id(), spender };
        let begun = match self.adapters.store.begin_guess(&guess).await.map_err(unavailable)? {
            GuessClaim::Begun(begun) => begun,
            GuessClaim::Refused(excess) => return Err(refuse(excess, &pseudonym)),
            GuessClaim::NotBegun => return Err(self.why_no_guess(&found.id, now).await),
        };
        log_guess(&begun, &pseudonym);
        begun.challenge.verify(now, &code, &self.code_key, &policy.challenge).inspect_err(|error| {
            let guesses = begun.challenge.guesses;
            info!(event = "code_not_accepted", phone = pseudonym, outcome = error.name(), guesses);
        })?;
        let (signed_in, user_id) = (self.draw_signed_in(), begun.challenge.user_id);
        let new = NewSession {
            challenge: begun.challenge,
            guess: begun.guess,
            digest: signed_in.session.digest(),
            earlier: visitor.session.as_ref().map(SessionSecret::digest),
            created_at: now,
            browser: visitor.browser.clone(),
            network: visitor
                .address
                .map_or_else(String::new, |address| ClientNetwork::of_site(address).to_string()),
            device: NewDevice {
                digest: signed_in.device.digest(),
                earlier: visitor.device.as_ref().map(DeviceSecret::digest),
                lane: self.names.lane(&signed_in.device),
            },
        };
        if !self.adapters.store.consume(&new).await.map_err(unavailable)? {
            info!(event = "code_not_accepted", phone = pseudonym, outcome = "already_used");
            return Err(SignInError::ChallengeMissing);
        }
        info!(event = "signed_in", phone = pseudonym, user = user_id.get());
        Ok(signed_in)
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

    /// Hands the committed code over; takes the send back when it was surely not accepted. An unknown outcome counts as
    /// sent: the message may well arrive, and the next code has its wait.
    async fn deliver(&self, claim: SendClaim, code: &OneTimeCode, new: &NewCode) -> Result<(), SignInError> {
        let pseudonym = self.names.pseudonym(&new.spender.phone);
        match claim {
            SendClaim::Refused(excess) => return Err(refuse(excess, &pseudonym)),
            SendClaim::Granted(granted) => log_granted(&granted, &new.spender, &pseudonym),
        }
        let message = self.rules.message.compose(&new.spender.phone, code, new.spender.at);
        match self.adapters.sms.send(&message).await {
            SmsOutcome::Accepted { id } => {
                let id = id.as_ref().map(MessageId::as_str);
                info!(event = "code_sent", phone = pseudonym, id);
                return Ok(());
            }
            SmsOutcome::Unknown(cause) => {
                warn!(event = "code_perhaps_sent", phone = pseudonym, cause = %cause);
                return Ok(());
            }
            SmsOutcome::Rejected(rejection) => {
                info!(event = "code_rejected", phone = pseudonym, rejection = rejection.name());
            }
            SmsOutcome::TryElsewhere(cause) => {
                warn!(event = "code_not_delivered", phone = pseudonym, cause = %cause);
            }
        }
        self.adapters.store.cancel_code(new).await.map_err(unavailable)?;
        Err(SignInError::DeliveryFailed)
    }

    /// A send was refused: fine if this browser already waits for a code to the same number.
    async fn unless_waiting(
        &self,
        excess: Excess,
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
        Err(refuse(excess, &self.names.pseudonym(phone)))
    }

    async fn challenge_of(&self, visitor: &Visitor) -> Result<Challenge, SignInError> {
        let id = visitor.challenge.as_ref().ok_or(SignInError::ChallengeMissing)?.digest();
        let found = self.adapters.store.find_challenge(&id).await.map_err(unavailable)?;
        found.ok_or(SignInError::ChallengeMissing)
    }

    async fn why_no_guess(&self, id: &ChallengeDigest, now: DateTime<Utc>) -> SignInError {
        match self.adapters.store.find_challenge(id).await {
            Err(error) => unavailable(error),
            Ok(Some(challenge)) => challenge.why_no_guess(now, &self.rules.policy.challenge),
            Ok(None) => SignInError::ChallengeMissing,
        }
    }

    fn draw(&self) -> (ChallengeSecret, OneTimeCode) {
        let mut random = self.adapters.entropy.random();
        (ChallengeSecret::generate(&mut *random), OneTimeCode::generate(&mut *random))
    }

    fn draw_guess_id(&self) -> GuessId {
        let mut bytes = [0; 16];
        self.adapters.entropy.random().fill_bytes(&mut bytes);
        GuessId::new(bytes)
    }

    fn draw_signed_in(&self) -> SignedIn {
        let mut random = self.adapters.entropy.random();
        SignedIn {
            session: SessionSecret::generate(&mut *random),
            device: DeviceSecret::generate(&mut *random),
        }
    }

    fn new_code(&self, challenge: ChallengeDigest, code: &OneTimeCode, spender: Spender) -> NewCode {
        let digest = CodeDigest::new(&self.code_key, &challenge, &spender.phone, code);
        NewCode { challenge, digest, spender }
    }
}

pub(super) fn unavailable(error: StoreError) -> SignInError {
    warn!(event = "store_failed", error = %error);
    SignInError::Unavailable
}
