//! What is dated ahead of the clock, because the clock was.
//!
//! The rules take it for what happened just now, at each look until the clock gets there: a number that got one code from a clock a year
//! ahead would wait for a year. That this is no more than a glitch only the operator can say. A clock that is *behind* makes everything
//! look dated ahead too, and whatever were dated anew then would be too old as soon as the clock is right, and no limit any more.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::SqliteConnection;

use super::{tallies, values};

/// Clocks of several servers are not further apart: 5 min.
const LEEWAY: TimeDelta = TimeDelta::minutes(5);

pub(super) const COUNT: &str = "SELECT (SELECT count(*) FROM sends WHERE sent_at_ms > $1) \
     + (SELECT count(*) FROM wrong_guesses WHERE at_ms > $1) \
     + (SELECT count(*) FROM send_outcomes WHERE sent_at_ms > $1) \
     + (SELECT count(*) FROM tallies WHERE bucket_ms > $1) \
     + (SELECT count(*) FROM sessions WHERE last_seen_at_ms > $1) \
     + (SELECT count(*) FROM devices WHERE last_used_at_ms > $1)";
/// To now, `$2`. Where two rows become the same, one stays. Sessions began an hour ago: whoever has one proves anew who they are before
/// anything sensitive, for nobody knows how old it is.
pub(super) const REDATE: &str = "UPDATE OR REPLACE sends SET sent_at_ms = $2 WHERE sent_at_ms > $1; \
     UPDATE OR REPLACE wrong_guesses SET at_ms = $2 WHERE at_ms > $1; \
     UPDATE OR REPLACE send_outcomes SET sent_at_ms = $2 WHERE sent_at_ms > $1; \
     UPDATE users SET last_seen_at_ms = min(last_seen_at_ms, $2) WHERE id IN (SELECT user_id FROM sessions WHERE last_seen_at_ms > $1 UNION SELECT user_id FROM devices WHERE last_used_at_ms > $1); \
     UPDATE sessions SET created_at_ms = $2 - 3600000 WHERE created_at_ms > $1; \
     UPDATE sessions SET last_seen_at_ms = $2 WHERE last_seen_at_ms > $1; \
     UPDATE devices SET last_used_at_ms = $2, created_at_ms = min(created_at_ms, $2) WHERE last_used_at_ms > $1";
/// Sums of ten minutes go to the present ten minutes, `$2`, and those of days to the present day, `$3`.
pub(super) const REDATE_SUMS: &str = "INSERT INTO tallies (name, bucket_ms, count, cost) \
     SELECT name, iif(name LIKE '%:day', $3, $2) AS bucket, sum(count), sum(cost) FROM tallies WHERE bucket_ms > $1 GROUP BY name \
     ON CONFLICT (name, bucket_ms) DO UPDATE SET count = count + excluded.count, cost = cost + excluded.cost; \
     DELETE FROM tallies WHERE bucket_ms > $1";

/// How many rows are.
pub(super) async fn count(connection: &mut SqliteConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let query = sqlx::query_scalar(COUNT).bind(values::before(now, -LEEWAY));
    let count: i64 = query.fetch_one(connection).await?;
    Ok(count.max(0).unsigned_abs())
}

/// Dates them as of now, and says how many they were.
pub(super) async fn redate(connection: &mut SqliteConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let (rows, ahead) = (count(connection, now).await?, values::before(now, -LEEWAY));
    sqlx::query(REDATE).bind(ahead).bind(now.timestamp_millis()).execute(&mut *connection).await?;
    let (bucket, day) = tallies::buckets_of_guess(now);
    sqlx::query(REDATE_SUMS).bind(ahead).bind(bucket).bind(day).execute(connection).await?;
    Ok(rows)
}
