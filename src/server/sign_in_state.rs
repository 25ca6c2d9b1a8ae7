//! The read side of the use cases: what pages ask before they are drawn.

use chrono::{DateTime, TimeDelta, Utc};

use super::sign_in::{SignIn, unavailable};
use crate::domain::{
    challenge::ChallengeSecret,
    region_code::RegionCode,
    session::{Session, SessionSecret},
    sign_in_error::SignInError,
    throttle::{Wait, wait_before_send},
};

/// An attempt under way, as its page shows it.
#[derive(Clone, Debug)]
pub struct ChallengeState {
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
}

impl SignIn {
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
            self.adapters.store.touch_session(&digest, now).await.map_err(unavailable)?;
        }
        Ok(Some(session))
    }

    /// The attempt under way in this browser, for its page.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn challenge_state(
        &self,
        secret: Option<&ChallengeSecret>,
    ) -> Result<Option<ChallengeState>, SignInError> {
        let Some(secret) = secret else {
            return Ok(None);
        };
        let (now, policy) = (self.adapters.clock.now(), &self.rules.policy);
        let found = self.adapters.store.find_challenge(&secret.digest()).await.map_err(unavailable)?;
        let Some(challenge) = found.filter(|challenge| challenge.is_live(now, &policy.challenge)) else {
            return Ok(None);
        };
        let since = now - TimeDelta::hours(24);
        let throttle = self.throttle(&challenge.phone);
        let sends = self.adapters.store.find_sends(&throttle, since).await.map_err(unavailable)?;
        let wait = wait_before_send(&sends, now, &policy.sends).filter(|_| !self.rules.record_only);
        let left = challenge.code_time_left(now, &policy.challenge);
        Ok(Some(ChallengeState {
            code_seconds_left: whole_seconds(left),
            code_good_until: now + left,
            wait_seconds: wait.map_or(0, Wait::seconds),
            guesses_left: challenge.guesses_left(&policy.challenge),
            phone_as_typed: challenge.phone_as_typed,
            region: challenge.region,
        }))
    }

    /// Whether the parts that a sign-in needs can be used.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn is_ready(&self) -> Result<(), SignInError> {
        self.adapters.store.is_ready().await.map_err(unavailable)
    }
}

fn whole_seconds(duration: TimeDelta) -> u32 {
    let milliseconds = duration.num_milliseconds().max(0).unsigned_abs();
    u32::try_from(milliseconds.div_ceil(1000)).unwrap_or(u32::MAX)
}
