//! Sessions, from the right code to the sign-out.

use chrono::{DateTime, Utc};
use sqlx::{SqliteConnection, sqlite::SqliteRow};

use super::{Consumed, NewSession, Proof, doubt, guesses, recovery, several, values};
use crate::{
    domain::{
        challenge::Challenge,
        known_device::DeviceDigest,
        phone_number::PhoneNumber,
        session::{Session, SessionDigest},
        user::UserId,
    },
    server::store::{DEVICES_PER_USER, SESSIONS_PER_USER, SpentGuess},
};

pub(super) const CONSUME: &str =
    "UPDATE challenges SET consumed_at_ms = $3 WHERE id = $1 AND user_id = $2 AND consumed_at_ms IS NULL";
/// The user is activated, the browser's earlier session ends, the new one is kept and the oldest beyond the most go; the browser
/// is known under its new secret with all its numbers, which are in one cookie, and those unused for longest are forgotten; the
/// failures in a row are over.
///
/// Only for the number that signs in the old secret dies, in every copy of the cookie (they have one lane). For the browser's other
/// numbers it stays good beside the new one: whoever has copied the cookie and signs in with a number of their own would else take
/// the lane away from its owner. Of such copies stay the first, which is the owner's where somebody else makes them, and the three
/// newest, among which is the browser's own where it has several numbers; a browser is one lane, however many there are.
///
/// Several statements in one: see [`super::several`].
pub(super) const CREATE: &str = "UPDATE users SET is_active = 1, activated_at_ms = coalesce(activated_at_ms, $2), last_seen_at_ms = $2 WHERE id = $1; \
     DELETE FROM sessions WHERE digest = $3; \
     INSERT INTO sessions (digest, user_id, created_at_ms, last_seen_at_ms, browser, network) \
     VALUES ($4, $1, $2, $2, $5, $6); \
     DELETE FROM sessions WHERE digest IN \
     (SELECT digest FROM sessions WHERE user_id = $1 ORDER BY created_at_ms DESC LIMIT -1 OFFSET $7) RETURNING 1; \
     UPDATE devices SET digest = $9 WHERE digest = $8 AND user_id = $1; \
     INSERT INTO devices (digest, user_id, lane, browser, created_at_ms, last_used_at_ms) \
     SELECT $9, user_id, lane, browser, created_at_ms, last_used_at_ms FROM devices WHERE digest = $8; \
     DELETE FROM devices WHERE id IN (SELECT id FROM (SELECT id, min(id) OVER one AS first, \
     row_number() OVER (one ORDER BY id DESC) AS place FROM devices \
     WHERE user_id IN (SELECT user_id FROM devices WHERE digest = $9) WINDOW one AS (PARTITION BY user_id, lane)) \
     WHERE place > 3 AND id <> first); \
     INSERT INTO devices (digest, user_id, lane, browser, created_at_ms, last_used_at_ms) VALUES ($9, $1, $10, $5, $2, $2) \
     ON CONFLICT (digest, user_id) DO UPDATE SET browser = excluded.browser, last_used_at_ms = excluded.last_used_at_ms; \
     DELETE FROM devices WHERE user_id = $1 AND digest <> $9 \
     AND lane = (SELECT lane FROM devices WHERE digest = $9 AND user_id = $1); \
     DELETE FROM devices WHERE user_id = $1 AND lane NOT IN (SELECT lane FROM devices WHERE user_id = $1 \
     GROUP BY lane ORDER BY max(last_used_at_ms) DESC, max(id) DESC LIMIT $11 + 0); \
     DELETE FROM failures WHERE throttle = $12";
pub(super) const FIND: &str = "SELECT sessions.user_id, users.phone, sessions.created_at_ms, sessions.last_seen_at_ms, \
     users.doubted_at_ms, users.claimed_at_ms, users.deletes_at_ms, \
     EXISTS (SELECT 1 FROM recovery_codes WHERE user_id = users.id AND used_at_ms IS NULL) AS has_recovery_codes \
     FROM sessions JOIN users ON users.id = sessions.user_id WHERE sessions.digest = $1";
pub(super) const TOUCH: &str = "UPDATE sessions SET last_seen_at_ms = $2 WHERE digest = $1 AND last_seen_at_ms < $2; \
     UPDATE users SET last_seen_at_ms = max(coalesce(last_seen_at_ms, 0), $2) \
     WHERE id = (SELECT user_id FROM sessions WHERE digest = $1)";
pub(super) const DELETE: &str = "DELETE FROM sessions WHERE digest = $1";

#[derive(sqlx::FromRow)]
struct Row {
    user_id: i64,
    phone: String,
    created_at_ms: i64,
    last_seen_at_ms: i64,
    doubted_at_ms: Option<i64>,
    claimed_at_ms: Option<i64>,
    deletes_at_ms: Option<i64>,
    has_recovery_codes: bool,
}

pub(super) async fn create_by_consuming(
    connection: &mut SqliteConnection,
    new: &NewSession,
) -> sqlx::Result<Option<Consumed>> {
    let is_first = match &new.proof {
        Proof::Code(challenge) => use_up(connection, challenge, new.created_at, new.guess.as_ref()).await?,
        Proof::RecoveryCode { user_id, digest } => {
            recovery::use_up(connection, *user_id, digest, new.created_at).await?
        }
    };
    if !is_first {
        return Ok(None);
    }
    let user_id = new.proof.user_id();
    let is_in_doubt = doubt::judge(connection, user_id, new).await?;
    let ended = open(connection, user_id, new).await?;
    if is_in_doubt {
        doubt::forget(connection, user_id, &new.device.digest).await?;
    }
    Ok(Some(Consumed { ended, is_in_doubt }))
}

/// Uses up a right code. Whoever sets `consumed_at_ms` is the first, and only the first goes on.
pub(super) async fn use_up(
    connection: &mut SqliteConnection,
    challenge: &Challenge,
    now: DateTime<Utc>,
    guess: Option<&SpentGuess>,
) -> sqlx::Result<bool> {
    let query = sqlx::query(CONSUME).bind(challenge.id.as_bytes()).bind(challenge.user_id.get());
    let consumed = query.bind(now.timestamp_millis()).execute(&mut *connection).await?;
    if consumed.rows_affected() == 0 {
        return Ok(false);
    }
    if let Some(guess) = guess {
        guesses::take_back(connection, challenge, guess).await?;
    }
    Ok(true)
}

/// Begins a session of the user, and says how many of the oldest ended because there were too many.
pub(super) async fn open(
    connection: &mut SqliteConnection,
    user_id: UserId,
    new: &NewSession,
) -> sqlx::Result<u32> {
    let query = sqlx::query(CREATE).bind(user_id.get()).bind(new.created_at.timestamp_millis());
    let query = query.bind(new.earlier.as_ref().map(SessionDigest::as_bytes)).bind(new.digest.as_bytes());
    let query = query.bind(&new.browser).bind(&new.network).bind(SESSIONS_PER_USER);
    let (device, earlier) = (&new.device, new.device.earlier.as_ref().map(DeviceDigest::as_bytes));
    let query = query.bind(earlier).bind(device.digest.as_bytes()).bind(device.lane.as_bytes());
    let query = query.bind(DEVICES_PER_USER).bind(new.phone.as_bytes());
    let [_, _, _, ended]: [Vec<SqliteRow>; 4] = several::fetch(connection, query).await?;
    Ok(u32::try_from(ended.len()).unwrap_or(u32::MAX))
}

pub(super) async fn find(
    connection: &mut SqliteConnection,
    digest: &SessionDigest,
) -> sqlx::Result<Option<Session>> {
    let row = sqlx::query_as(FIND).bind(digest.as_bytes()).fetch_optional(connection).await?;
    row.map(session).transpose()
}

/// Notes activity; an earlier time than the one noted changes nothing.
pub(super) async fn touch(
    connection: &mut SqliteConnection,
    digest: &SessionDigest,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let query = sqlx::query(TOUCH).bind(digest.as_bytes()).bind(now.timestamp_millis());
    query.execute(connection).await?;
    Ok(())
}

pub(super) async fn delete(connection: &mut SqliteConnection, digest: &SessionDigest) -> sqlx::Result<()> {
    sqlx::query(DELETE).bind(digest.as_bytes()).execute(connection).await?;
    Ok(())
}

fn session(row: Row) -> sqlx::Result<Session> {
    Ok(Session {
        user_id: UserId::new(row.user_id),
        phone: PhoneNumber::from_stored(row.phone),
        created_at: values::time(row.created_at_ms)?,
        last_seen_at: values::time(row.last_seen_at_ms)?,
        doubt: doubt::doubt(row.doubted_at_ms, row.claimed_at_ms)?,
        deletes_at: row.deletes_at_ms.map(values::time).transpose()?,
        has_recovery_codes: row.has_recovery_codes,
    })
}
