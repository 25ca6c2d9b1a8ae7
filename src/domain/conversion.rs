//! The conversion guard: codes to a destination that nobody uses are sent for somebody's profit (SMS pumping).

use chrono::{DateTime, TimeDelta, Utc};

use super::throttle::Wait;

/// How the guard judges a destination prefix.
#[derive(Clone, Debug)]
pub struct ConversionPolicy {
    /// How many of the last codes are looked at: 50.
    pub codes: u32,
    /// The share of them, in hundredths, that must have been used: 20 (Vonage and coss use conversion in the same way).
    pub least_used_percent: u32,
    /// Codes older than this are forgotten: 24 h. A paused prefix gets another chance then.
    pub window: TimeDelta,
}

impl Default for ConversionPolicy {
    fn default() -> Self {
        Self { codes: 50, least_used_percent: 20, window: TimeDelta::hours(24) }
    }
}

/// How the last codes to a prefix were used: those that were, and those whose time is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conversion {
    /// How many there are, at most as many as the guard looks at.
    pub codes: u32,
    /// How many of them were used.
    pub used: u32,
    /// When the oldest of them was sent.
    pub oldest: Option<DateTime<Utc>>,
}

impl Conversion {
    /// How long the prefix is paused; `None`: it is not.
    pub fn wait(&self, now: DateTime<Utc>, policy: &ConversionPolicy) -> Option<Wait> {
        let is_paused =
            self.codes >= policy.codes && self.used * 100 < self.codes * policy.least_used_percent;
        let oldest = self.oldest.filter(|_| is_paused)?;
        Wait::until(oldest.min(now) + policy.window, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(codes: u32, used: u32, minutes_ago: i64) -> Option<u32> {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(9);
        let oldest = Some(now - TimeDelta::minutes(minutes_ago));
        Conversion { codes, used, oldest }.wait(now, &ConversionPolicy::default()).map(Wait::seconds)
    }

    #[test]
    fn a_prefix_whose_codes_nobody_uses_is_paused_until_the_oldest_is_a_day_old() {
        assert_eq!(wait(49, 0, 60), None, "too few to judge");
        assert_eq!(wait(50, 10, 60), None, "a fifth is enough");
        assert_eq!(wait(50, 9, 60), Some(23 * 3600));
    }

    #[test]
    fn a_quiet_prefix_is_never_paused() {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(Conversion::default().wait(now, &ConversionPolicy::default()), None);
    }
}
