//! Browsers that signed in with a number before.

use sqlx::SqliteConnection;

use super::values;
use crate::domain::{known_device::DeviceDigest, phone_number::PhoneNumber, throttle::ThrottleKey};

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
