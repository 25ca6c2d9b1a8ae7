//! The read side of the use cases: what pages ask before they are drawn.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::{sync::broadcast, time::timeout};
use tracing::info;

use super::{
    sign_in::{SignIn, unavailable},
    to_its_end::to_its_end,
    visitor::Visitor,
};
use crate::domain::{
    challenge::{Challenge, ChallengeDigest, Purpose},
    channel::Channel,
    event::EventKind,
    limit::{Judgement, judge},
    phone_number::PhoneNumber,
    receipt::DeliveryState,
    region_code::RegionCode,
    send_limits::excesses,
    session::{Session, SessionSecret},
    sign_in_error::SignInError,
    throttle::Wait,
};

/// How long whoever asks whether sign-ins work waits for an answer: 10 s, what one check takes at most where the disk works (5 s for
/// the writer, 5 s for the lock).
const PATIENCE_FOR_READINESS: Duration = Duration::from_secs(10);

/// An attempt under way, as its page shows it.
#[derive(Clone, Debug)]
pub struct ChallengeState {
    /// What it is for.
    pub purpose: Purpose,
    /// The number as the person typed it.
    pub phone_as_typed: String,
    /// The region the person chose.
    pub region: Option<RegionCode>,
    /// Seconds that the newest code is still good, rounded up; zero when it has run out.
    pub code_seconds_left: u32,
    /// Until when the newest code is good.
    pub code_good_until: DateTime<Utc>,
    /// Seconds until another code may be asked for; zero when now.
    pub wait_seconds: u32,
    /// Guesses that remain.
    pub guesses_left: u32,
    /// What is known of the newest message, where its provider tells.
    pub message: Option<DeliveryState>,
    /// The other ways that the next code may go.
    pub other_channels: Vec<Channel>,
    /// The last two digits of the number.
    pub phone_ending: String,
}

/// What an open page of an attempt may be told.
#[derive(Clone, Copy, Debug)]
pub struct MessageStatus {
    /// What is known of the newest message; `None`: nothing, or nothing yet.
    pub state: Option<DeliveryState>,
    /// How long the newest code is still good.
    pub good_for: TimeDelta,
}

impl SignIn {
    /// What time it is, for pages that say until when.
    pub fn now(&self) -> DateTime<Utc> {
        self.adapters.clock.now()
    }

    /// Who is signed in; the activity is noted now and then.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn session(&self, secret: Option<&SessionSecret>) -> Result<Option<Session>, SignInError> {
        let Some(secret) = secret else {
            return Ok(None);
        };
        let (digest, now, policy) = (secret.digest(), self.adapters.clock.now(), &self.rules.policy.session);
        let found = self.adapters.store.find_session(&digest).await.map_err(unavailable)?;
        let Some(session) = found.filter(|session| session.is_active(now, policy)) else {
            return Ok(None);
        };
        if session.is_due_for_touch(now, policy) {
            let store = self.adapters.store.clone();
            to_its_end(async move { store.touch_session(&digest, now).await.map_err(unavailable) }).await?;
        }
        Ok(Some(session))
    }

    /// The attempt under way in this browser, for its page.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn challenge_state(&self, visitor: &Visitor) -> Result<Option<ChallengeState>, SignInError> {
        let Some(secret) = &visitor.challenge else {
            return Ok(None);
        };
        let (now, policy) = (self.adapters.clock.now(), &self.rules.policy);
        let found = self.adapters.store.find_challenge(&secret.digest()).await.map_err(unavailable)?;
        let Some(challenge) = found.filter(|challenge| challenge.is_live(now, &policy.challenge)) else {
            return Ok(None);
        };
        let message = self.newest_message(&challenge).await?;
        let other_channels = self.rules.channels.open(challenge.phone.region(), challenge.codes.len());
        let phone_ending = challenge.phone.mask().chars().filter(char::is_ascii_digit).collect();
        let wait = self.wait_before_code(challenge.phone.clone(), visitor).await?;
        let left = challenge.code_time_left(now, &policy.challenge);
        Ok(Some(ChallengeState {
            purpose: challenge.purpose,
            message,
            other_channels,
            phone_ending,
            code_seconds_left: whole_seconds(left),
            code_good_until: now + left,
            wait_seconds: wait.map_or(0, Wait::seconds),
            guesses_left: challenge.guesses_left(&policy.challenge),
            phone_as_typed: challenge.phone_as_typed,
            region: challenge.region,
        }))
    }

    /// What may be told of an attempt's newest message; `None` when the attempt is over, or its newest code has run out.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn message_status(&self, id: &ChallengeDigest) -> Result<Option<MessageStatus>, SignInError> {
        let (now, policy) = (self.adapters.clock.now(), &self.rules.policy.challenge);
        let found = self.adapters.store.find_challenge(id).await.map_err(unavailable)?;
        let Some(challenge) = found.filter(|challenge| challenge.is_live(now, policy)) else {
            return Ok(None);
        };
        let good_for = challenge.code_time_left(now, policy);
        if good_for.is_zero() {
            return Ok(None);
        }
        Ok(Some(MessageStatus { state: self.newest_message(&challenge).await?, good_for }))
    }

    /// From now on, each attempt with which something changed that its open page should know.
    pub fn changes(&self) -> broadcast::Receiver<ChallengeDigest> {
        self.adapters.record.changes()
    }

    /// What became of the newest code's message. That of an earlier code says nothing of it.
    async fn newest_message(&self, challenge: &Challenge) -> Result<Option<DeliveryState>, SignInError> {
        let found = self.adapters.accounts.find_message(&challenge.id).await.map_err(unavailable)?;
        let sent_at = challenge.codes.last().map(|code| code.sent_at);
        Ok(found.filter(|message| Some(message.taken_at) >= sent_at).map(|message| message.state))
    }

    /// The wait that the next code would be refused with.
    async fn wait_before_code(
        &self,
        phone: PhoneNumber,
        visitor: &Visitor,
    ) -> Result<Option<Wait>, SignInError> {
        let spender = self.spender(phone, visitor).await?;
        let history = self.adapters.store.find_send_history(&spender).await.map_err(unavailable)?;
        let over = excesses(&history, spender.at, &spender.policy);
        Ok(match judge(over, &spender.policy.record_only) {
            Judgement::Refused(excess) => excess.wait,
            Judgement::Allowed(_) => None,
        })
    }

    /// The attempt of this browser, alive or not.
    pub(super) async fn challenge_of(&self, visitor: &Visitor) -> Result<Challenge, SignInError> {
        let id = visitor.challenge.as_ref().ok_or(SignInError::ChallengeMissing)?.digest();
        let found = self.adapters.store.find_challenge(&id).await.map_err(unavailable)?;
        found.ok_or(SignInError::ChallengeMissing)
    }

    /// Why there is nothing to guess at. It is told to the log alone: nothing was spent, and who tries that again and again must
    /// not fill the record.
    pub(super) async fn why_no_guess(
        &self,
        id: &ChallengeDigest,
        phone: &PhoneNumber,
        now: DateTime<Utc>,
    ) -> SignInError {
        let why = match self.adapters.store.find_challenge(id).await {
            Err(error) => unavailable(error),
            Ok(Some(challenge)) => challenge.why_no_guess(now, &self.rules.policy.challenge),
            Ok(None) => SignInError::ChallengeMissing,
        };
        let phone = self.names.pseudonym(phone);
        info!(event = EventKind::CodeNotAccepted.name(), phone, detail = why.name());
        why
    }

    /// Whether the parts that a sign-in needs can be used.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn is_ready(&self) -> Result<(), SignInError> {
        let check = async { self.adapters.store.is_ready().await.map_err(unavailable).is_ok() };
        let is_ready = timeout(PATIENCE_FOR_READINESS, self.readiness.ask(check)).await;
        if is_ready.unwrap_or(false) { Ok(()) } else { Err(SignInError::Unavailable) }
    }
}

fn whole_seconds(duration: TimeDelta) -> u32 {
    let milliseconds = duration.num_milliseconds().max(0).unsigned_abs();
    u32::try_from(milliseconds.div_ceil(1000)).unwrap_or(u32::MAX)
}
