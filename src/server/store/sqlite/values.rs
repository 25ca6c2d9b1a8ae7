//! How values are kept: times as whole milliseconds since 1970 in UTC, digests as 32 bytes.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{FromRow as _, sqlite::SqliteRow};

use crate::domain::throttle::ThrottleKey;

/// A time as it is read from a row.
pub(super) fn time(milliseconds: i64) -> sqlx::Result<DateTime<Utc>> {
    DateTime::from_timestamp_millis(milliseconds).ok_or_else(|| undecodable("a time"))
}

/// The millisecond that lies `span` before `now`, for rows that must be older than that.
pub(super) fn before(now: DateTime<Utc>, span: TimeDelta) -> i64 {
    now.timestamp_millis().saturating_sub(span.num_milliseconds())
}

/// A digest as it is read from a row.
pub(super) fn digest(bytes: &[u8]) -> sqlx::Result<[u8; 32]> {
    bytes.try_into().map_err(|_| undecodable("a digest"))
}

/// What happened when, under which name.
pub(super) struct TimesByName(Vec<(Vec<u8>, DateTime<Utc>)>);

impl TimesByName {
    /// When it happened under this name.
    pub(super) fn of(&self, key: &ThrottleKey) -> Vec<DateTime<Utc>> {
        let own = self.0.iter().filter(|(name, _)| name == key.as_bytes());
        own.map(|&(_, at)| at).collect()
    }
}

/// Rows of a name and a time.
pub(super) fn times_by_name(rows: &[SqliteRow]) -> sqlx::Result<TimesByName> {
    let read = |row| {
        let (name, at_ms) = <(Vec<u8>, i64)>::from_row(row)?;
        Ok((name, time(at_ms)?))
    };
    rows.iter().map(read).collect::<sqlx::Result<_>>().map(TimesByName)
}

/// The error for a row that this program could not have written. Names the kind of value, never the value.
pub(super) fn undecodable(what: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(format!("a row holds {what} that cannot be read").into())
}
