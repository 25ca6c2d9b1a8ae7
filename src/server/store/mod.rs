//! What is remembered, and what holds when many ask at once.
//!
//! Each method of [`Store`] is **one atomic act** that returns after its commit is durable: an answer that a person
//! has seen survives a power cut. An adapter may commit the acts of several callers together. The contract suite
//! (`tests/store/`) runs against every adapter.

pub mod account;
pub mod acts;
pub mod doubt;
pub mod events;
pub mod messages;
pub mod numbers;
pub mod operator;
pub mod opt_outs;
pub mod sqlite;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

pub use self::acts::{
    Begun, BudgetKeys, Consumed, DEVICES_PER_USER, Granted, GuessClaim, GuessId, NewChallenge, NewCode,
    NewDevice, NewGuess, NewSession, Override, Proof, RecoveryClaim, Refund, SESSIONS_PER_USER, SendClaim,
    Spender, SpentGuess,
};
use crate::domain::{
    challenge::{Challenge, ChallengeDigest},
    policy::{RetentionPolicy, SessionPolicy},
    send_limits::SendHistory,
    session::{Session, SessionDigest},
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

/// How many rows a clean-up deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Challenges past their retention, with their codes.
    pub challenges: u64,
    /// Send times past their retention.
    pub sends: u64,
    /// Wrong guesses past the longest limit.
    pub wrong_guesses: u64,
    /// Sums and outcomes past the longest limit.
    pub tallies: u64,
    /// Events past their retention.
    pub events: u64,
    /// Sessions past a timeout.
    pub sessions: u64,
    /// Devices unused for too long.
    pub devices: u64,
    /// Users who never verified a code.
    pub users: u64,
}

/// The product's memory.
#[async_trait]
pub trait Store: Send + Sync {
    /// Claims a send, creates the inactive user if the number is new, ends the browser's earlier challenge, and
    /// keeps the new challenge with its first code. Of many callers for one number in the same instant exactly one
    /// is granted: reading what happened, judging it by [`excesses`](crate::domain::send_limits::excesses) and adding the
    /// new send are one act, and so is reading whether the number's owner told us to stop. `None`: there is a challenge of this name,
    /// and nothing was changed.
    async fn create_challenge(&self, new: &NewChallenge) -> Result<Option<SendClaim>, StoreError>;

    /// Claims a send and adds a code to a challenge, under the same rule. The guesses already spent stay spent.
    async fn create_code(&self, new: &NewCode) -> Result<SendClaim, StoreError>;

    /// Takes back a send whose message was surely not accepted: the code, the count, and the challenge when it has
    /// no other code.
    async fn cancel_code(&self, new: &NewCode, refund: Refund) -> Result<(), StoreError>;

    /// Everything that the next code depends on, for a page that tells the wait.
    async fn find_send_history(&self, spender: &Spender) -> Result<SendHistory, StoreError>;

    /// The operator's overrides that hold now.
    async fn find_overrides(&self, now: DateTime<Utc>) -> Result<Vec<Override>, StoreError>;

    /// The challenge, consumed or not, until it is deleted.
    async fn find_challenge(&self, id: &ChallengeDigest) -> Result<Option<Challenge>, StoreError>;

    /// Spends one guess, **durably, before anything is compared**, and returns the challenge with that guess counted: in
    /// the challenge, among the wrong guesses of the number (or of the known device's lane) and of the visitor's network,
    /// and among the failures in a row. Nothing is spent when a limit refuses it, or when there is nothing to guess at:
    /// unknown, consumed or too old a challenge, no code alive, no guesses left. Of any number of callers at once at most
    /// as many are given the challenge as it has guesses, ever, and at most as many for one number as the limits say.
    async fn begin_guess(&self, new: &NewGuess) -> Result<GuessClaim, StoreError>;

    /// Spends one guess at a recovery or undo code, durably, before anything is compared, under the limit of the subscriber alone.
    async fn begin_recovery(&self, id: &GuessId, spender: &Spender) -> Result<RecoveryClaim, StoreError>;

    /// Consumes the proof (the challenge, or the recovery code), activates the user, ends the earlier session, keeps the new one, knows the browser and takes
    /// the guess back from among the wrong ones, all or nothing. Of a user's sessions the newest [`SESSIONS_PER_USER`] stay, of the devices the last used
    /// [`DEVICES_PER_USER`]. `None`, and nothing changed: it was already consumed, or is no proof. Of any number of callers
    /// at once exactly one is told that it was good.
    async fn consume(&self, new: &NewSession) -> Result<Option<Consumed>, StoreError>;

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
