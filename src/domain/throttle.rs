//! Limits as arithmetic on what happened and what time it is.

use chrono::{DateTime, TimeDelta, Utc};

/// The name under which a limit is remembered: an HMAC, so that the table of limits holds no phone numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ThrottleKey([u8; 32]);

impl ThrottleKey {
    /// Wraps an HMAC (see [`super::site_key::DerivedKey::authenticate`]).
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes for a store to keep.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The time that must pass before something is allowed: whole seconds, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wait(u32);

impl Wait {
    /// From `now` until `then`; rounds up, so that waiting as told is always enough. `None`: no wait.
    pub fn until(then: DateTime<Utc>, now: DateTime<Utc>) -> Option<Self> {
        let milliseconds = (then - now).num_milliseconds();
        let seconds = u32::try_from(milliseconds.max(0).unsigned_abs().div_ceil(1000)).unwrap_or(u32::MAX);
        (seconds > 0).then_some(Self(seconds))
    }

    /// Seconds, as `Retry-After` carries them.
    pub fn seconds(self) -> u32 {
        self.0
    }

    /// The same to be added to a time.
    pub fn as_delta(self) -> TimeDelta {
        TimeDelta::seconds(i64::from(self.0))
    }
}

/// At most so many in any window of that length, wherever it begins: an exact rolling limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// How many.
    pub allowed: usize,
    /// In which time.
    pub window: TimeDelta,
}

impl Quota {
    /// A quota for minutes, hours or days.
    pub const fn new(allowed: usize, window: TimeDelta) -> Self {
        Self { allowed, window }
    }

    /// When there is room again, given what happened; `None`: there is room now. What lies in the future, after the clock
    /// was set back, counts as now: the wait is never longer than the rule says.
    pub fn wait(&self, happened: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<Wait> {
        let mut inside = self.inside(happened, now);
        inside.sort_unstable();
        let leaves_first = inside.len().checked_sub(self.allowed)?;
        match inside.get(leaves_first) {
            Some(&at) => Wait::until(at + self.window, now),
            // Nothing is allowed at all.
            None => Wait::until(now + self.window, now),
        }
    }

    /// How much of it is used, given what happened.
    pub fn used(&self, happened: &[DateTime<Utc>], now: DateTime<Utc>) -> usize {
        self.inside(happened, now).len()
    }

    fn inside(&self, happened: &[DateTime<Utc>], now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        happened.iter().map(|&at| at.min(now)).filter(|&at| now - at < self.window).collect()
    }
}

/// The most that any of the quotas allows: as many of the newest events are all that they look at.
pub fn most_allowed(quotas: &[Quota]) -> usize {
    quotas.iter().map(|quota| quota.allowed).max().unwrap_or(0)
}

/// The longest wait that any of the quotas asks for.
pub fn wait_for_all(quotas: &[Quota], happened: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<Wait> {
    quotas.iter().filter_map(|quota| quota.wait(happened, now)).max()
}

/// The wait after the last send, which grows with each send in the hour up to it; the last of `waits` repeats.
pub fn wait_on_ladder(waits: &[TimeDelta], sends: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<Wait> {
    let sends: Vec<_> = sends.iter().map(|&at| at.min(now)).collect();
    let last = *sends.iter().max()?;
    let before = sends.iter().filter(|&&at| last - at < TimeDelta::hours(1)).count().saturating_sub(1);
    let wait = waits.get(before).or(waits.last())?;
    Wait::until(last + *wait, now)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(365) + TimeDelta::seconds(seconds)
    }

    fn times(seconds: &[i64]) -> Vec<DateTime<Utc>> {
        seconds.iter().map(|&second| at(second)).collect()
    }

    fn ladder(sends: &[i64], now: i64) -> u32 {
        let waits = [30, 60, 120, 300].map(TimeDelta::seconds);
        wait_on_ladder(&waits, &times(sends), at(now)).map_or(0, Wait::seconds)
    }

    #[test]
    fn waits_climb_30_60_120_300() {
        assert_eq!(ladder(&[], 0), 0);
        assert_eq!(ladder(&[0], 0), 30);
        assert_eq!(ladder(&[0], 29), 1);
        assert_eq!(ladder(&[0], 30), 0);
        assert_eq!(ladder(&[0, 30], 30), 60);
        assert_eq!(ladder(&[0, 30, 90], 90), 120);
        assert_eq!(ladder(&[0, 30, 90, 210], 210), 300);
        assert_eq!(ladder(&[0, 30, 90, 210, 510], 510), 300);
    }

    #[test]
    fn a_quota_has_room_when_its_first_has_left_the_window() {
        let quota = Quota::new(5, TimeDelta::hours(1));
        let five = times(&[0, 30, 90, 210, 510]);
        assert_eq!(quota.wait(&five[..4], at(510)), None);
        assert_eq!(quota.wait(&five, at(510)).map(Wait::seconds), Some(3600 - 510));
        assert_eq!(quota.wait(&five, at(3600)), None);
        assert_eq!(
            (quota.used(&five, at(510)), quota.used(&five, at(3600)), quota.used(&[], at(0))),
            (5, 4, 0)
        );
    }

    #[test]
    fn a_quota_of_nothing_allows_nothing() {
        let quota = Quota::new(0, TimeDelta::hours(1));
        assert_eq!(quota.wait(&[], at(0)).map(Wait::seconds), Some(3600));
    }

    #[test]
    fn a_clock_set_back_never_lengthens_a_wait() {
        assert_eq!(ladder(&[86_400], 0), 30);
        let quota = Quota::new(1, TimeDelta::hours(1));
        assert_eq!(quota.wait(&times(&[86_400]), at(0)).map(Wait::seconds), Some(3600));
    }

    proptest! {
        /// Whoever acts whenever allowed, at whatever moments, never gets more than the quota in any window.
        #[test]
        fn no_pattern_of_asking_beats_a_quota(
            allowed in 1usize..8,
            gaps in prop::collection::vec(0i64..4_000, 1..200),
        ) {
            let quota = Quota::new(allowed, TimeDelta::hours(1));
            let (mut happened, mut now) = (Vec::new(), at(0));
            for gap in gaps {
                now += TimeDelta::seconds(gap);
                if quota.wait(&happened, now).is_none() {
                    happened.push(now);
                }
                let within = happened.iter().filter(|&&at| now - at < quota.window).count();
                prop_assert!(within <= allowed);
            }
        }

        /// A store may read only the newest events.
        #[test]
        fn what_lies_behind_the_most_that_is_allowed_changes_nothing(
            mut seconds in prop::collection::vec(0i64..100_000, 0..60),
        ) {
            let quotas = [Quota::new(5, TimeDelta::hours(1)), Quota::new(10, TimeDelta::hours(24))];
            seconds.sort_unstable();
            let all = times(&seconds);
            let newest = all.get(all.len().saturating_sub(most_allowed(&quotas))..).unwrap();
            let now = at(100_000);
            prop_assert_eq!(wait_for_all(&quotas, newest, now), wait_for_all(&quotas, &all, now));
        }

        /// Waiting as told is always enough, and a second less never is.
        #[test]
        fn the_wait_that_is_told_is_the_wait_that_is_needed(gaps in prop::collection::vec(0i64..2_000, 1..60)) {
            let quotas = [Quota::new(5, TimeDelta::hours(1)), Quota::new(10, TimeDelta::hours(24))];
            let (mut happened, mut now) = (Vec::new(), at(0));
            for gap in gaps {
                now += TimeDelta::seconds(gap);
                if let Some(wait) = wait_for_all(&quotas, &happened, now) {
                    let early = now + TimeDelta::seconds(i64::from(wait.seconds()) - 1);
                    prop_assert!(wait_for_all(&quotas, &happened, early).is_some());
                    now += TimeDelta::seconds(i64::from(wait.seconds()));
                }
                prop_assert!(wait_for_all(&quotas, &happened, now).is_none());
                happened.push(now);
            }
        }
    }
}
