//! Whether an account still belongs to whoever has its number. Operators give a number that was given up to somebody else,
//! often within 90 days; of 259 numbers that were on offer 171 had accounts (Lee and Narayanan, Princeton 2021).

use chrono::{DateTime, Utc};

use super::policy::SessionPolicy;

/// An account that was signed in to after a long time in a browser that was not known. Until it is settled whose it is, nobody
/// is shown what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Since when.
    pub since: DateTime<Utc>,
    /// When whoever signed in said that the account is theirs.
    pub claimed_at: Option<DateTime<Utc>>,
}

impl Doubt {
    /// Whether a sign-in by code raises the doubt: nobody used the account for long, and the browser is not known for it.
    pub fn arises(
        last_seen_at: DateTime<Utc>,
        is_known_device: bool,
        now: DateTime<Utc>,
        policy: &SessionPolicy,
    ) -> bool {
        !is_known_device && now - last_seen_at >= policy.dormant_after
    }

    /// When a claim that nothing else speaks for is believed; `None`: there is no claim.
    pub fn opens_at(&self, policy: &SessionPolicy) -> Option<DateTime<Utc>> {
        self.claimed_at.map(|claimed_at| claimed_at + policy.claim_wait)
    }

    /// Whether it is still in doubt.
    pub fn holds(&self, now: DateTime<Utc>, policy: &SessionPolicy) -> bool {
        self.opens_at(policy).is_none_or(|opens_at| now < opens_at)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    const SEEN: DateTime<Utc> = DateTime::UNIX_EPOCH;

    #[test]
    fn a_doubt_arises_after_180_idle_days_in_a_browser_that_is_not_known() {
        let (policy, day_180) = (SessionPolicy::default(), SEEN + TimeDelta::days(180));
        assert!(Doubt::arises(SEEN, false, day_180, &policy));
        assert!(!Doubt::arises(SEEN, false, day_180 - TimeDelta::milliseconds(1), &policy));
        assert!(!Doubt::arises(SEEN, true, day_180 + TimeDelta::days(100), &policy));
        assert!(
            !Doubt::arises(SEEN, false, SEEN - TimeDelta::days(400), &policy),
            "a clock that was set back"
        );
    }

    #[test]
    fn a_claim_is_believed_after_a_week_and_without_one_the_doubt_stays() {
        let policy = SessionPolicy::default();
        let unclaimed = Doubt { since: SEEN, claimed_at: None };
        assert!(unclaimed.holds(SEEN + TimeDelta::days(10_000), &policy));
        let claimed = Doubt { claimed_at: Some(SEEN), ..unclaimed };
        assert!(claimed.holds(SEEN + TimeDelta::days(7) - TimeDelta::milliseconds(1), &policy));
        assert!(!claimed.holds(SEEN + TimeDelta::days(7), &policy));
    }
}
