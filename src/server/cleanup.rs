//! Deletes what is dead, now and then.

use std::{future::Future, sync::Arc, time::Duration};

use tracing::{info, warn};

use super::{
    clock::Clock,
    entropy::Entropy,
    store::{Deleted, Store, StoreError},
};
use crate::domain::policy::SignInPolicy;

/// When it is cleaned.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The first clean-up waits this long, so that it does not slow the start: 5 s.
    pub first: Duration,
    /// Between two clean-ups: 10 min, so that a day's retention is held within a hundredth.
    pub every: Duration,
    /// Added to each wait at random, up to this: 1 min, so that several servers on one disk spread out.
    pub jitter: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { first: Duration::from_secs(5), every: Duration::from_mins(10), jitter: Duration::from_mins(1) }
    }
}

/// Between two batches: leaves the writer to people who are signing in.
const PAUSE: Duration = Duration::from_millis(50);

/// What a clean-up needs.
#[derive(Clone)]
pub struct Cleanup {
    /// What is cleaned.
    pub store: Arc<dyn Store>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Spreads the times.
    pub entropy: Arc<dyn Entropy>,
    /// What is dead when.
    pub policy: SignInPolicy,
    /// When it is cleaned.
    pub pace: Pace,
}

impl Cleanup {
    /// Cleans on a timer until `stop` is done. A store that fails is asked again next time.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        let mut wait = self.pace.first;
        loop {
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(wait + self.jitter()) => {}
            }
            tokio::select! {
                () = &mut stop => return,
                // A task of its own: told to stop, it is not dropped within a batch, and finds the store closed after it.
                done = tokio::spawn(self.clone().once()) => done.map_or((), |done| tell(&done)),
            }
            wait = self.pace.every;
        }
    }

    async fn once(self) -> Result<Deleted, StoreError> {
        run_once(&*self.store, &*self.clock, &self.policy).await
    }

    fn jitter(&self) -> Duration {
        self.pace.jitter.mul_f64(f64::from(self.entropy.random().next_u32()) / f64::from(u32::MAX))
    }
}

/// Deletes in batches, with a pause between, until nothing is left to delete. Dropping it between batches is safe.
///
/// # Errors
/// The store failed; what was deleted before stays deleted.
pub async fn run_once(
    store: &dyn Store,
    clock: &dyn Clock,
    policy: &SignInPolicy,
) -> Result<Deleted, StoreError> {
    let mut sum = Deleted::default();
    loop {
        let batch = store.delete_expired(clock.now(), &policy.retention, &policy.session).await?;
        if batch == Deleted::default() {
            return Ok(sum);
        }
        sum = Deleted {
            challenges: sum.challenges + batch.challenges,
            sends: sum.sends + batch.sends,
            wrong_guesses: sum.wrong_guesses + batch.wrong_guesses,
            tallies: sum.tallies + batch.tallies,
            events: sum.events + batch.events,
            sessions: sum.sessions + batch.sessions,
            devices: sum.devices + batch.devices,
            users: sum.users + batch.users,
        };
        tokio::time::sleep(PAUSE).await;
    }
}

fn tell(done: &Result<Deleted, StoreError>) {
    match done {
        Ok(deleted) if *deleted == Deleted::default() => {}
        Ok(Deleted { challenges, sends, wrong_guesses, tallies, events, sessions, devices, users }) => {
            info!(
                event = "cleaned_up",
                challenges, sends, wrong_guesses, tallies, events, sessions, devices, users
            );
        }
        Err(error) => warn!(event = "clean_up_failed", %error),
    }
}

#[cfg(test)]
#[path = "cleanup_tests.rs"]
mod tests;
