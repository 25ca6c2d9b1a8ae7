//! Whether the codes to a destination prefix were used.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, SqliteConnection, sqlite::SqliteRow};

use super::{NewCode, several::Query, values};
use crate::domain::{conversion::Conversion, policy::SignInPolicy, throttle::ThrottleKey};

/// A code that may still be used says nothing yet. A part of [`super::sends::HISTORY`].
pub(super) const LAST: &str = "SELECT count(*), coalesce(sum(is_used), 0), min(sent_at_ms) FROM \
     (SELECT is_used, sent_at_ms FROM send_outcomes \
     WHERE prefix = $10 AND sent_at_ms > $11 AND (is_used = 1 OR sent_at_ms <= $12) ORDER BY sent_at_ms DESC LIMIT $13 + 0)";
pub(super) const FORGET: &str =
    "DELETE FROM send_outcomes WHERE prefix = $1 AND sent_at_ms = $2 AND challenge_id = $3";

/// Binds what [`LAST`] is about.
pub(super) fn bind<'a>(
    query: Query<'a>,
    prefix: &'a ThrottleKey,
    now: DateTime<Utc>,
    policy: &SignInPolicy,
) -> Query<'a> {
    let query = query.bind(prefix.as_bytes()).bind(values::before(now, policy.conversion.window));
    let settled = values::before(now, policy.challenge.lifetime);
    query.bind(settled).bind(i64::from(policy.conversion.codes))
}

/// The row of [`LAST`].
pub(super) fn read(rows: &[SqliteRow]) -> sqlx::Result<Conversion> {
    let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    let (codes, used, oldest): (i64, i64, Option<i64>) = FromRow::from_row(row)?;
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
