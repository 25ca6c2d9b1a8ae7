//! Limits as arithmetic on what happened and what time it is.

use chrono::{DateTime, TimeDelta, Utc};

use super::policy::SendPolicy;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait(u32);

impl Wait {
    /// Rounds up, so that waiting as told is always enough.
    fn until(then: DateTime<Utc>, now: DateTime<Utc>) -> Option<Self> {
        let milliseconds = (then - now).num_milliseconds();
        let seconds = u32::try_from(milliseconds.max(0).unsigned_abs().div_ceil(1000)).unwrap_or(u32::MAX);
        (seconds > 0).then_some(Self(seconds))
    }

    /// Seconds, as `Retry-After` carries them.
    pub fn seconds(self) -> u32 {
        self.0
    }
}

/// How long a number must wait for its next code, given when codes were sent to it (in any order; only
/// the last 24 h matter). `None`: a code may be sent now.
///
/// A send that lies in the future, after the clock was set back, counts as sent now: the wait is never
/// longer than the rule says.
pub fn wait_before_send(sends: &[DateTime<Utc>], now: DateTime<Utc>, policy: &SendPolicy) -> Option<Wait> {
    let mut sends: Vec<_> = sends.iter().map(|&sent_at| sent_at.min(now)).collect();
    sends.sort_unstable();
    let allowed_at = [
        after_last(&sends, policy),
        after_quota(&sends, now, policy.per_hour, TimeDelta::hours(1)),
        after_quota(&sends, now, policy.per_day, TimeDelta::hours(24)),
    ];
    allowed_at.into_iter().flatten().max().and_then(|then| Wait::until(then, now))
}

/// When the ladder allows the next send: it climbs with each send in the hour up to the last one.
fn after_last(sends: &[DateTime<Utc>], policy: &SendPolicy) -> Option<DateTime<Utc>> {
    let last = *sends.last()?;
    let before = sends.iter().filter(|&&sent_at| last - sent_at < TimeDelta::hours(1)).count() - 1;
    let wait = policy.waits.get(before).or(policy.waits.last())?;
    Some(last + *wait)
}

/// When a quota of `allowed` sends in any rolling `window` has room again.
fn after_quota(
    sends: &[DateTime<Utc>],
    now: DateTime<Utc>,
    allowed: usize,
    window: TimeDelta,
) -> Option<DateTime<Utc>> {
    let inside: Vec<_> = sends.iter().filter(|&&sent_at| now - sent_at < window).collect();
    let leaves_first = inside.len().checked_sub(allowed)?;
    inside.get(leaves_first).map(|&&sent_at| sent_at + window)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(365) + TimeDelta::seconds(seconds)
    }

    fn wait(sends: &[i64], now: i64) -> u32 {
        let sends: Vec<_> = sends.iter().map(|&second| at(second)).collect();
        wait_before_send(&sends, at(now), &SendPolicy::default()).map_or(0, Wait::seconds)
    }

    #[test]
    fn the_first_code_needs_no_wait() {
        assert_eq!(wait(&[], 0), 0);
    }

    #[test]
    fn waits_climb_30_60_120_300() {
        assert_eq!(wait(&[0], 0), 30);
        assert_eq!(wait(&[0], 29), 1);
        assert_eq!(wait(&[0], 30), 0);
        assert_eq!(wait(&[0, 30], 30), 60);
        assert_eq!(wait(&[0, 30, 90], 90), 120);
        assert_eq!(wait(&[0, 30, 90, 210], 210), 300);
    }

    #[test]
    fn the_sixth_send_of_an_hour_waits_for_the_first_to_leave_the_hour() {
        assert_eq!(wait(&[0, 30, 90, 210, 510], 510), 3600 - 510);
        assert_eq!(wait(&[0, 30, 90, 210, 510], 3600), 0);
    }

    #[test]
    fn the_eleventh_send_of_a_day_waits_for_the_first_to_leave_the_day() {
        let sends: Vec<i64> = (0..10).map(|hour| hour * 3600).collect();
        assert_eq!(wait(&sends, 10 * 3600), 14 * 3600);
        assert_eq!(wait(&sends, 24 * 3600), 0);
    }

    #[test]
    fn a_clock_set_back_never_lengthens_the_wait() {
        assert_eq!(wait(&[86_400], 0), 30);
    }

    proptest! {
        /// Whoever sends whenever allowed, at whatever moments, never gets more than the quotas.
        #[test]
        fn no_pattern_of_asking_beats_the_quotas(gaps in prop::collection::vec(0i64..4_000, 1..200)) {
            let policy = SendPolicy::default();
            let (mut sends, mut now) = (Vec::new(), at(0));
            for gap in gaps {
                now += TimeDelta::seconds(gap);
                if wait_before_send(&sends, now, &policy).is_none() {
                    sends.push(now);
                }
                let within = |window| sends.iter().filter(|&&sent_at| now - sent_at < window).count();
                prop_assert!(within(TimeDelta::hours(1)) <= policy.per_hour);
                prop_assert!(within(TimeDelta::hours(24)) <= policy.per_day);
            }
        }

        /// Waiting as told is always enough.
        #[test]
        fn the_wait_that_is_told_is_the_wait_that_is_needed(gaps in prop::collection::vec(0i64..2_000, 1..60)) {
            let policy = SendPolicy::default();
            let (mut sends, mut now) = (Vec::new(), at(0));
            for gap in gaps {
                now += TimeDelta::seconds(gap);
                if let Some(wait) = wait_before_send(&sends, now, &policy) {
                    let early = now + TimeDelta::seconds(i64::from(wait.seconds()) - 1);
                    prop_assert!(wait_before_send(&sends, early, &policy).is_some());
                    now += TimeDelta::seconds(i64::from(wait.seconds()));
                }
                prop_assert!(wait_before_send(&sends, now, &policy).is_none());
                sends.push(now);
            }
        }
    }
}
