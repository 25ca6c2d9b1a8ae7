//! Sessions, from the right code to the sign-out.

use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use super::{NewSession, Proof, conversion, devices, guesses, recovery, values};
use crate::{
    domain::{
        phone_number::PhoneNumber,
        session::{Session, SessionDigest},
        user::UserId,
    },
    server::store::SESSIONS_PER_USER,
};

pub(super) const CONSUME: &str =
    "UPDATE challenges SET consumed_at_ms = $3 WHERE id = $1 AND user_id = $2 AND consumed_at_ms IS NULL";
pub(super) const ACTIVATE_USER: &str =
    "UPDATE users SET is_active = 1, activated_at_ms = $2 WHERE id = $1 AND is_active = 0";
const CREATE: &str = "INSERT INTO sessions (digest, user_id, created_at_ms, last_seen_at_ms, browser, network) \
     VALUES ($1, $2, $3, $3, $4, $5)";
pub(super) const KEEP_NEWEST: &str = "DELETE FROM sessions WHERE digest IN \
     (SELECT digest FROM sessions WHERE user_id = $1 ORDER BY created_at_ms DESC LIMIT -1 OFFSET $2)";
pub(super) const FIND: &str = "SELECT sessions.user_id, users.phone, sessions.created_at_ms, sessions.last_seen_at_ms \
     FROM sessions JOIN users ON users.id = sessions.user_id WHERE sessions.digest = $1";
pub(super) const TOUCH: &str =
    "UPDATE sessions SET last_seen_at_ms = $2 WHERE digest = $1 AND last_seen_at_ms < $2";
pub(super) const DELETE: &str = "DELETE FROM sessions WHERE digest = $1";

#[derive(sqlx::FromRow)]
struct Row {
    user_id: i64,
    phone: String,
    created_at_ms: i64,
    last_seen_at_ms: i64,
}

/// Whoever sets `consumed_at_ms` is the first, and only the first goes on to a session.
pub(super) async fn create_by_consuming(
    connection: &mut SqliteConnection,
    new: &NewSession,
) -> sqlx::Result<bool> {
    let (user_id, now_ms) = (new.proof.user_id().get(), new.created_at.timestamp_millis());
    if !consume(connection, new).await? {
        return Ok(false);
    }
    sqlx::query(ACTIVATE_USER).bind(user_id).bind(now_ms).execute(&mut *connection).await?;
    if let Some(earlier) = &new.earlier {
        sqlx::query(DELETE).bind(earlier.as_bytes()).execute(&mut *connection).await?;
    }
    let query = sqlx::query(CREATE).bind(new.digest.as_bytes()).bind(user_id).bind(now_ms);
    let query = query.bind(&new.browser).bind(&new.network);
    query.execute(&mut *connection).await?;
    sqlx::query(KEEP_NEWEST).bind(user_id).bind(SESSIONS_PER_USER).execute(&mut *connection).await?;
    devices::keep(connection, new).await?;
    if let Proof::Code(challenge) = &new.proof {
        conversion::note_use(connection, challenge, &new.guess).await?;
    }
    guesses::take_back(connection, &new.guess).await?;
    Ok(true)
}

async fn consume(connection: &mut SqliteConnection, new: &NewSession) -> sqlx::Result<bool> {
    match &new.proof {
        Proof::RecoveryCode { user_id, digest } => {
            recovery::use_up(connection, *user_id, digest, new.created_at).await
        }
        Proof::Code(challenge) => {
            let query = sqlx::query(CONSUME).bind(challenge.id.as_bytes()).bind(challenge.user_id.get());
            let consumed = query.bind(new.created_at.timestamp_millis()).execute(connection).await?;
            Ok(consumed.rows_affected() > 0)
        }
    }
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
    })
}
