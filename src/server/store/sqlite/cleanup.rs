//! Deleting the dead, a few at a time.

use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use super::{Deleted, values};
use crate::domain::policy::{RetentionPolicy, SessionPolicy};

/// Their codes go with them (`ON DELETE CASCADE`).
pub(super) const CHALLENGES: &str =
    "DELETE FROM challenges WHERE id IN (SELECT id FROM challenges WHERE started_at_ms <= $1 LIMIT $2)";
pub(super) const SENDS: &str = "DELETE FROM sends WHERE (throttle, sent_at_ms, digest) IN \
     (SELECT throttle, sent_at_ms, digest FROM sends WHERE sent_at_ms <= $1 LIMIT $2)";
pub(super) const WRONG_GUESSES: &str = "DELETE FROM wrong_guesses WHERE (throttle, at_ms, guess) IN \
     (SELECT throttle, at_ms, guess FROM wrong_guesses WHERE at_ms <= $1 LIMIT $2)";
pub(super) const TALLIES: &str = "DELETE FROM tallies WHERE (name, bucket_ms) IN \
     (SELECT name, bucket_ms FROM tallies WHERE bucket_ms <= $1 LIMIT $2)";
pub(super) const OUTCOMES: &str = "DELETE FROM send_outcomes WHERE (prefix, sent_at_ms, challenge_id) IN \
     (SELECT prefix, sent_at_ms, challenge_id FROM send_outcomes WHERE sent_at_ms <= $1 LIMIT $2)";
pub(super) const EVENTS: &str =
    "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at_ms <= $1 LIMIT $2)";
pub(super) const FORMER_NUMBERS: &str = "DELETE FROM former_numbers WHERE phone IN \
     (SELECT phone FROM former_numbers WHERE kept_until_ms <= $1 LIMIT $2)";
/// Two statements: with `OR` SQLite reads every session.
pub(super) const AGED_SESSIONS: &str =
    "DELETE FROM sessions WHERE digest IN (SELECT digest FROM sessions WHERE created_at_ms <= $1 LIMIT $2)";
pub(super) const IDLE_SESSIONS: &str =
    "DELETE FROM sessions WHERE digest IN (SELECT digest FROM sessions WHERE last_seen_at_ms <= $1 LIMIT $2)";
pub(super) const DEVICES: &str =
    "DELETE FROM devices WHERE id IN (SELECT id FROM devices WHERE last_used_at_ms <= $1 LIMIT $2)";
/// A user whose only challenge goes in the same clean-up goes with it: this statement comes last.
pub(super) const USERS: &str = "DELETE FROM users WHERE id IN \
     (SELECT id FROM users WHERE is_active = 0 AND created_at_ms <= $1 \
     AND NOT EXISTS (SELECT 1 FROM challenges WHERE user_id = users.id) LIMIT $2)";

// Users who asked to be deleted, with all that is theirs: devices and codes go by reference, and of events stays that they happened.
pub(super) const SESSIONS_OF_DELETED: &str = "DELETE FROM sessions WHERE user_id IN \
     (SELECT id FROM users WHERE deletes_at_ms <= $1 ORDER BY deletes_at_ms, id LIMIT $2)";
pub(super) const CHALLENGES_OF_DELETED: &str = "DELETE FROM challenges WHERE user_id IN \
     (SELECT id FROM users WHERE deletes_at_ms <= $1 ORDER BY deletes_at_ms, id LIMIT $2)";
pub(super) const EVENTS_OF_DELETED: &str = "UPDATE events SET user_id = NULL, phone = '', network = '', browser = '' WHERE id IN \
     (SELECT events.id FROM users JOIN events ON events.user_id = users.id WHERE users.deletes_at_ms <= $1 LIMIT $2)";
pub(super) const DELETED_USERS: &str = "DELETE FROM users WHERE id IN \
     (SELECT id FROM users WHERE deletes_at_ms <= $1 \
     AND NOT EXISTS (SELECT 1 FROM events WHERE user_id = users.id) LIMIT $2)";

/// Users deleted in one transaction: each may have a hundred rows.
const DELETED_USERS_BATCH: u64 = 20;

pub(super) async fn delete_expired(
    connection: &mut SqliteConnection,
    now: DateTime<Utc>,
    retention: &RetentionPolicy,
    sessions: &SessionPolicy,
) -> sqlx::Result<Deleted> {
    let attempts = values::before(now, retention.attempts);
    let begun = values::before(now, sessions.absolute_timeout);
    let seen = values::before(now, sessions.idle_timeout);
    let inactive = values::before(now, retention.inactive_users);
    let forgotten = values::before(now, retention.devices);
    let batch = u64::from(retention.batch);
    let challenges = delete(connection, CHALLENGES, attempts, batch).await?;
    let sends = delete(connection, SENDS, attempts, batch).await?;
    let wrong_guesses = delete(connection, WRONG_GUESSES, attempts, batch).await?;
    let tallies = delete(connection, TALLIES, values::before(now, retention.tallies), batch).await?;
    let outcomes = delete(connection, OUTCOMES, attempts, batch.saturating_sub(tallies)).await?;
    let events = delete(connection, EVENTS, values::before(now, retention.events), batch).await?;
    let aged = delete(connection, AGED_SESSIONS, begun, batch).await?;
    let idle = delete(connection, IDLE_SESSIONS, seen, batch.saturating_sub(aged)).await?;
    let devices = delete(connection, DEVICES, forgotten, batch).await?;
    let asked = now.timestamp_millis();
    delete(connection, FORMER_NUMBERS, asked, batch).await?;
    for sql in [SESSIONS_OF_DELETED, CHALLENGES_OF_DELETED] {
        delete(connection, sql, asked, batch.min(DELETED_USERS_BATCH)).await?;
    }
    let parted = delete(connection, EVENTS_OF_DELETED, asked, batch).await?;
    let gone = delete(connection, DELETED_USERS, asked, batch.min(DELETED_USERS_BATCH)).await?;
    let users = gone + delete(connection, USERS, inactive, batch).await?;
    Ok(Deleted {
        challenges,
        sends,
        wrong_guesses,
        tallies: tallies + outcomes,
        events: events + parted,
        sessions: aged + idle,
        devices,
        users,
    })
}

/// Deletes at most `batch` of the rows that are as old as `until` or older.
async fn delete(
    connection: &mut SqliteConnection,
    sql: &'static str,
    until: i64,
    batch: u64,
) -> sqlx::Result<u64> {
    let batch = i64::try_from(batch).unwrap_or(i64::MAX);
    let deleted = sqlx::query(sql).bind(until).bind(batch).execute(connection).await?;
    Ok(deleted.rows_affected())
}
