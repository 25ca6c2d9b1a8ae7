//! `[limits]`: how many codes a number may be sent.

use chrono::TimeDelta;

use super::{reader::Reader, setting::Setting};
use crate::domain::policy::SendPolicy;

/// Codes to one number in any rolling hour: 1 to 20.
pub const SENDS_PER_HOUR: Setting = Setting::new("limits", "sends_per_hour").or("5");
/// Codes to one number in any rolling 24 hours: 1 to 100.
pub const SENDS_PER_DAY: Setting = Setting::new("limits", "sends_per_day").or("10");
/// Count and log, but refuse nothing by number.
pub const RECORD_ONLY: Setting = Setting::new("limits", "record_only").or("false");

/// What `[limits]` says.
#[derive(Debug)]
pub struct LimitSettings {
    /// How often a number may be sent to.
    pub sends: SendPolicy,
    /// Count and log, but refuse nothing by number.
    pub record_only: bool,
}

/// Reads `[limits]`; the waits between sends are `[code]`'s.
pub fn read(reader: &mut Reader, waits: Vec<TimeDelta>) -> LimitSettings {
    let per_hour = reader.number(&SENDS_PER_HOUR, 1..=20);
    let per_day = reader.number(&SENDS_PER_DAY, 1..=100);
    LimitSettings {
        sends: SendPolicy { waits, per_hour: per_hour as usize, per_day: per_day as usize },
        record_only: reader.flag(&RECORD_ONLY),
    }
}
