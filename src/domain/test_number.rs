//! Numbers that get no message and whose code the operator chose: for whoever must sign in without a phone, such as a
//! reviewer of an app store. There are none unless they are configured, and then for a while only.

use std::ops::RangeInclusive;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use super::{one_time_code::OneTimeCode, phone_number::PhoneNumber};

/// So many at most: 10, as at Firebase (<https://firebase.google.com/docs/auth/web/phone-auth>).
pub const MOST_TEST_NUMBERS: usize = 10;

/// Their last day may be so far ahead: 90 days. Until then a review of an app is over; a code that is passed around does
/// not stay a secret for longer.
pub const MOST_DAYS_AHEAD: u64 = 90;

/// Mobile numbers that regulators keep for fiction, so that they are nobody's: what they look like, where an `x` is any digit,
/// and which numbers the last three digits are. Those of Britain (07700 900xxx) and France (06 39 98 xx xx) are no valid numbers to
/// libphonenumber, so that nobody signs in with them.
const NOBODYS: [(&str, RangeInclusive<u16>); 4] = [
    // 555-0100 to 555-0199 after any area code: <https://en.wikipedia.org/wiki/555_(telephone_number)>.
    ("+1xxx5550xxx", 100..=199),
    // <https://www.acma.gov.au/phone-numbers-use-tv-shows-films-and-creative-works>.
    ("+61491570xxx", 110..=110),
    ("+61491570xxx", 156..=159),
    // 070-1740605 to 699, kept by Sweden's PTS since 2020:
    // <https://www.tellerreport.com/life/2020-09-07-hundreds-of-telephone-numbers-are-reserved-for-film--television-and-books.Symrwpm4w.html>.
    ("+46701740xxx", 605..=699),
];

/// Whether a number is kept for fiction, so that no person is signed in to by it.
pub fn is_nobodys(phone: &PhoneNumber) -> bool {
    let number = phone.e164();
    let last = number.get(number.len().saturating_sub(3)..).and_then(|digits| digits.parse().ok());
    let looks_like = |pattern: &str| {
        let mut pairs = pattern.chars().zip(number.chars());
        pattern.len() == number.len() && pairs.all(|(wanted, digit)| wanted == 'x' || wanted == digit)
    };
    NOBODYS
        .iter()
        .any(|(pattern, range)| looks_like(pattern) && last.is_some_and(|last| range.contains(&last)))
}

/// Whether a code is among the first that anybody tries: its digits are all the same, or count up or down.
pub fn is_obvious(code: &OneTimeCode) -> bool {
    let digits = code.reveal().as_bytes();
    let mut steps =
        digits.iter().zip(digits.iter().skip(1)).map(|(one, next)| i16::from(*next) - i16::from(*one));
    let first = steps.next().unwrap_or_default();
    first.abs() <= 1 && steps.all(|step| step == first)
}

/// Whether `day` may be the last one when today is `today`: it may be past, for a server must start then too.
pub fn may_be_last_day(day: NaiveDate, today: DateTime<Utc>) -> bool {
    today.date_naive().checked_add_days(Days::new(MOST_DAYS_AHEAD)).is_some_and(|latest| day <= latest)
}

/// The operator's test numbers. `Debug` shows no code and no whole number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestNumbers {
    codes: Vec<(PhoneNumber, OneTimeCode)>,
    /// From here on they are numbers like any other.
    end: DateTime<Utc>,
}

impl TestNumbers {
    /// These numbers with their codes, until the end of that day (UTC).
    pub fn new(codes: Vec<(PhoneNumber, OneTimeCode)>, last_day: NaiveDate) -> Self {
        let end = last_day.succ_opt().unwrap_or(last_day).and_time(NaiveTime::MIN).and_utc();
        Self { codes, end }
    }

    /// The code of a test number. `None`: it is a number like any other.
    pub fn code_of(&self, phone: &PhoneNumber, now: DateTime<Utc>) -> Option<&OneTimeCode> {
        let found = self.codes.iter().find(|(number, _)| number == phone).filter(|_| self.are_on(now));
        found.map(|(_, code)| code)
    }

    /// Whether there are any now.
    pub fn are_on(&self, now: DateTime<Utc>) -> bool {
        !self.codes.is_empty() && now < self.end
    }

    /// When they end; `None`: none are configured.
    pub fn end(&self) -> Option<DateTime<Utc>> {
        (!self.codes.is_empty()).then_some(self.end)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn phone(text: &str) -> PhoneNumber {
        PhoneNumber::parse(text, None).unwrap()
    }

    fn code(text: &str) -> OneTimeCode {
        OneTimeCode::parse(text).unwrap()
    }

    #[test]
    fn only_numbers_that_nobody_has_may_be_test_numbers() {
        for nobodys in [
            "+1 202 555 0100",
            "+1 415 555 0199",
            "+1 416 555 0123",
            "+61 491 570 156",
            "+61 491 570 110",
            "+46 70 174 06 05",
            "+46 70 174 06 99",
        ] {
            assert!(is_nobodys(&phone(nobodys)), "{nobodys}");
        }
        for somebodys in [
            "+1 202 555 1234",
            "+1 202 555 0200",
            "+1 202 456 0123",
            "+44 7400 123456",
            "+61 491 570 160",
            "+46 70 174 06 04",
            "+46 70 174 07 00",
            "+98 912 123 4567",
        ] {
            assert!(!is_nobodys(&phone(somebodys)), "{somebodys}");
        }
    }

    #[test]
    fn britains_numbers_for_drama_are_no_numbers_that_sign_in() {
        assert!(PhoneNumber::parse("+44 7700 900123", None).is_err());
    }

    #[test]
    fn a_code_that_anybody_tries_first_is_obvious() {
        for obvious in ["000000", "111111", "123456", "012345", "654321", "987654"] {
            assert!(is_obvious(&code(obvious)), "{obvious}");
        }
        for other in ["424242", "135790", "123457", "234560", "901234"] {
            assert!(!is_obvious(&code(other)), "{other}");
        }
    }

    #[test]
    fn they_hold_to_the_end_of_their_last_day_and_no_longer() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 31).unwrap();
        let numbers = TestNumbers::new(vec![(phone("+61491570156"), code("284917"))], day);
        let end = day.succ_opt().unwrap().and_time(NaiveTime::MIN).and_utc();
        let last = end - TimeDelta::milliseconds(1);
        assert_eq!(numbers.code_of(&phone("+61491570156"), last), Some(&code("284917")));
        assert_eq!(numbers.code_of(&phone("+61491570157"), last), None);
        assert_eq!(numbers.code_of(&phone("+61491570156"), end), None);
        assert!(numbers.are_on(last) && !numbers.are_on(end));
        assert!(!TestNumbers::default().are_on(DateTime::UNIX_EPOCH - TimeDelta::days(1)));
    }

    #[test]
    fn the_last_day_is_at_most_ninety_days_ahead() {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
        let today = day(1, 1).and_hms_opt(23, 59, 59).unwrap().and_utc();
        assert!(may_be_last_day(day(4, 1), today) && !may_be_last_day(day(4, 2), today));
        assert!(may_be_last_day(NaiveDate::from_ymd_opt(2025, 1, 1).unwrap(), today));
    }

    #[test]
    fn debug_shows_no_code_and_no_whole_number() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 31).unwrap();
        let shown = format!("{:?}", TestNumbers::new(vec![(phone("+61491570156"), code("284917"))], day));
        assert!(!shown.contains("284917") && !shown.contains("4915701"), "{shown}");
    }
}
