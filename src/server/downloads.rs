//! How often one person may take their data away: each time is a long answer, which a slow connection keeps in memory.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};

use crate::domain::{throttle::Wait, user::UserId};

/// Downloads of one user in a minute of the clock: 5, more than a person wants, who may have clicked twice. With the thousand events that
/// one has at most, one account that reads as slowly as it may (1 kB/s) holds about 1 MB.
const IN_A_MINUTE: u32 = 5;

/// The downloads of this minute.
#[derive(Debug, Default)]
pub struct Downloads(Mutex<Minute>);

#[derive(Debug, Default)]
struct Minute {
    begin: DateTime<Utc>,
    counts: HashMap<UserId, u32>,
}

impl Downloads {
    /// Counts one; how long to wait where there were enough.
    pub fn count(&self, user_id: UserId, now: DateTime<Utc>) -> Option<Wait> {
        let begin = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if minute.begin != begin {
            *minute = Minute { begin, counts: HashMap::new() };
        }
        let count = minute.counts.entry(user_id).or_default();
        if *count == IN_A_MINUTE {
            return Wait::until(begin + TimeDelta::minutes(1), now);
        }
        *count += 1;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_five_a_minute_and_takes_nobody_elses() {
        let (downloads, start) = (Downloads::default(), DateTime::UNIX_EPOCH + TimeDelta::seconds(30));
        let wait = |user, seconds| {
            let now = start + TimeDelta::seconds(seconds);
            downloads.count(UserId::new(user), now).map_or(0, Wait::seconds)
        };
        assert_eq!([0, 1, 2, 3, 4, 5].map(|seconds| wait(1, seconds)), [0, 0, 0, 0, 0, 25]);
        assert_eq!(wait(2, 5), 0);
        assert_eq!((wait(1, 29), wait(1, 30)), (1, 0));
    }
}
