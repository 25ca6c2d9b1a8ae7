//! Quotas as an operator writes them: `10/10m, 30/1h, 100/24h`.

use chrono::TimeDelta;

use super::{fault::Complaint, reader::quoted, setting::Value};
use crate::domain::throttle::Quota;

/// The most that a quota may allow: what is counted is kept a row each.
const MOST_ALLOWED: usize = 10_000;

/// The longest window: what is counted is kept for a day.
const LONGEST_WINDOW: TimeDelta = TimeDelta::hours(24);

/// Reads one or more quotas: how many, a slash, in which time; minutes or hours, at most 24 of them.
///
/// # Errors
/// What is wrong with the first that cannot be read.
pub fn quotas(value: &Value) -> Result<Vec<Quota>, Complaint> {
    let entries = value.entries();
    if entries.is_empty() {
        return Err(Complaint::new(
            "is an empty list: nothing would be limited",
            "Write at least one, such as 10/24h.",
        ));
    }
    entries.into_iter().map(quota).collect()
}

fn quota(text: &str) -> Result<Quota, Complaint> {
    let parts = text.split_once('/').and_then(|(allowed, window)| {
        let allowed = allowed.trim().parse().ok().filter(|allowed| (1..=MOST_ALLOWED).contains(allowed))?;
        Some(Quota::new(allowed, window_of(window.trim())?))
    });
    parts.ok_or_else(|| {
        let remedy = format!(
            "Write how many in which time, such as 10/10m or 100/24h: 1 to {MOST_ALLOWED}, at most 24h."
        );
        Complaint::new(quoted(text), remedy)
    })
}

fn window_of(text: &str) -> Option<TimeDelta> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: i64 = number.parse().ok().filter(|number| (1..=1_440).contains(number))?;
    let window = match unit {
        "m" => TimeDelta::minutes(number),
        "h" => TimeDelta::hours(number),
        _ => return None,
    };
    (window <= LONGEST_WINDOW).then_some(window)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Quota>, Complaint> {
        quotas(&Value::One(text.to_owned()))
    }

    #[test]
    fn quotas_are_read_as_they_are_written() {
        let expected = vec![Quota::new(10, TimeDelta::minutes(10)), Quota::new(100, TimeDelta::hours(24))];
        assert_eq!(read("10/10m, 100/24h"), Ok(expected));
    }

    #[test]
    fn what_is_no_quota_is_a_fault() {
        for text in [
            "10",
            "10/",
            "/1h",
            "0/1h",
            "10/0m",
            "10/25h",
            "10/1d",
            "10/1",
            "-1/1h",
            "10 per hour",
            "10/é",
            "99999/1h",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
