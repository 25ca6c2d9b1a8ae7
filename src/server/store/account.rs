//! What belongs to a user, for the user to see and to end.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{
    StoreError, doubt::DoubtStore, events::EventStore, messages::MessageStore, numbers::NumberStore,
    opt_outs::OptOutStore,
};
use crate::domain::{
    known_device::DeviceDigest, phone_number::PhoneNumber, recovery_code::RecoveryDigest,
    session::SessionDigest, user::UserId,
};

/// A session in its user's list.
#[derive(Clone, Debug)]
pub struct ListedSession {
    /// Its name in the store.
    pub digest: SessionDigest,
    /// When the code was verified.
    pub created_at: DateTime<Utc>,
    /// The last request that was noted.
    pub last_seen_at: DateTime<Utc>,
    /// The browser, in words of ours.
    pub browser: String,
    /// The network it began in; empty when unknown.
    pub network: String,
}

/// A device in its user's list.
#[derive(Clone, Debug)]
pub struct ListedDevice {
    /// Its row, which stays while its secret changes.
    pub id: i64,
    /// What is kept of its secret.
    pub digest: DeviceDigest,
    /// The browser, in words of ours.
    pub browser: String,
    /// When it first signed in with the number.
    pub created_at: DateTime<Utc>,
    /// When it last did.
    pub last_used_at: DateTime<Utc>,
}

/// Who acts on an account. Between the question whether a session may do something and the act itself another may have ended it: by
/// a press of a button elsewhere, or by taking back a change of number. What comes from that session afterwards must do nothing, or
/// whoever was thrown out would be in again.
#[derive(Clone, Copy, Debug)]
pub struct SessionHolder {
    /// Whose account it is.
    pub user_id: UserId,
    /// The session that acts.
    pub session: SessionDigest,
}

/// Which of a user's sessions end.
#[derive(Clone, Copy, Debug)]
pub enum EndedSessions {
    /// This one.
    One(SessionDigest),
    /// All but the one that acts.
    Others,
    /// All.
    All,
}

/// A user's own acts. Each is one atomic act that touches nothing of another user's, whatever it is asked for. `None`: the session that
/// acts was over, and nothing was done.
#[async_trait]
pub trait AccountStore: DoubtStore + EventStore + MessageStore + NumberStore + OptOutStore {
    /// The user's sessions, dead ones among them, newest first.
    async fn find_sessions(&self, user_id: UserId) -> Result<Vec<ListedSession>, StoreError>;

    /// The browsers that are known for the user's number, last used first.
    async fn find_devices(&self, user_id: UserId) -> Result<Vec<ListedDevice>, StoreError>;

    /// Ends sessions of the user, and says how many.
    async fn end_sessions(
        &self,
        holder: &SessionHolder,
        which: EndedSessions,
    ) -> Result<Option<u64>, StoreError>;

    /// Forgets one of the user's devices, or all (`id` is `None`), and says how many rows that were.
    async fn forget_devices(
        &self,
        holder: &SessionHolder,
        id: Option<i64>,
    ) -> Result<Option<u64>, StoreError>;

    /// Lets the user be deleted at that time, and ends all their sessions but the one that acts.
    async fn mark_for_deletion(
        &self,
        holder: &SessionHolder,
        at: DateTime<Utc>,
    ) -> Result<Option<()>, StoreError>;

    /// Keeps the user after all. `false`: nobody had asked for the deletion, or its time has come.
    async fn cancel_deletion(
        &self,
        holder: &SessionHolder,
        now: DateTime<Utc>,
    ) -> Result<Option<bool>, StoreError>;

    /// The active user of a number.
    async fn find_user(&self, phone: &PhoneNumber) -> Result<Option<UserId>, StoreError>;

    /// Keeps these recovery codes in place of all that the user had.
    async fn replace_recovery_codes(
        &self,
        holder: &SessionHolder,
        digests: &[RecoveryDigest],
        now: DateTime<Utc>,
    ) -> Result<Option<()>, StoreError>;

    /// How many recovery codes the user has left.
    async fn count_recovery_codes(&self, user_id: UserId) -> Result<u32, StoreError>;
}
