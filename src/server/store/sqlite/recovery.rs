//! Codes on paper.

use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::domain::{recovery_code::RecoveryDigest, user::UserId};

pub(super) const DELETE: &str = "DELETE FROM recovery_codes WHERE user_id = $1";
const CREATE: &str = "INSERT INTO recovery_codes (user_id, digest, created_at_ms) VALUES ($1, $2, $3)";
pub(super) const USE: &str =
    "UPDATE recovery_codes SET used_at_ms = $3 WHERE user_id = $1 AND digest = $2 AND used_at_ms IS NULL";
pub(super) const COUNT: &str =
    "SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at_ms IS NULL";

/// Takes the place of all earlier ones.
pub(super) async fn replace(
    connection: &mut SqliteConnection,
    user_id: UserId,
    digests: &[RecoveryDigest],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(DELETE).bind(user_id.get()).execute(&mut *connection).await?;
    for digest in digests {
        let query = sqlx::query(CREATE).bind(user_id.get()).bind(digest.as_bytes());
        query.bind(now.timestamp_millis()).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Whoever sets `used_at_ms` is the first, and only the first is let in.
pub(super) async fn use_up(
    connection: &mut SqliteConnection,
    user_id: UserId,
    digest: &RecoveryDigest,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let query = sqlx::query(USE).bind(user_id.get()).bind(digest.as_bytes()).bind(now.timestamp_millis());
    Ok(query.execute(connection).await?.rows_affected() > 0)
}
