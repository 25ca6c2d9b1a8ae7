use std::sync::{
    Mutex,
    atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::*;
use crate::{
    domain::{
        challenge::{Challenge, ChallengeDigest},
        policy::{RetentionPolicy, SessionPolicy},
        send_limits::SendHistory,
        session::{Session, SessionDigest},
    },
    server::{
        clock::SystemClock,
        entropy::SystemEntropy,
        store::{
            Consumed, GuessClaim, GuessId, NewChallenge, NewCode, NewGuess, NewSession, Override,
            RecoveryClaim, Refund, SendClaim, Spender,
        },
    },
};

/// A store that has so many dead rows of each kind, or fails.
struct Dead {
    rows: Mutex<Option<u64>>,
    /// How often it was found to have none.
    ended: AtomicU32,
}

impl Dead {
    fn of(rows: Option<u64>) -> Arc<Self> {
        Arc::new(Self { rows: Mutex::new(rows), ended: AtomicU32::new(0) })
    }
}

fn of_each(rows: u64) -> Deleted {
    Deleted {
        challenges: rows,
        sends: rows,
        wrong_guesses: rows,
        tallies: rows,
        events: rows,
        sessions: rows,
        devices: rows,
        users: rows,
    }
}

#[async_trait]
impl Store for Dead {
    async fn delete_expired(
        &self,
        _: DateTime<Utc>,
        retention: &RetentionPolicy,
        _: &SessionPolicy,
    ) -> Result<Deleted, StoreError> {
        let mut rows = self.rows.lock().unwrap();
        let left = rows.as_mut().ok_or_else(|| StoreError { source: "locked".into() })?;
        let batch = (*left).min(u64::from(retention.batch));
        *left -= batch;
        self.ended.fetch_add(u32::from(batch == 0), Ordering::SeqCst);
        Ok(of_each(batch))
    }

    async fn create_challenge(&self, _: &NewChallenge) -> Result<Option<SendClaim>, StoreError> {
        unreachable!()
    }
    async fn create_code(&self, _: &NewCode) -> Result<SendClaim, StoreError> {
        unreachable!()
    }
    async fn cancel_code(&self, _: &NewCode, _: Refund) -> Result<(), StoreError> {
        unreachable!()
    }
    async fn find_send_history(&self, _: &Spender) -> Result<SendHistory, StoreError> {
        unreachable!()
    }
    async fn find_overrides(&self, _: DateTime<Utc>) -> Result<Vec<Override>, StoreError> {
        unreachable!()
    }
    async fn find_challenge(&self, _: &ChallengeDigest) -> Result<Option<Challenge>, StoreError> {
        unreachable!()
    }
    async fn begin_guess(&self, _: &NewGuess) -> Result<GuessClaim, StoreError> {
        unreachable!()
    }
    async fn begin_recovery(&self, _: &GuessId, _: &Spender) -> Result<RecoveryClaim, StoreError> {
        unreachable!()
    }
    async fn consume(&self, _: &NewSession) -> Result<Option<Consumed>, StoreError> {
        unreachable!()
    }
    async fn find_session(&self, _: &SessionDigest) -> Result<Option<Session>, StoreError> {
        unreachable!()
    }
    async fn touch_session(&self, _: &SessionDigest, _: DateTime<Utc>) -> Result<(), StoreError> {
        unreachable!()
    }
    async fn delete_session(&self, _: &SessionDigest) -> Result<(), StoreError> {
        unreachable!()
    }
    async fn is_ready(&self) -> Result<(), StoreError> {
        unreachable!()
    }
}

#[tokio::test]
async fn batches_go_on_until_nothing_is_left() {
    let deleted = run_once(&*Dead::of(Some(1100)), &SystemClock, &SignInPolicy::default()).await.unwrap();
    assert_eq!(deleted, of_each(1100));
}

#[tokio::test]
async fn a_failing_store_is_told() {
    assert!(run_once(&*Dead::of(None), &SystemClock, &SignInPolicy::default()).await.is_err());
}

#[tokio::test]
async fn the_timer_ends_when_told() {
    let cleanup = Cleanup {
        store: Dead::of(None),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        policy: SignInPolicy::default(),
        pace: Pace::default(),
    };
    assert!(cleanup.jitter() <= cleanup.pace.jitter);
    let ended = tokio::time::timeout(Duration::from_secs(5), cleanup.run(std::future::ready(()))).await;
    assert!(ended.is_ok());
}

/// What dies after one clean-up goes with the next. A day's retention is held to within a quarter of an hour.
#[tokio::test]
async fn it_is_cleaned_again_and_again() {
    let Pace { every, jitter, .. } = Pace::default();
    assert!(every + jitter < Duration::from_mins(15));
    let store = Dead::of(Some(0));
    let quick = Duration::from_millis(1);
    let cleanup = Cleanup {
        store: store.clone(),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        policy: SignInPolicy::default(),
        pace: Pace { first: quick, every: quick, jitter: quick },
    };
    tokio::spawn(cleanup.run(std::future::pending()));
    let cleaned = async {
        while store.ended.load(Ordering::SeqCst) < 3 {
            tokio::time::sleep(quick).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), cleaned).await.unwrap();
}
