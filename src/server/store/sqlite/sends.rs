//! When codes were sent, and whether another may be.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::SqliteConnection;

use super::{SendClaim, values};
use crate::{
    domain::throttle::{ThrottleKey, wait_before_send},
    server::store::NewCode,
};

/// How far back [`wait_before_send`] looks.
const WINDOW: TimeDelta = TimeDelta::hours(24);

pub(super) const FIND: &str =
    "SELECT sent_at_ms FROM sends WHERE throttle = $1 AND sent_at_ms >= $2 ORDER BY sent_at_ms";
const CREATE: &str =
    "INSERT INTO sends (throttle, sent_at_ms, digest) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
pub(super) const DELETE: &str = "DELETE FROM sends WHERE throttle = $1 AND sent_at_ms = $2 AND digest = $3";

pub(super) async fn find(
    connection: &mut SqliteConnection,
    throttle: &ThrottleKey,
    since_ms: i64,
) -> sqlx::Result<Vec<DateTime<Utc>>> {
    let query = sqlx::query_scalar::<_, i64>(FIND).bind(throttle.as_bytes()).bind(since_ms);
    query.fetch_all(connection).await?.into_iter().map(values::time).collect()
}

/// Reads, judges and counts. One act only because the caller's transaction already holds the write lock.
pub(super) async fn claim(connection: &mut SqliteConnection, new: &NewCode) -> sqlx::Result<SendClaim> {
    let sends = find(connection, &new.throttle, values::before(new.sent_at, WINDOW)).await?;
    let claim = match wait_before_send(&sends, new.sent_at, &new.policy) {
        None => SendClaim::Granted,
        Some(wait) if new.record_only => SendClaim::GrantedOverLimit(wait),
        Some(wait) => return Ok(SendClaim::Refused(wait)),
    };
    run(connection, CREATE, new).await?;
    Ok(claim)
}

/// Forgets one send.
pub(super) async fn delete(connection: &mut SqliteConnection, new: &NewCode) -> sqlx::Result<()> {
    run(connection, DELETE, new).await
}

async fn run(connection: &mut SqliteConnection, sql: &'static str, new: &NewCode) -> sqlx::Result<()> {
    let query = sqlx::query(sql).bind(new.throttle.as_bytes()).bind(new.sent_at.timestamp_millis());
    query.bind(new.digest.as_bytes()).execute(connection).await?;
    Ok(())
}
