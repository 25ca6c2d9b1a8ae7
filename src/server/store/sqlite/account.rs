//! What belongs to a user. Every statement names the user, so that a foreign session or device is never touched.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::{Sqlite, SqliteConnection, Transaction};

use super::{SqliteStore, StoreError, begin, recovery, values};
use crate::{
    domain::{
        known_device::DeviceDigest, phone_number::PhoneNumber, recovery_code::RecoveryDigest,
        session::SessionDigest, user::UserId,
    },
    server::store::account::{AccountStore, EndedSessions, ListedDevice, ListedSession, SessionHolder},
};

pub(super) const FIND_SESSIONS: &str = "SELECT digest, created_at_ms, last_seen_at_ms, browser, network \
     FROM sessions WHERE user_id = $1 ORDER BY last_seen_at_ms DESC";
/// A browser is one lane; where there are several copies of its cookie (see [`super::openings::OPEN_IN_KNOWN`]), the newest stands for it.
pub(super) const FIND_DEVICES: &str = "SELECT max(id), digest, browser, created_at_ms, last_used_at_ms \
     FROM devices WHERE user_id = $1 GROUP BY lane ORDER BY last_used_at_ms DESC, id DESC";
pub(super) const IS_HELD: &str = "SELECT EXISTS (SELECT 1 FROM sessions WHERE digest = $1 AND user_id = $2)";
pub(super) const END_ONE: &str = "DELETE FROM sessions WHERE digest = $2 AND user_id = $1";
pub(super) const END_ALL_BUT: &str = "DELETE FROM sessions WHERE user_id = $1 AND digest <> $2";
pub(super) const END_ALL: &str = "DELETE FROM sessions WHERE user_id = $1";
pub(super) const FORGET_ONE: &str = "DELETE FROM devices WHERE user_id = $1 \
     AND lane = (SELECT lane FROM devices WHERE id = $2 AND user_id = $1)";
pub(super) const FORGET_ALL: &str = "DELETE FROM devices WHERE user_id = $1";

pub(super) const MARK: &str = "UPDATE users SET deletes_at_ms = $2 WHERE id = $1 AND deletes_at_ms IS NULL";
pub(super) const UNMARK: &str = "UPDATE users SET deletes_at_ms = NULL WHERE id = $1 AND deletes_at_ms > $2";

pub(super) const FIND_USER: &str = "SELECT id FROM users WHERE phone = $1 AND is_active = 1";

type SessionRow = (Vec<u8>, i64, i64, String, String);
type DeviceRow = (i64, Vec<u8>, String, i64, i64);

#[async_trait]
impl AccountStore for SqliteStore {
    async fn find_sessions(&self, user_id: UserId) -> Result<Vec<ListedSession>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        let rows: Vec<SessionRow> =
            sqlx::query_as(FIND_SESSIONS).bind(user_id.get()).fetch_all(&mut *reader).await?;
        Ok(rows.into_iter().map(session).collect::<sqlx::Result<_>>()?)
    }

    async fn find_devices(&self, user_id: UserId) -> Result<Vec<ListedDevice>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        let rows: Vec<DeviceRow> =
            sqlx::query_as(FIND_DEVICES).bind(user_id.get()).fetch_all(&mut *reader).await?;
        Ok(rows.into_iter().map(device).collect::<sqlx::Result<_>>()?)
    }

    async fn end_sessions(
        &self,
        holder: &SessionHolder,
        which: EndedSessions,
    ) -> Result<Option<u64>, StoreError> {
        let mut writer = self.writer.acquire().await?;
        let Some(mut act) = begin_as(&mut writer, holder).await? else { return Ok(None) };
        let ended = end(&mut act, holder, which).await?;
        self.commit(act).await?;
        Ok(Some(ended))
    }

    async fn forget_devices(
        &self,
        holder: &SessionHolder,
        id: Option<i64>,
    ) -> Result<Option<u64>, StoreError> {
        let mut writer = self.writer.acquire().await?;
        let Some(mut act) = begin_as(&mut writer, holder).await? else { return Ok(None) };
        let query = match id {
            Some(id) => sqlx::query(FORGET_ONE).bind(holder.user_id.get()).bind(id),
            None => sqlx::query(FORGET_ALL).bind(holder.user_id.get()),
        };
        let forgotten = query.execute(&mut *act).await?.rows_affected();
        self.commit(act).await?;
        Ok(Some(forgotten))
    }

    async fn mark_for_deletion(
        &self,
        holder: &SessionHolder,
        at: DateTime<Utc>,
    ) -> Result<Option<()>, StoreError> {
        let mut writer = self.writer.acquire().await?;
        let Some(mut act) = begin_as(&mut writer, holder).await? else { return Ok(None) };
        let query = sqlx::query(MARK).bind(holder.user_id.get()).bind(at.timestamp_millis());
        query.execute(&mut *act).await?;
        end(&mut act, holder, EndedSessions::Others).await?;
        self.commit(act).await?;
        Ok(Some(()))
    }

    async fn cancel_deletion(
        &self,
        holder: &SessionHolder,
        now: DateTime<Utc>,
    ) -> Result<Option<bool>, StoreError> {
        let mut writer = self.writer.acquire().await?;
        let Some(mut act) = begin_as(&mut writer, holder).await? else { return Ok(None) };
        let query = sqlx::query(UNMARK).bind(holder.user_id.get()).bind(now.timestamp_millis());
        let kept = query.execute(&mut *act).await?;
        self.commit(act).await?;
        Ok(Some(kept.rows_affected() > 0))
    }

    async fn find_user(&self, phone: &PhoneNumber) -> Result<Option<UserId>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        let id: Option<i64> =
            sqlx::query_scalar(FIND_USER).bind(phone.e164()).fetch_optional(&mut *reader).await?;
        Ok(id.map(UserId::new))
    }

    async fn replace_recovery_codes(
        &self,
        holder: &SessionHolder,
        digests: &[RecoveryDigest],
        now: DateTime<Utc>,
    ) -> Result<Option<()>, StoreError> {
        let mut writer = self.writer.acquire().await?;
        let Some(mut act) = begin_as(&mut writer, holder).await? else { return Ok(None) };
        recovery::replace(&mut act, holder.user_id, digests, now).await?;
        self.commit(act).await?;
        Ok(Some(()))
    }

    async fn count_recovery_codes(&self, user_id: UserId) -> Result<u32, StoreError> {
        let mut reader = self.readers.acquire().await?;
        let count: i64 =
            sqlx::query_scalar(recovery::COUNT).bind(user_id.get()).fetch_one(&mut *reader).await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}

/// Begins an act of whoever holds a session, if they still do.
async fn begin_as<'a>(
    writer: &'a mut SqliteConnection,
    holder: &SessionHolder,
) -> sqlx::Result<Option<Transaction<'a, Sqlite>>> {
    let mut act = begin(writer).await?;
    let query = sqlx::query_scalar(IS_HELD).bind(holder.session.as_bytes()).bind(holder.user_id.get());
    let is_held: bool = query.fetch_one(&mut *act).await?;
    Ok(is_held.then_some(act))
}

async fn end(
    connection: &mut SqliteConnection,
    holder: &SessionHolder,
    which: EndedSessions,
) -> sqlx::Result<u64> {
    let user_id = holder.user_id.get();
    let query = match &which {
        EndedSessions::One(digest) => sqlx::query(END_ONE).bind(user_id).bind(digest.as_bytes()),
        EndedSessions::Others => sqlx::query(END_ALL_BUT).bind(user_id).bind(holder.session.as_bytes()),
        EndedSessions::All => sqlx::query(END_ALL).bind(user_id),
    };
    Ok(query.execute(connection).await?.rows_affected())
}

fn session(
    (digest, created_at_ms, last_seen_at_ms, browser, network): SessionRow,
) -> sqlx::Result<ListedSession> {
    Ok(ListedSession {
        digest: SessionDigest::from_bytes(values::digest(&digest)?),
        created_at: values::time(created_at_ms)?,
        last_seen_at: values::time(last_seen_at_ms)?,
        browser,
        network,
    })
}

fn device((id, digest, browser, created_at_ms, last_used_at_ms): DeviceRow) -> sqlx::Result<ListedDevice> {
    Ok(ListedDevice {
        id,
        digest: DeviceDigest::from_bytes(values::digest(&digest)?),
        browser,
        created_at: values::time(created_at_ms)?,
        last_used_at: values::time(last_used_at_ms)?,
    })
}
