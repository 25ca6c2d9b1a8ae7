//! How a session begins: the statements, and what is bound for them.

use std::sync::LazyLock;

use super::{NewSession, act::Act, doubt::Account, guesses, several::Query};
use crate::{
    domain::{challenge::Challenge, known_device::DeviceDigest, session::SessionDigest, user::UserId},
    server::store::{DEVICES_PER_USER, SESSIONS_PER_USER, SpentGuess},
};

/// The user is activated, the browser's earlier session ends, the new one is kept. The parameters before are those of
/// [`guesses::TAKE_BACK`].
const OPEN: &str = "UPDATE users SET is_active = 1, activated_at_ms = coalesce(activated_at_ms, $12), last_seen_at_ms = $12 WHERE id = $11; \
     DELETE FROM sessions WHERE digest = $13; \
     INSERT INTO sessions (digest, user_id, created_at_ms, last_seen_at_ms, browser, network) \
     VALUES ($14, $11, $12, $12, $15, $16)";
/// The browser is known under its new secret with all its numbers, which are in one cookie.
///
/// Only for the number that signs in the old secret dies, in every copy of the cookie (they have one lane). For the browser's other
/// numbers it stays good beside the new one: whoever has copied the cookie and signs in with a number of their own would else take
/// the lane away from its owner. Of such copies stay the first, which is the owner's where somebody else makes them, and the three
/// newest, among which is the browser's own where it has several numbers; a browser is one lane, however many there are.
const MOVE: &str = "UPDATE devices SET digest = $18 WHERE digest = $17 AND user_id = $11; \
     INSERT INTO devices (digest, user_id, lane, browser, created_at_ms, last_used_at_ms) \
     SELECT $18, user_id, lane, browser, created_at_ms, last_used_at_ms FROM devices WHERE digest = $17; \
     DELETE FROM devices WHERE id IN (SELECT id FROM (SELECT id, min(id) OVER one AS first, \
     row_number() OVER (one ORDER BY id DESC) AS place FROM devices \
     WHERE user_id IN (SELECT user_id FROM devices WHERE digest = $18) WINDOW one AS (PARTITION BY user_id, lane)) \
     WHERE place > 3 AND id <> first)";
const KNOW: &str = "INSERT INTO devices (digest, user_id, lane, browser, created_at_ms, last_used_at_ms) \
     VALUES ($18, $11, $19, $15, $12, $12) \
     ON CONFLICT (digest, user_id) DO UPDATE SET browser = excluded.browser, last_used_at_ms = excluded.last_used_at_ms";
/// The other copies of the cookie with which the number signs in.
const FORGET_COPIES: &str = "DELETE FROM devices WHERE user_id = $11 AND digest <> $18 \
     AND lane = (SELECT lane FROM devices WHERE digest = $18 AND user_id = $11)";

/// Begins a session in a browser that shows nothing: there is nothing to move, which SQLite would find out at some cost.
pub(super) static OPEN_IN_NEW: LazyLock<String> =
    LazyLock::new(|| [guesses::TAKE_BACK, OPEN, KNOW].join("; "));
/// Begins one in a browser that shows a cookie of an earlier one, with whatever number.
pub(super) static OPEN_IN_KNOWN: LazyLock<String> =
    LazyLock::new(|| [guesses::TAKE_BACK, OPEN, MOVE, KNOW, FORGET_COPIES].join("; "));
/// The oldest sessions beyond the most end, and the devices that were unused for longest are forgotten.
pub(super) const TRIM: &str = "DELETE FROM sessions WHERE digest IN \
     (SELECT digest FROM sessions WHERE user_id = $1 ORDER BY created_at_ms DESC LIMIT -1 OFFSET $2) RETURNING 1; \
     DELETE FROM devices WHERE user_id = $1 AND lane NOT IN (SELECT lane FROM devices WHERE user_id = $1 \
     GROUP BY lane ORDER BY max(last_used_at_ms) DESC, max(id) DESC LIMIT $3 + 0)";

/// Begins the session.
pub(super) fn opening(user_id: UserId, new: &NewSession) -> Query<'_> {
    bind(guesses::taking_back_none(statements(new), &new.phone), user_id, new)
}

/// The same where a right guess proved it, and is taken back.
pub(super) fn opening_after_guess<'a>(
    user_id: UserId,
    new: &'a NewSession,
    challenge: &'a Challenge,
    guess: &'a SpentGuess,
) -> Query<'a> {
    bind(guesses::taking_back(statements(new), challenge, guess), user_id, new)
}

fn statements(new: &NewSession) -> Query<'static> {
    let is_new = new.device.earlier.is_none();
    sqlx::query(if is_new { OPEN_IN_NEW.as_str() } else { OPEN_IN_KNOWN.as_str() })
}

fn bind<'a>(query: Query<'a>, user_id: UserId, new: &'a NewSession) -> Query<'a> {
    let query = query.bind(user_id.get()).bind(new.created_at.timestamp_millis());
    let query = query.bind(new.earlier.as_ref().map(SessionDigest::as_bytes)).bind(new.digest.as_bytes());
    let query = query.bind(&new.browser).bind(&new.network);
    let earlier = new.device.earlier.as_ref().map(DeviceDigest::as_bytes);
    query.bind(earlier).bind(new.device.digest.as_bytes()).bind(new.device.lane.as_bytes())
}

/// Whether there may be more of something than stays, when another session has begun.
pub(super) fn is_crowded(account: &Account) -> bool {
    account.sessions >= SESSIONS_PER_USER || account.devices >= DEVICES_PER_USER
}

/// Keeps no more than stays; says how many sessions ended.
pub(super) async fn trim(act: &mut Act<'_>, user_id: UserId) -> sqlx::Result<u32> {
    let query = sqlx::query(TRIM).bind(user_id.get()).bind(SESSIONS_PER_USER).bind(DEVICES_PER_USER);
    let [ended] = act.fetch(query).await?;
    Ok(u32::try_from(ended.len()).unwrap_or(u32::MAX))
}
