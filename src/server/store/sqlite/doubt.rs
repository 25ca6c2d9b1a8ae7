//! Accounts of which it is in doubt whose they are.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::{FromRow as _, SqliteConnection, sqlite::SqliteRow};

use super::{NewSession, Proof, SqliteStore, StoreError, begin, recovery, several::Query, values};
use crate::{
    domain::{
        doubt::Doubt, known_device::DeviceDigest, recovery_code::RecoveryDigest, session::SessionDigest,
        user::UserId,
    },
    server::store::doubt::{DoubtStore, NewBeginning},
};

pub(super) const FIND: &str = "SELECT coalesce(last_seen_at_ms, \
     (SELECT max(last_used_at_ms) FROM devices WHERE user_id = $1), activated_at_ms, created_at_ms) AS seen_at_ms, \
     doubted_at_ms, claimed_at_ms, EXISTS (SELECT 1 FROM devices WHERE digest = $2 AND user_id = $1) AS is_known, \
     (SELECT count(*) FROM sessions WHERE user_id = $1) AS sessions, (SELECT count(*) FROM devices WHERE user_id = $1) AS devices \
     FROM users WHERE id = $1 AND is_active = 1";
/// Whoever was signed in before has no business in the account until the doubt is settled.
pub(super) const RAISE: &str = "UPDATE users SET doubted_at_ms = $2, claimed_at_ms = NULL WHERE id = $1; \
     DELETE FROM sessions WHERE user_id = $1";
/// Sessions that began in doubt end, but the one that proved whose the account is: nobody proved anything in the others.
pub(super) const SETTLE: &str = "UPDATE users SET doubted_at_ms = NULL, claimed_at_ms = NULL WHERE id = $1; \
     DELETE FROM sessions WHERE user_id = $1 AND digest IS NOT $2";
/// A claim that was believed: the doubt is over, and nobody is thrown out.
pub(super) const CLEAR: &str = "UPDATE users SET doubted_at_ms = NULL, claimed_at_ms = NULL WHERE id = $1";
/// A browser is not known by having signed in to an account in doubt: it would settle the doubt the next time.
pub(super) const FORGET: &str = "DELETE FROM devices WHERE digest = $1 AND user_id = $2";
pub(super) const CLAIM: &str = "UPDATE users SET claimed_at_ms = $2 \
     WHERE id = $1 AND doubted_at_ms IS NOT NULL AND claimed_at_ms IS NULL";
pub(super) const PHONE_OF_DOUBTED: &str = "SELECT users.phone FROM sessions JOIN users ON users.id = sessions.user_id \
     WHERE sessions.digest = $1 AND sessions.user_id = $2 AND users.doubted_at_ms IS NOT NULL";
/// The sealed account keeps no number that anybody has: +999 is assigned to no country. Several statements in one: see
/// [`super::several`].
pub(super) const BEGIN_ANEW: &str = "UPDATE challenges SET consumed_at_ms = $3 WHERE user_id = $1 AND consumed_at_ms IS NULL; \
     UPDATE users SET phone = '+999' || id, deletes_at_ms = $4 WHERE id = $1; \
     INSERT INTO users (phone, is_active, created_at_ms, activated_at_ms, last_seen_at_ms) VALUES ($2, 1, $3, $3, $3); \
     UPDATE sessions SET user_id = (SELECT id FROM users WHERE phone = $2) WHERE digest = $5; \
     DELETE FROM sessions WHERE user_id = $1; \
     DELETE FROM devices WHERE user_id = $1; \
     DELETE FROM recovery_codes WHERE user_id = $1";

/// An account before another session of it begins.
#[derive(sqlx::FromRow)]
pub(super) struct Account {
    seen_at_ms: i64,
    doubted_at_ms: Option<i64>,
    claimed_at_ms: Option<i64>,
    /// The browser has signed in to it before.
    is_known: bool,
    /// How many there are.
    pub(super) sessions: i64,
    /// Copies of a cookie count each.
    pub(super) devices: i64,
}

#[async_trait]
impl DoubtStore for SqliteStore {
    async fn settle(
        &self,
        user_id: UserId,
        digest: &RecoveryDigest,
        session: &SessionDigest,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut writer = self.writer.acquire().await?;
        let mut act = begin(&mut writer).await?;
        let is_code = recovery::use_up(&mut act, user_id, digest, at).await?;
        if is_code {
            sqlx::query(SETTLE).bind(user_id.get()).bind(session.as_bytes()).execute(&mut *act).await?;
        }
        self.commit(act).await?;
        Ok(is_code)
    }

    async fn claim(&self, user_id: UserId, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let mut writer = self.writer.acquire().await?;
        let mut act = begin(&mut writer).await?;
        let query = sqlx::query(CLAIM).bind(user_id.get()).bind(at.timestamp_millis());
        let is_first = query.execute(&mut *act).await?.rows_affected() > 0;
        self.commit(act).await?;
        Ok(is_first)
    }

    async fn begin_anew(&self, new: &NewBeginning) -> Result<bool, StoreError> {
        let mut writer = self.writer.acquire().await?;
        let mut act = begin(&mut writer).await?;
        let query = sqlx::query_scalar(PHONE_OF_DOUBTED).bind(new.session.as_bytes()).bind(new.user_id.get());
        let Some(phone) = query.fetch_optional(&mut *act).await? else { return Ok(false) };
        let phone: String = phone;
        let query =
            sqlx::query(BEGIN_ANEW).bind(new.user_id.get()).bind(phone).bind(new.at.timestamp_millis());
        let query = query.bind(new.deletes_at.timestamp_millis()).bind(new.session.as_bytes());
        query.execute(&mut *act).await?;
        self.commit(act).await?;
        Ok(true)
    }
}

/// Binds what [`FIND`] is about: the user, and the device that the browser was until now.
pub(super) fn asking<'a>(query: Query<'a>, user_id: UserId, device: Option<&'a DeviceDigest>) -> Query<'a> {
    query.bind(user_id.get()).bind(device.map(DeviceDigest::as_bytes))
}

/// The answer to [`FIND`]; `None` for a number that signs in for the first time.
pub(super) fn read(found: &[SqliteRow]) -> sqlx::Result<Option<Account>> {
    found.first().map(Account::from_row).transpose()
}

/// Judges the account before a session of it begins, and says whether it is in doubt whose it is. A recovery
/// code and a known device settle the doubt.
pub(super) async fn judge(
    connection: &mut SqliteConnection,
    account: &Account,
    user_id: UserId,
    new: &NewSession,
) -> sqlx::Result<bool> {
    let (now, last_seen_at) = (new.created_at, values::time(account.seen_at_ms)?);
    let is_proven = account.is_known || matches!(new.proof, Proof::RecoveryCode { .. });
    if Doubt::arises(last_seen_at, is_proven, now, &new.policy) {
        let query = sqlx::query(RAISE).bind(user_id.get()).bind(now.timestamp_millis());
        query.execute(connection).await?;
        return Ok(true);
    }
    let Some(doubt) = doubt(account.doubted_at_ms, account.claimed_at_ms)? else { return Ok(false) };
    // Whoever's claim was believed has known browsers too: only paper speaks against it now.
    if !doubt.holds(now, &new.policy) && !matches!(new.proof, Proof::RecoveryCode { .. }) {
        sqlx::query(CLEAR).bind(user_id.get()).execute(connection).await?;
        return Ok(false);
    }
    if is_proven {
        sqlx::query(SETTLE).bind(user_id.get()).bind(None::<&[u8]>).execute(connection).await?;
        return Ok(false);
    }
    Ok(true)
}

/// Forgets the browser that has just signed in.
pub(super) async fn forget(
    connection: &mut SqliteConnection,
    user_id: UserId,
    device: &DeviceDigest,
) -> sqlx::Result<()> {
    sqlx::query(FORGET).bind(device.as_bytes()).bind(user_id.get()).execute(connection).await?;
    Ok(())
}

/// A doubt as it is read from a row.
pub(super) fn doubt(doubted_at_ms: Option<i64>, claimed_at_ms: Option<i64>) -> sqlx::Result<Option<Doubt>> {
    let Some(doubted_at_ms) = doubted_at_ms else { return Ok(None) };
    let claimed_at = claimed_at_ms.map(values::time).transpose()?;
    Ok(Some(Doubt { since: values::time(doubted_at_ms)?, claimed_at }))
}
