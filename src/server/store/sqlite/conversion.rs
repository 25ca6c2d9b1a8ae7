//! Whether the codes to a destination prefix were used.

use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use super::{NewCode, SpentGuess, values};
use crate::domain::{
    challenge::Challenge, conversion::Conversion, policy::SignInPolicy, throttle::ThrottleKey,
};

/// A code that may still be used says nothing yet.
pub(super) const LAST: &str = "SELECT count(*), coalesce(sum(is_used), 0), min(sent_at_ms) FROM \
     (SELECT is_used, sent_at_ms FROM send_outcomes \
     WHERE prefix = $1 AND sent_at_ms > $2 AND (is_used = 1 OR sent_at_ms <= $3) ORDER BY sent_at_ms DESC LIMIT $4)";
pub(super) const FORGET: &str =
    "DELETE FROM send_outcomes WHERE prefix = $1 AND sent_at_ms = $2 AND challenge_id = $3";
pub(super) const USE: &str =
    "UPDATE send_outcomes SET is_used = 1 WHERE prefix = $1 AND sent_at_ms >= $2 AND challenge_id = $3";

pub(super) async fn find(
    connection: &mut SqliteConnection,
    prefix: &ThrottleKey,
    now: DateTime<Utc>,
    policy: &SignInPolicy,
) -> sqlx::Result<Conversion> {
    let settled = values::before(now, policy.challenge.lifetime);
    let query =
        sqlx::query_as(LAST).bind(prefix.as_bytes()).bind(values::before(now, policy.conversion.window));
    let query = query.bind(settled).bind(i64::from(policy.conversion.codes));
    let (codes, used, oldest): (i64, i64, Option<i64>) = query.fetch_one(connection).await?;
    let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(Conversion { codes: count(codes), used: count(used), oldest: oldest.map(values::time).transpose()? })
}

/// A code was not sent, after all.
pub(super) async fn forget(connection: &mut SqliteConnection, new: &NewCode) -> sqlx::Result<()> {
    let query = sqlx::query(FORGET).bind(new.spender.keys.prefix.as_bytes());
    let query = query.bind(new.spender.at.timestamp_millis()).bind(new.challenge.as_bytes());
    query.execute(connection).await?;
    Ok(())
}

/// A right code speaks for every message of its challenge.
pub(super) async fn note_use(
    connection: &mut SqliteConnection,
    challenge: &Challenge,
    guess: &SpentGuess,
) -> sqlx::Result<()> {
    let query = sqlx::query(USE).bind(guess.prefix.as_bytes()).bind(challenge.started_at.timestamp_millis());
    query.bind(challenge.id.as_bytes()).execute(connection).await?;
    Ok(())
}
