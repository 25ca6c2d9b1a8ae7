//! Sessions, from the right code to the sign-out.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use sqlx::{SqliteConnection, sqlite::SqliteRow};

use super::{Consumed, NewSession, Proof, act::Act, doubt, guesses, openings, recovery, several, values};
use crate::{
    domain::{
        challenge::Challenge,
        known_device::DeviceDigest,
        phone_number::PhoneNumber,
        session::{Session, SessionDigest},
        user::UserId,
    },
    server::store::SpentGuess,
};

/// Whoever sets `consumed_at_ms` is the first.
const CONSUME: &str =
    "UPDATE challenges SET consumed_at_ms = $4 WHERE id = $3 AND user_id = $1 AND consumed_at_ms IS NULL";
/// Reads what the account is judged by, and consumes.
pub(super) static JUDGE_AND_CONSUME: LazyLock<String> =
    LazyLock::new(|| [doubt::FIND, CONSUME, several::CHANGED].join("; "));
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
    act: &mut Act<'_>,
    new: &NewSession,
) -> sqlx::Result<Option<Consumed>> {
    let user_id = new.proof.user_id();
    let Some(account) = use_up_proof(act, new).await? else { return Ok(None) };
    let account = doubt::read(&account)?;
    let is_in_doubt = match &account {
        Some(account) => doubt::judge(act.begun().await?, account, user_id, new).await?,
        None => false,
    };
    let is_crowded = account.as_ref().is_some_and(openings::is_crowded);
    let opening = match (&new.proof, &new.guess) {
        (Proof::Code(challenge), Some(guess)) => {
            openings::opening_after_guess(user_id, new, challenge, guess)
        }
        _ => openings::opening(user_id, new),
    };
    if !is_in_doubt && !is_crowded {
        let [] = act.fetch_and_commit(opening).await?;
        return Ok(Some(Consumed { ended: 0, is_in_doubt }));
    }
    let [] = act.fetch(opening).await?;
    let ended = openings::trim(act, user_id).await?;
    if is_in_doubt {
        doubt::forget(act.begun().await?, user_id, &new.device.digest).await?;
    }
    act.commit().await?;
    Ok(Some(Consumed { ended, is_in_doubt }))
}

/// Uses up what proves whose the session is. The first, and only the first, gets what the account is judged by.
async fn use_up_proof(act: &mut Act<'_>, new: &NewSession) -> sqlx::Result<Option<Vec<SqliteRow>>> {
    let (device, now) = (new.device.earlier.as_ref(), new.created_at);
    match &new.proof {
        Proof::Code(challenge) => consume(act, challenge, device, now).await,
        Proof::RecoveryCode { user_id, digest } => {
            if !recovery::use_up(act.begun().await?, *user_id, digest, now).await? {
                return Ok(None);
            }
            let [account] = act.fetch(doubt::asking(sqlx::query(doubt::FIND), *user_id, device)).await?;
            Ok(Some(account))
        }
    }
}

/// Uses up a right code, and takes its guess back. Only the first goes on.
pub(super) async fn use_up(
    act: &mut Act<'_>,
    challenge: &Challenge,
    now: DateTime<Utc>,
    guess: Option<&SpentGuess>,
) -> sqlx::Result<bool> {
    if consume(act, challenge, None, now).await?.is_none() {
        return Ok(false);
    }
    if let Some(guess) = guess {
        let query = guesses::taking_back(sqlx::query(guesses::TAKE_BACK), challenge, guess);
        query.execute(act.begun().await?).await?;
    }
    Ok(true)
}

/// Uses up a right code. The first, and only the first, gets what the account is judged by.
async fn consume(
    act: &mut Act<'_>,
    challenge: &Challenge,
    device: Option<&DeviceDigest>,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Vec<SqliteRow>>> {
    let query = doubt::asking(sqlx::query(JUDGE_AND_CONSUME.as_str()), challenge.user_id, device);
    let query = query.bind(challenge.id.as_bytes()).bind(now.timestamp_millis());
    let [account, _, consumed] = act.fetch(query).await?;
    Ok(several::has_changed(&consumed)?.then_some(account))
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
