//! Accounts of which it is in doubt whose they are.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::domain::{recovery_code::RecoveryDigest, session::SessionDigest, user::UserId};

/// An account about to be left to its former owner, for an empty one with the same number.
#[derive(Clone, Debug)]
pub struct NewBeginning {
    /// The account in doubt.
    pub user_id: UserId,
    /// The session that asks; it becomes one of the new account.
    pub session: SessionDigest,
    /// Now.
    pub at: DateTime<Utc>,
    /// When the former account is deleted.
    pub deletes_at: DateTime<Utc>,
}

/// Settles a doubt. Each is one atomic act.
#[async_trait]
pub trait DoubtStore: Send + Sync {
    /// Uses up a recovery code of the user, ends the doubt, and every session but the one that asks. `false`, and nothing changed: it is no code of theirs, or it
    /// was used.
    async fn settle(
        &self,
        user_id: UserId,
        digest: &RecoveryDigest,
        session: &SessionDigest,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError>;

    /// Keeps that somebody says the account is theirs, unless that was said before. `false`: it was, or there is no doubt.
    async fn claim(&self, user_id: UserId, at: DateTime<Utc>) -> Result<bool, StoreError>;

    /// Seals the account: its number goes to a new, active, empty account, its sessions, devices and recovery codes end, every
    /// attempt to sign in to it is over, and it is deleted at the given time. `false`, and nothing changed: the session that asks
    /// is none of an account in doubt.
    async fn begin_anew(&self, new: &NewBeginning) -> Result<bool, StoreError>;
}
