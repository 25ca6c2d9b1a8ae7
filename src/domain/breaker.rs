//! When a provider that keeps failing is left alone for a while.

use chrono::{DateTime, TimeDelta, Utc};

/// When, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct BreakerPolicy {
    /// Failures in a row after which it is left alone: 5 (REQUIREMENTS V-04).
    pub failures: u32,
    /// For how long: 30 s, about as long as people wait before they ask again.
    pub pause: TimeDelta,
}

impl Default for BreakerPolicy {
    fn default() -> Self {
        Self { failures: 5, pause: TimeDelta::seconds(30) }
    }
}

/// What is remembered of one provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Breaker {
    failures: u32,
    paused_until: Option<DateTime<Utc>>,
}

impl Breaker {
    /// Whether the provider may be tried now. When a pause is over one caller is let through, whose outcome decides;
    /// until it is known the others wait for another pause, so that an outcome that never comes holds nobody up for ever.
    pub fn permit(&mut self, now: DateTime<Utc>, policy: &BreakerPolicy) -> bool {
        if self.is_paused(now, policy) {
            return false;
        }
        self.paused_until = self.paused_until.map(|_| now + policy.pause);
        true
    }

    /// Whether it is left alone now. A clock that was set back does not make the pause longer.
    pub fn is_paused(&self, now: DateTime<Utc>, policy: &BreakerPolicy) -> bool {
        self.paused_until.is_some_and(|until| now < until && until - now <= policy.pause)
    }

    /// Notes how a try ended.
    pub fn note(&mut self, is_failure: bool, now: DateTime<Utc>, policy: &BreakerPolicy) {
        if !is_failure {
            *self = Self::default();
            return;
        }
        self.failures = self.failures.saturating_add(1);
        if self.failures >= policy.failures {
            self.paused_until = Some(now + policy.pause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: BreakerPolicy = BreakerPolicy { failures: 5, pause: TimeDelta::seconds(30) };

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn paused_at(seconds: i64) -> Breaker {
        let mut breaker = Breaker::default();
        (0..5).for_each(|_| breaker.note(true, at(seconds), &POLICY));
        breaker
    }

    #[test]
    fn five_failures_in_a_row_pause_it_for_thirty_seconds() {
        let mut breaker = Breaker::default();
        for _ in 0..4 {
            breaker.note(true, at(0), &POLICY);
            assert!(breaker.permit(at(0), &POLICY));
        }
        breaker.note(true, at(0), &POLICY);
        assert!(!breaker.permit(at(0), &POLICY) && !breaker.permit(at(29), &POLICY));
        assert!(breaker.permit(at(30), &POLICY));
    }

    #[test]
    fn a_success_between_failures_begins_the_count_anew() {
        let mut breaker = Breaker::default();
        for _ in 0..20 {
            (0..4).for_each(|_| breaker.note(true, at(0), &POLICY));
            breaker.note(false, at(0), &POLICY);
        }
        assert!(breaker.permit(at(0), &POLICY));
    }

    #[test]
    fn after_the_pause_one_try_decides() {
        let mut good = paused_at(0);
        assert!(good.permit(at(30), &POLICY) && !good.permit(at(30), &POLICY), "one alone");
        good.note(false, at(31), &POLICY);
        assert!(good.permit(at(31), &POLICY) && good.permit(at(31), &POLICY));
        let mut bad = paused_at(0);
        assert!(bad.permit(at(30), &POLICY));
        bad.note(true, at(31), &POLICY);
        assert!(!bad.permit(at(60), &POLICY) && bad.permit(at(61), &POLICY));
    }

    #[test]
    fn a_try_whose_outcome_never_comes_holds_nobody_up_for_ever() {
        let mut breaker = paused_at(0);
        assert!(breaker.permit(at(30), &POLICY));
        assert!(!breaker.permit(at(59), &POLICY) && breaker.permit(at(60), &POLICY));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_lengthen_the_pause() {
        assert!(!paused_at(10_000).is_paused(at(0), &POLICY));
    }
}
