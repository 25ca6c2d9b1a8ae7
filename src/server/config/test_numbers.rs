//! `[sms] test_numbers`: numbers that get no message, with codes that the operator chose.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    fault::Complaint,
    reader::{Environment, Reader, quoted},
    setting::{Setting, Value},
};
use crate::domain::{
    one_time_code::OneTimeCode,
    phone_number::PhoneNumber,
    served_regions::ServedRegions,
    test_number::{MOST_DAYS_AHEAD, MOST_TEST_NUMBERS, TestNumbers, is_nobodys, is_obvious, may_be_last_day},
};

/// Numbers kept for fiction, each with its code: `+1 202 555 0123=284917`. Whoever knows one signs in with it.
pub const TEST_NUMBERS: Setting = Setting::new("sms", "test_numbers").secret();
/// The last day on which they are test numbers, `2026-12-31` (UTC).
pub const TEST_NUMBERS_UNTIL: Setting = Setting::new("sms", "test_numbers_until");
/// Says in plain words that production may have them.
pub const ALLOW_TEST_NUMBERS: Setting = Setting::new("sms", "allow_test_numbers").or("false");

/// Reads them; none where there is a fault. A last day that is past is none, or a server could not start any more.
pub fn read(
    reader: &mut Reader,
    environment: Environment,
    served: &ServedRegions,
    now: DateTime<Utc>,
) -> TestNumbers {
    let is_allowed = reader.flag(&ALLOW_TEST_NUMBERS);
    let codes = reader.optional(&TEST_NUMBERS, |value| numbers(value, served));
    let last_day = reader.optional(&TEST_NUMBERS_UNTIL, |value| last_day(Reader::text(value)?, now));
    if reader.given(&TEST_NUMBERS).is_none() {
        return TestNumbers::default();
    }
    if reader.given(&TEST_NUMBERS_UNTIL).is_none() {
        let problem = "is missing, which [sms] test_numbers needs";
        reader.complain(&TEST_NUMBERS_UNTIL, Complaint::new(problem, DAY_REMEDY));
    }
    if environment == Environment::Production && !is_allowed {
        let problem = "is given in production, where whoever knows a code signs in without a phone";
        let remedy = "Remove it, or say that you want that: [sms] allow_test_numbers = true.";
        reader.complain(&TEST_NUMBERS, Complaint::new(problem, remedy));
    }
    let made = codes.zip(last_day).map(|(codes, last_day)| TestNumbers::new(codes, last_day));
    made.unwrap_or_default()
}

const DAY_REMEDY: &str = "Write the last day of the test numbers, such as 2026-12-31.";

fn last_day(text: &str, now: DateTime<Utc>) -> Result<NaiveDate, Complaint> {
    let day = text.parse().map_err(|_| Complaint::new(quoted(text), DAY_REMEDY))?;
    if may_be_last_day(day, now) {
        return Ok(day);
    }
    let remedy = format!("Write a day at most {MOST_DAYS_AHEAD} days ahead; you can write a later one then.");
    Err(Complaint::new(format!("{}, which is too far ahead", quoted(text)), remedy))
}

fn numbers(value: &Value, served: &ServedRegions) -> Result<Vec<(PhoneNumber, OneTimeCode)>, Complaint> {
    let entries = value.entries();
    if entries.len() > MOST_TEST_NUMBERS {
        let problem = format!("has {} numbers", entries.len());
        return Err(Complaint::new(problem, format!("Write at most {MOST_TEST_NUMBERS}.")));
    }
    let mut numbers: Vec<(PhoneNumber, OneTimeCode)> = Vec::new();
    for entry in entries {
        let (number, code) = number(entry, served)?;
        if numbers.iter().any(|(known, _)| *known == number) {
            let problem = format!("has {} twice", number.e164());
            return Err(Complaint::new(problem, "Give each number one code."));
        }
        numbers.push((number, code));
    }
    Ok(numbers)
}

/// The complaints name the number and never the code.
fn number(entry: &str, served: &ServedRegions) -> Result<(PhoneNumber, OneTimeCode), Complaint> {
    let Some((number, code)) = entry.split_once('=') else {
        let remedy = "Write a number, =, and its code, as in +1 202 555 0123=……; the code is six digits.";
        return Err(Complaint::new("has an entry without =", remedy));
    };
    let number = PhoneNumber::parse(number, None).map_err(|_| {
        // A number and its code the wrong way round must not put the code into a log.
        let shown =
            if number.trim().starts_with('+') { quoted(number.trim()) } else { "is not shown".to_owned() };
        let problem = format!("has a number that {shown}, no mobile number");
        Complaint::new(problem, "Write it with + and the country's code: +1 202 555 0123.")
    })?;
    let shown = number.e164();
    if !is_nobodys(&number) {
        let remedy = "Write one that is kept for fiction: +1 202 555 0100 to 0199 (or another area code), \
                      +61 491 570 110 and 156 to 159, +46 70 174 06 05 to 06 99.";
        return Err(Complaint::new(format!("has {shown}, which may be somebody's"), remedy));
    }
    if !served.serves(number.region()) {
        let problem = format!("has {shown}, whose country [phone] countries does not serve");
        return Err(Complaint::new(problem, "Write a number of a country that is served."));
    }
    let code = OneTimeCode::parse(code).ok().filter(|code| !is_obvious(code));
    let code = code.ok_or_else(|| {
        let problem = format!("has for {shown} no code, or one that anybody tries first");
        Complaint::new(problem, "Write six digits by chance, not all the same and not in a row.")
    })?;
    Ok((number, code))
}
