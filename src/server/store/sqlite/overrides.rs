//! The operator's word at run time.

use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use super::{Override, values};
use crate::domain::throttle::ThrottleKey;

const FIND: &str =
    "SELECT name, value, until_ms FROM overrides WHERE until_ms IS NULL OR until_ms > $1 ORDER BY name";
const SET: &str = "INSERT INTO overrides (name, value, set_at_ms, until_ms) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (name) DO UPDATE SET value = excluded.value, set_at_ms = excluded.set_at_ms, until_ms = excluded.until_ms";
pub(super) const DELETE: &str = "DELETE FROM overrides WHERE name = $1";
pub(super) const RESUME: &str = "DELETE FROM send_outcomes WHERE prefix = $1";

pub(super) async fn find(
    connection: &mut SqliteConnection,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Override>> {
    let query = sqlx::query_as(FIND).bind(now.timestamp_millis());
    let rows: Vec<(String, String, Option<i64>)> = query.fetch_all(connection).await?;
    let kept = |(name, value, until_ms): (String, String, Option<i64>)| {
        Ok(Override { name, value, until: until_ms.map(values::time).transpose()? })
    };
    rows.into_iter().map(kept).collect()
}

pub(super) async fn set(
    connection: &mut SqliteConnection,
    new: &Override,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let query = sqlx::query(SET).bind(&new.name).bind(&new.value).bind(now.timestamp_millis());
    query.bind(new.until.map(|until| until.timestamp_millis())).execute(connection).await?;
    Ok(())
}

pub(super) async fn delete(connection: &mut SqliteConnection, name: &str) -> sqlx::Result<bool> {
    let deleted = sqlx::query(DELETE).bind(name).execute(connection).await?;
    Ok(deleted.rows_affected() > 0)
}

/// Forgets how the codes to a prefix were used.
pub(super) async fn resume(connection: &mut SqliteConnection, prefix: &ThrottleKey) -> sqlx::Result<bool> {
    let deleted = sqlx::query(RESUME).bind(prefix.as_bytes()).execute(connection).await?;
    Ok(deleted.rows_affected() > 0)
}
