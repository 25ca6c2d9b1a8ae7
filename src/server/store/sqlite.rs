//! The SQLite adapter: one file, one writer, a few readers.
//!
//! SQLite has one writer at a time whatever a program does; so there is one connection that writes, and waiting for it
//! is a fair queue in this process instead of a race for the file's lock. A transaction that writes takes the lock with
//! its first word (`BEGIN IMMEDIATE`): one that begins by reading may lose its snapshot to another writer and then fails
//! at once, whatever the busy timeout.
//!
//! What must be durable is written in an explicit transaction (in a sign-in that of `act.rs`), and its `COMMIT` is awaited. A lone
//! `UPDATE … RETURNING` would not do: its commit happens when the statement is reset, and an error there is lost.

mod account;
mod act;
mod ahead;
mod challenges;
mod cleanup;
mod connect;
mod connections;
mod conversion;
mod devices;
mod doubt;
mod events;
mod guesses;
mod messages;
mod numbers;
mod open_error;
mod openings;
mod operator;
mod opt_outs;
mod overrides;
mod recovery;
mod sends;
mod sessions;
mod several;
mod tallies;
mod values;
mod version;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::{Connection as _, Sqlite, SqliteConnection, Transaction};
use tokio::sync::watch;

pub use self::open_error::OpenError;
use self::{act::Act, connections::Connections};
use super::{
    Begun, BudgetKeys, Consumed, Deleted, Granted, GuessClaim, GuessId, NewChallenge, NewCode, NewGuess,
    NewSession, Override, Proof, RecoveryClaim, Refund, SendClaim, Spender, SpentGuess, Store, StoreError,
};
use crate::domain::{
    challenge::{Challenge, ChallengeDigest},
    policy::{RetentionPolicy, SessionPolicy},
    send_limits::SendHistory,
    session::{Session, SessionDigest},
};

/// How long an act waits for its turn, and then for a lock that another program holds on the file.
const PATIENCE: Duration = Duration::from_secs(5);

/// A database file, open.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    writer: Arc<Connections>,
    readers: Arc<Connections>,
    has_failed: watch::Sender<bool>,
}

impl SqliteStore {
    /// Opens the database of a URL like `sqlite://data/mobile-auth.db`, makes folder and file when they are missing, and
    /// brings the schema up to date.
    ///
    /// # Errors
    /// [`OpenError`] says what could not be done, with which file, and what to do about it.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        Self::open_with_patience(url, PATIENCE).await
    }

    /// Opens it with another patience for locks than five seconds.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub async fn open_with_patience(url: &str, patience: Duration) -> Result<Self, OpenError> {
        connect::open(url, patience).await
    }

    /// Waits for the acts under way and closes the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Waits until the disk has failed to keep what was written, if ever. From then on every act that writes fails: the
    /// program must stop, and the next start reads from the disk what is really there.
    pub async fn disk_failed(&self) {
        // An error cannot be: we hold what would have to be gone.
        let _ = self.has_failed.subscribe().wait_for(|has_failed| *has_failed).await;
    }

    /// Ends a transaction; it is on the disk when this returns.
    ///
    /// A failed sync is never tried again on the same file: the system may have marked as written what is not, and the
    /// next sync would succeed for it (known as "fsyncgate").
    async fn commit(&self, act: Transaction<'_, Sqlite>) -> sqlx::Result<()> {
        let committed = act.commit().await;
        self.stop_after_failed_sync(&committed);
        committed
    }

    /// Begins an act that ends with [`SqliteStore::end`].
    async fn act(&self) -> sqlx::Result<Act<'_>> {
        Ok(Act::new(self.writer.acquire().await?))
    }

    /// Ends an act: what it has not committed by now is undone.
    async fn end<T>(&self, act: Act<'_>, done: sqlx::Result<T>) -> Result<T, StoreError> {
        self.stop_after_failed_sync(&done);
        act.give_up().await;
        Ok(done?)
    }

    fn stop_after_failed_sync<T>(&self, done: &sqlx::Result<T>) {
        if done.as_ref().is_err_and(is_failed_sync) {
            self.writer.refuse();
            self.has_failed.send_replace(true);
        }
    }
}

/// Begins a transaction that writes.
async fn begin(writer: &mut SqliteConnection) -> sqlx::Result<Transaction<'_, Sqlite>> {
    writer.begin_with("BEGIN IMMEDIATE").await
}

/// `SQLITE_IOERR_FSYNC` and `SQLITE_IOERR_DIR_FSYNC`.
fn is_failed_sync(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code == "1034" || code == "1290")
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self { source: error.into() }
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn create_challenge(&self, new: &NewChallenge) -> Result<Option<SendClaim>, StoreError> {
        let mut act = self.act().await?;
        let claim = challenges::create(&mut act, new).await;
        self.end(act, claim).await
    }

    async fn create_code(&self, new: &NewCode) -> Result<SendClaim, StoreError> {
        let mut act = self.act().await?;
        let claim = challenges::create_code(&mut act, new).await;
        self.end(act, claim).await
    }

    async fn cancel_code(&self, new: &NewCode, refund: Refund) -> Result<(), StoreError> {
        let mut writer = self.writer.acquire().await?;
        let mut act = begin(&mut writer).await?;
        challenges::cancel_code(&mut act, new, refund).await?;
        self.commit(act).await?;
        Ok(())
    }

    async fn find_send_history(&self, spender: &Spender) -> Result<SendHistory, StoreError> {
        let mut reader = self.readers.acquire().await?;
        Ok(sends::history(&mut reader, spender).await?)
    }

    async fn find_overrides(&self, now: DateTime<Utc>) -> Result<Vec<Override>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        Ok(overrides::find(&mut reader, now).await?)
    }

    async fn find_challenge(&self, id: &ChallengeDigest) -> Result<Option<Challenge>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        Ok(challenges::find(&mut reader, id).await?)
    }

    async fn begin_guess(&self, new: &NewGuess) -> Result<GuessClaim, StoreError> {
        let mut act = self.act().await?;
        let claim = guesses::begin(&mut act, new).await;
        self.end(act, claim).await
    }

    async fn begin_recovery(&self, id: &GuessId, spender: &Spender) -> Result<RecoveryClaim, StoreError> {
        let mut act = self.act().await?;
        let claim = guesses::begin_recovery(&mut act, id, spender).await;
        self.end(act, claim).await
    }

    async fn consume(&self, new: &NewSession) -> Result<Option<Consumed>, StoreError> {
        let mut act = self.act().await?;
        let consumed = sessions::create_by_consuming(&mut act, new).await;
        self.end(act, consumed).await
    }

    async fn find_session(&self, digest: &SessionDigest) -> Result<Option<Session>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        Ok(sessions::find(&mut reader, digest).await?)
    }

    async fn touch_session(&self, digest: &SessionDigest, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut writer = self.writer.acquire().await?;
        let mut act = begin(&mut writer).await?;
        sessions::touch(&mut act, digest, now).await?;
        self.commit(act).await?;
        Ok(())
    }

    async fn delete_session(&self, digest: &SessionDigest) -> Result<(), StoreError> {
        let mut writer = self.writer.acquire().await?;
        let mut act = begin(&mut writer).await?;
        sessions::delete(&mut act, digest).await?;
        self.commit(act).await?;
        Ok(())
    }

    async fn delete_expired(
        &self,
        now: DateTime<Utc>,
        retention: &RetentionPolicy,
        sessions: &SessionPolicy,
    ) -> Result<Deleted, StoreError> {
        let mut writer = self.writer.acquire().await?;
        let mut act = begin(&mut writer).await?;
        let deleted = cleanup::delete_expired(&mut act, now, retention, sessions).await?;
        self.commit(act).await?;
        Ok(deleted)
    }

    /// Reads on a reader and runs a write that changes nothing on the writer: no disk is waited for, but a file that
    /// became read-only or stays locked is seen.
    async fn is_ready(&self) -> Result<(), StoreError> {
        {
            // Given back before the writer is waited for: whoever only reads must not wait with us.
            let mut reader = self.readers.acquire().await?;
            sqlx::query("SELECT id FROM users WHERE id = 0").execute(&mut *reader).await?;
        }
        let mut writer = self.writer.acquire().await?;
        let mut act = begin(&mut writer).await?;
        sqlx::query("UPDATE users SET is_active = 0 WHERE id = 0").execute(&mut *act).await?;
        act.rollback().await?;
        Ok(())
    }
}

#[cfg(test)]
mod plan_tests;
#[cfg(test)]
mod tests;
