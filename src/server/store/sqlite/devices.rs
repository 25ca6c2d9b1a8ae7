//! Browsers that signed in with a number before.

use sqlx::SqliteConnection;

use super::{NewSession, values};
use crate::{
    domain::{known_device::DeviceDigest, phone_number::PhoneNumber, throttle::ThrottleKey},
    server::store::DEVICES_PER_USER,
};

/// A sign-in changes the secret of a browser for all its numbers: they are in one cookie.
pub(super) const RENAME: &str = "UPDATE devices SET digest = $2 WHERE digest = $1";
const KEEP: &str = "INSERT INTO devices (digest, user_id, lane, browser, created_at_ms, last_used_at_ms) \
     VALUES ($1, $2, $3, $4, $5, $5) \
     ON CONFLICT (digest, user_id) DO UPDATE SET browser = excluded.browser, last_used_at_ms = excluded.last_used_at_ms";
pub(super) const KEEP_NEWEST: &str = "DELETE FROM devices WHERE id IN \
     (SELECT id FROM devices WHERE user_id = $1 ORDER BY last_used_at_ms DESC, id DESC LIMIT -1 OFFSET $2)";

pub(super) const LANE: &str = "SELECT devices.lane FROM devices JOIN users ON users.id = devices.user_id \
     WHERE devices.digest = $1 AND users.phone = $2";

/// The name of the browser's own budgets, if it signed in with this number before and was not forgotten since.
pub(super) async fn lane(
    connection: &mut SqliteConnection,
    device: Option<&DeviceDigest>,
    phone: &PhoneNumber,
) -> sqlx::Result<Option<ThrottleKey>> {
    let Some(device) = device else { return Ok(None) };
    let query = sqlx::query_scalar(LANE).bind(device.as_bytes()).bind(phone.e164());
    let lane: Option<Vec<u8>> = query.fetch_optional(connection).await?;
    lane.map(|lane| values::digest(&lane).map(ThrottleKey::new)).transpose()
}

/// Knows the browser of a new session.
pub(super) async fn keep(connection: &mut SqliteConnection, new: &NewSession) -> sqlx::Result<()> {
    let (device, user_id) = (&new.device, new.proof.user_id().get());
    if let Some(earlier) = &device.earlier {
        let query = sqlx::query(RENAME).bind(earlier.as_bytes()).bind(device.digest.as_bytes());
        query.execute(&mut *connection).await?;
    }
    let query = sqlx::query(KEEP).bind(device.digest.as_bytes()).bind(user_id).bind(device.lane.as_bytes());
    let query = query.bind(&new.browser).bind(new.created_at.timestamp_millis());
    query.execute(&mut *connection).await?;
    sqlx::query(KEEP_NEWEST).bind(user_id).bind(DEVICES_PER_USER).execute(connection).await?;
    Ok(())
}
