//! `[session]`: how long a person stays signed in.

use chrono::TimeDelta;

use super::{reader::Reader, setting::Setting};
use crate::domain::policy::SessionPolicy;

/// Days without a visit after which a session is over: 1 to 30.
pub const IDLE_DAYS: Setting = Setting::new("session", "idle_days").or("7");
/// Days after which a session is over in any case: 1 to 30, NIST SP 800-63B-4's ceiling for AAL1.
pub const ABSOLUTE_DAYS: Setting = Setting::new("session", "absolute_days").or("30");

/// Reads `[session]`. Idle days above the absolute ones do no harm: whichever comes first ends the session.
pub fn read(reader: &mut Reader) -> SessionPolicy {
    SessionPolicy {
        idle_timeout: TimeDelta::days(reader.number(&IDLE_DAYS, 1..=30).into()),
        absolute_timeout: TimeDelta::days(reader.number(&ABSOLUTE_DAYS, 1..=30).into()),
        ..SessionPolicy::default()
    }
}
