//! Whether another guess may be judged: limits beyond the five of a challenge.

use chrono::{DateTime, Utc};

use super::{
    limit::{Excess, Limit},
    policy::GuessPolicy,
    throttle::wait_for_all,
};

/// Wrong guesses of before. A guess counts as wrong until it has proved right, so that a crash errs on the safe side.
#[derive(Clone, Debug, Default)]
pub struct GuessHistory {
    /// Whether the browser is known for the number: then the next two are its own, else those of all unknown devices.
    pub is_known: bool,
    /// Wrong guesses at the number.
    pub phone: Vec<DateTime<Utc>>,
    /// Wrong guesses in a row since the last right one.
    pub consecutive: u32,
    /// Wrong guesses from the subscriber, at whatever number; none are looked at for a known device.
    pub address: Vec<DateTime<Utc>>,
}

/// Every limit that another guess now would be over.
pub fn excesses(history: &GuessHistory, now: DateTime<Utc>, policy: &GuessPolicy) -> Vec<Excess> {
    let mut found = Vec::new();
    let mut over = |limit, wait| found.push(Excess { limit, wait });
    let (limit, quotas) = if history.is_known {
        (Limit::DeviceGuesses, &policy.per_device)
    } else {
        (Limit::PhoneGuesses, &policy.per_phone)
    };
    if let Some(wait) = wait_for_all(quotas, &history.phone, now) {
        over(limit, Some(wait));
    }
    if let Some(wait) = wait_for_all(&policy.per_address, &history.address, now).filter(|_| !history.is_known)
    {
        over(Limit::AddressGuesses, Some(wait));
    }
    if history.consecutive >= policy.consecutive_failures {
        over(Limit::ConsecutiveFailures, None);
    }
    found
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(365) + TimeDelta::seconds(seconds)
    }

    fn wrong(count: i64) -> Vec<DateTime<Utc>> {
        (0..count).map(at).collect()
    }

    fn limits(history: &GuessHistory, now: i64) -> Vec<Limit> {
        let found = excesses(history, at(now), &GuessPolicy::default());
        found.into_iter().map(|excess| excess.limit).collect()
    }

    #[test]
    fn the_eleventh_wrong_guess_at_a_number_waits_for_the_first_to_be_a_day_old() {
        let nine = GuessHistory { phone: wrong(9), ..GuessHistory::default() };
        assert_eq!(limits(&nine, 100), []);
        let ten = GuessHistory { phone: wrong(10), ..GuessHistory::default() };
        assert_eq!(limits(&ten, 100), [Limit::PhoneGuesses]);
        assert_eq!(limits(&ten, 86_399), [Limit::PhoneGuesses]);
        assert_eq!(limits(&ten, 86_400), []);
    }

    #[test]
    fn a_subscriber_has_30_in_an_hour_and_100_in_a_day() {
        let history = |count| GuessHistory { address: wrong(count), ..GuessHistory::default() };
        assert_eq!(limits(&history(29), 100), []);
        assert_eq!(limits(&history(30), 100), [Limit::AddressGuesses]);
        assert_eq!(limits(&history(30), 3_600), []);
        assert_eq!(limits(&history(100), 7_200), [Limit::AddressGuesses]);
    }

    #[test]
    fn a_known_device_has_a_lane_of_its_own_wherever_it_is() {
        let known = |count| GuessHistory {
            is_known: true,
            phone: wrong(count),
            address: wrong(1_000),
            ..GuessHistory::default()
        };
        assert_eq!(limits(&known(9), 100), []);
        assert_eq!(limits(&known(10), 100), [Limit::DeviceGuesses]);
    }

    #[test]
    fn after_a_hundred_in_a_row_no_waiting_helps() {
        let history = |consecutive| GuessHistory { consecutive, ..GuessHistory::default() };
        assert_eq!(limits(&history(99), 0), []);
        let found = excesses(&history(100), at(0), &GuessPolicy::default());
        assert_eq!(found, [Excess { limit: Limit::ConsecutiveFailures, wait: None }]);
    }
}
