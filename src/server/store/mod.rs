//! What is remembered, and what holds when many ask at once.
//!
//! Each method of [`Store`] is **one atomic act** that returns after its commit is durable: an answer that a person
//! has seen survives a power cut. An adapter may commit the acts of several callers together. The contract suite
//! (`tests/store/`) runs against every adapter.

pub mod sqlite;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::domain::{
    challenge::{Challenge, ChallengeDigest},
    one_time_code::CodeDigest,
    phone_number::PhoneNumber,
    policy::{RetentionPolicy, SendPolicy, SessionPolicy},
    region_code::RegionCode,
    session::{Session, SessionDigest},
    throttle::{ThrottleKey, Wait},
    user::UserId,
};

/// Why the store could not act. Nothing was decided: the act did not happen, or, where the connection broke in the
/// commit, may have happened and is found by the next question.
#[derive(Debug, thiserror::Error)]
#[error("the database could not be used: {source}")]
pub struct StoreError {
    /// What the database said; for logs, never for a page.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// A code about to be sent.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// The challenge it belongs to.
    pub challenge: ChallengeDigest,
    /// What is kept of it.
    pub digest: CodeDigest,
    /// When it is sent: now.
    pub sent_at: DateTime<Utc>,
    /// Under which name the number's sends are counted.
    pub throttle: ThrottleKey,
    /// How often a number may be sent to.
    pub policy: SendPolicy,
    /// Count the send but refuse nothing (`[limits] record_only`).
    pub record_only: bool,
}

/// A challenge about to begin with its first code.
#[derive(Clone, Debug)]
pub struct NewChallenge {
    /// The first code, which names the challenge and its start.
    pub code: NewCode,
    /// The number; its user is created inactive when unknown.
    pub phone: PhoneNumber,
    /// The number as the person typed it.
    pub phone_as_typed: String,
    /// The region the person chose.
    pub region: Option<RegionCode>,
    /// The browser's earlier challenge, whose codes die.
    pub earlier: Option<ChallengeDigest>,
}

/// Whether a code may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendClaim {
    /// Yes; the send is counted.
    Granted,
    /// Yes, but a limit would have refused it (only with `record_only`); the send is counted.
    GrantedOverLimit(Wait),
    /// No; nothing was changed.
    Refused(Wait),
}

/// A session about to begin.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The challenge that a right code was given for.
    pub challenge: ChallengeDigest,
    /// Whose session it is.
    pub user_id: UserId,
    /// What is kept of its secret.
    pub digest: SessionDigest,
    /// A session this browser had before, which ends.
    pub earlier: Option<SessionDigest>,
    /// Now.
    pub created_at: DateTime<Utc>,
}

/// How many rows a clean-up deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Challenges past their retention, with their codes.
    pub challenges: u64,
    /// Send times past their retention.
    pub sends: u64,
    /// Sessions past a timeout.
    pub sessions: u64,
    /// Users who never verified a code.
    pub users: u64,
}

/// The product's memory.
#[async_trait]
pub trait Store: Send + Sync {
    /// Claims a send, creates the inactive user if the number is new, ends the browser's earlier challenge, and
    /// keeps the new challenge with its first code. Of many callers for one number in the same instant exactly one
    /// is granted: reading the sends, judging them by [`wait_before_send`](crate::domain::throttle::wait_before_send)
    /// and adding the new one are one act.
    async fn create_challenge(&self, new: &NewChallenge) -> Result<SendClaim, StoreError>;

    /// Claims a send and adds a code to a challenge, under the same rule. The guesses already spent stay spent.
    async fn create_code(&self, new: &NewCode) -> Result<SendClaim, StoreError>;

    /// Takes back a send whose message was surely not accepted: the code, the count, and the challenge when it has
    /// no other code.
    async fn cancel_code(&self, new: &NewCode) -> Result<(), StoreError>;

    /// When codes were sent under this name since `since`.
    async fn find_sends(
        &self,
        throttle: &ThrottleKey,
        since: DateTime<Utc>,
    ) -> Result<Vec<DateTime<Utc>>, StoreError>;

    /// The challenge, consumed or not, until it is deleted.
    async fn find_challenge(&self, id: &ChallengeDigest) -> Result<Option<Challenge>, StoreError>;

    /// Spends one guess, **durably, before anything is compared**, and returns the challenge with that guess counted.
    /// `None`, and nothing spent: unknown, consumed, started at or before `started_after`, or `guesses` already spent.
    /// Of any number of callers at once at most `guesses` are given the challenge, ever.
    async fn begin_guess(
        &self,
        id: &ChallengeDigest,
        guesses: u32,
        started_after: DateTime<Utc>,
    ) -> Result<Option<Challenge>, StoreError>;

    /// Consumes the challenge, activates the user, ends the earlier session and keeps the new one, all or nothing. `false`, and nothing changed:
    /// the challenge was already consumed. Of any number of callers at once exactly one gets `true`.
    async fn consume(&self, new: &NewSession) -> Result<bool, StoreError>;

    /// The session, alive or not.
    async fn find_session(&self, digest: &SessionDigest) -> Result<Option<Session>, StoreError>;

    /// Notes activity; never sets `last_seen_at` back. Does nothing when the session is gone.
    async fn touch_session(&self, digest: &SessionDigest, now: DateTime<Utc>) -> Result<(), StoreError>;

    /// Ends a session. Does nothing when it is gone.
    async fn delete_session(&self, digest: &SessionDigest) -> Result<(), StoreError>;

    /// Deletes what is dead, at most `retention.batch` rows of each kind; call again until nothing is deleted.
    /// A user who never verified a code goes when old enough and without a challenge.
    async fn delete_expired(
        &self,
        now: DateTime<Utc>,
        retention: &RetentionPolicy,
        sessions: &SessionPolicy,
    ) -> Result<Deleted, StoreError>;

    /// Whether the store can read and write: for `GET /readyz`.
    async fn is_ready(&self) -> Result<(), StoreError>;
}
