//! Sessions, from the right code to the sign-out.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use sqlx::{SqliteConnection, sqlite::SqliteRow};

use super::{Consumed, NewSession, Proof, act::Act, doubt, guesses, recovery, several::Query, values};
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

/// Whoever sets `consumed_at_ms` is the first.
const CONSUME: &str = "UPDATE challenges SET consumed_at_ms = $4 WHERE id = $3 AND user_id = $1 AND consumed_at_ms IS NULL RETURNING 1";
/// Reads what the account is judged by, and consumes.
pub(super) static JUDGE_AND_CONSUME: LazyLock<String> = LazyLock::new(|| [doubt::FIND, CONSUME].join("; "));
/// The user is activated, the browser's earlier session ends, the new one is kept and the oldest beyond the most go; the browser
/// is known under its new secret with all its numbers, which are in one cookie, and those unused for longest are forgotten; the
/// failures in a row are over.
///
/// Only for the number that signs in the old secret dies, in every copy of the cookie (they have one lane). For the browser's other
/// numbers it stays good beside the new one: whoever has copied the cookie and signs in with a number of their own would else take
/// the lane away from its owner. Of such copies stay the first, which is the owner's where somebody else makes them, and the three
/// newest, among which is the browser's own where it has several numbers; a browser is one lane, however many there are.
///
/// Several statements in one: see [`super::several`]. Its parameters are numbered from `first`: it is also a part of [`CREATE_AFTER_GUESS`].
fn creating(first: usize) -> String {
    let parameters: [usize; 12] = std::array::from_fn(|place| first + place);
    let [
        user,
        now,
        earlier,
        session,
        browser,
        network,
        most,
        earlier_device,
        device,
        lane,
        most_devices,
        phone,
    ] = parameters;
    format!(
        "UPDATE users SET is_active = 1, activated_at_ms = coalesce(activated_at_ms, ${now}), last_seen_at_ms = ${now} WHERE id = ${user}; \
         DELETE FROM sessions WHERE digest = ${earlier}; \
         INSERT INTO sessions (digest, user_id, created_at_ms, last_seen_at_ms, browser, network) \
         VALUES (${session}, ${user}, ${now}, ${now}, ${browser}, ${network}); \
         DELETE FROM sessions WHERE digest IN \
         (SELECT digest FROM sessions WHERE user_id = ${user} ORDER BY created_at_ms DESC LIMIT -1 OFFSET ${most}) RETURNING 1; \
         UPDATE devices SET digest = ${device} WHERE digest = ${earlier_device} AND user_id = ${user}; \
         INSERT INTO devices (digest, user_id, lane, browser, created_at_ms, last_used_at_ms) \
         SELECT ${device}, user_id, lane, browser, created_at_ms, last_used_at_ms FROM devices WHERE digest = ${earlier_device}; \
         DELETE FROM devices WHERE id IN (SELECT id FROM (SELECT id, min(id) OVER one AS first, \
         row_number() OVER (one ORDER BY id DESC) AS place FROM devices \
         WHERE user_id IN (SELECT user_id FROM devices WHERE digest = ${device}) WINDOW one AS (PARTITION BY user_id, lane)) \
         WHERE place > 3 AND id <> first); \
         INSERT INTO devices (digest, user_id, lane, browser, created_at_ms, last_used_at_ms) \
         VALUES (${device}, ${user}, ${lane}, ${browser}, ${now}, ${now}) \
         ON CONFLICT (digest, user_id) DO UPDATE SET browser = excluded.browser, last_used_at_ms = excluded.last_used_at_ms; \
         DELETE FROM devices WHERE user_id = ${user} AND digest <> ${device} \
         AND lane = (SELECT lane FROM devices WHERE digest = ${device} AND user_id = ${user}); \
         DELETE FROM devices WHERE user_id = ${user} AND lane NOT IN (SELECT lane FROM devices WHERE user_id = ${user} \
         GROUP BY lane ORDER BY max(last_used_at_ms) DESC, max(id) DESC LIMIT ${most_devices} + 0); \
         DELETE FROM failures WHERE throttle = ${phone}"
    )
}

/// See [`creating`].
pub(super) static CREATE: LazyLock<String> = LazyLock::new(|| creating(1));
/// The same after a right guess, which is taken back.
pub(super) static CREATE_AFTER_GUESS: LazyLock<String> =
    LazyLock::new(|| [guesses::TAKE_BACK, &creating(11)].join("; "));
/// As many as it has; [`CREATE`] has fewer.
const STATEMENTS: usize = 16;
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
    let (user_id, device) = (new.proof.user_id(), new.device.earlier.as_ref());
    let account = match &new.proof {
        Proof::Code(challenge) => consume(act, challenge, device, new.created_at).await?,
        Proof::RecoveryCode { digest, .. } => {
            if !recovery::use_up(act.begun().await?, user_id, digest, new.created_at).await? {
                return Ok(None);
            }
            let [account] = act.fetch(doubt::asking(sqlx::query(doubt::FIND), user_id, device)).await?;
            Some(account)
        }
    };
    let Some(account) = account else { return Ok(None) };
    let is_in_doubt = doubt::judge(act.begun().await?, &account, user_id, new).await?;
    let ended = if is_in_doubt {
        let ended = act.fetch(opening_after_proof(new)).await?;
        doubt::forget(act.begun().await?, user_id, &new.device.digest).await?;
        act.commit().await?;
        ended
    } else {
        act.fetch_and_commit(opening_after_proof(new)).await?
    };
    Ok(Some(Consumed { ended: count(&ended), is_in_doubt }))
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
    let [account, consumed] = act.fetch(query).await?;
    Ok((!consumed.is_empty()).then_some(account))
}

/// Begins a session of the user.
pub(super) async fn open(
    connection: &mut SqliteConnection,
    user_id: UserId,
    new: &NewSession,
) -> sqlx::Result<()> {
    opening(sqlx::query(CREATE.as_str()), user_id, new).execute(connection).await?;
    Ok(())
}

/// Begins the session that was proven: a right guess is taken back.
fn opening_after_proof(new: &NewSession) -> Query<'_> {
    let user_id = new.proof.user_id();
    let (Proof::Code(challenge), Some(guess)) = (&new.proof, &new.guess) else {
        return opening(sqlx::query(CREATE.as_str()), user_id, new);
    };
    let query = guesses::taking_back(sqlx::query(CREATE_AFTER_GUESS.as_str()), challenge, guess);
    opening(query, user_id, new)
}

/// Binds what [`creating`] is about.
fn opening<'a>(query: Query<'a>, user_id: UserId, new: &'a NewSession) -> Query<'a> {
    let query = query.bind(user_id.get()).bind(new.created_at.timestamp_millis());
    let query = query.bind(new.earlier.as_ref().map(SessionDigest::as_bytes)).bind(new.digest.as_bytes());
    let query = query.bind(&new.browser).bind(&new.network).bind(SESSIONS_PER_USER);
    let (device, earlier) = (&new.device, new.device.earlier.as_ref().map(DeviceDigest::as_bytes));
    let query = query.bind(earlier).bind(device.digest.as_bytes()).bind(device.lane.as_bytes());
    query.bind(DEVICES_PER_USER).bind(new.phone.as_bytes())
}

/// How many of the oldest ended because there were too many: nothing else comes back.
fn count(rows: &[Vec<SqliteRow>; STATEMENTS]) -> u32 {
    u32::try_from(rows.iter().map(Vec::len).sum::<usize>()).unwrap_or(u32::MAX)
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
