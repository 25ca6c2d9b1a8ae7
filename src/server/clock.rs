//! The time, as a parameter of everything that asks for it.

use chrono::{DateTime, SubsecRound as _, Utc};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The time now, in whole milliseconds, as the store keeps it.
    fn now(&self) -> DateTime<Utc>;
}

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the clock is read")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(3)
    }
}
