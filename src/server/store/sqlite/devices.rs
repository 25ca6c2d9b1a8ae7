//! Browsers that signed in with a number before.

use sqlx::{Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{act::Act, several::Query, values};
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
    read(finding(device, phone).fetch_optional(connection).await?.as_ref())
}

/// The same as the first words of an act.
pub(super) async fn lane_in(
    act: &mut Act<'_>,
    device: Option<&DeviceDigest>,
    phone: &PhoneNumber,
) -> sqlx::Result<Option<ThrottleKey>> {
    let Some(device) = device else { return Ok(None) };
    let [rows] = act.fetch(finding(device, phone)).await?;
    read(rows.first())
}

fn finding<'a>(device: &'a DeviceDigest, phone: &'a PhoneNumber) -> Query<'a> {
    sqlx::query(LANE).bind(device.as_bytes()).bind(phone.e164())
}

fn read(row: Option<&SqliteRow>) -> sqlx::Result<Option<ThrottleKey>> {
    let lane: Option<Vec<u8>> = row.map(|row| row.try_get(0)).transpose()?;
    lane.map(|lane| values::digest(&lane).map(ThrottleKey::new)).transpose()
}
