//! Times as pages print them, for whoever has no script that counts.

use chrono::{DateTime, Utc};

/// `14:07:05 UTC`: the server does not know where the person is.
pub fn clock_time(time: DateTime<Utc>) -> String {
    time.format("%H:%M:%S UTC").to_string()
}

/// `22 November 2026, 14:07 UTC`.
pub fn date_and_time(time: DateTime<Utc>) -> String {
    time.format("%-d %B %Y, %H:%M UTC").to_string()
}

/// `2026-11-22T14:07:05Z`, for the `datetime` attribute.
pub fn machine_time(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_printed_in_utc() {
        let time = DateTime::from_timestamp(1_795_356_425, 0).unwrap();
        assert_eq!(clock_time(time), "14:07:05 UTC");
        assert_eq!(date_and_time(time), "22 November 2026, 14:07 UTC");
        assert_eq!(machine_time(time), "2026-11-22T14:07:05Z");
    }
}
