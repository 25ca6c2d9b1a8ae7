//! How often something happened in a minute of the clock.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};

/// Counts by name, of the present minute. They are in memory: another server, or a restart, begins anew.
#[derive(Debug)]
pub struct MinuteCounts<Name>(Mutex<(DateTime<Utc>, HashMap<Name, u32>)>);

impl<Name> Default for MinuteCounts<Name> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<Name: Eq + Hash> MinuteCounts<Name> {
    /// Counts one more; how many there are now.
    pub fn add(&self, name: Name, at: DateTime<Utc>) -> u32 {
        let present = begin(at);
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if minute.0 != present {
            *minute = (present, HashMap::new());
        }
        let count = minute.1.entry(name).or_default();
        *count = count.saturating_add(1);
        *count
    }
}

/// When the next minute begins.
pub fn next(at: DateTime<Utc>) -> DateTime<Utc> {
    begin(at) + TimeDelta::minutes(1)
}

fn begin(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_counted_for_itself_until_the_minute_is_over() {
        let (counts, start) = (MinuteCounts::default(), DateTime::UNIX_EPOCH + TimeDelta::seconds(30));
        let add = |name: &'static str, second| counts.add(name, start + TimeDelta::seconds(second));
        assert_eq!([add("one", 0), add("one", 1), add("other", 1), add("one", 29)], [1, 2, 1, 3]);
        assert_eq!([add("one", 30), add("other", 89)], [1, 1]);
        assert_eq!(next(start), start + TimeDelta::seconds(30));
        assert_eq!(next(start + TimeDelta::seconds(30)), start + TimeDelta::seconds(90));
    }
}
