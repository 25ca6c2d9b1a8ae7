use chrono::TimeDelta;

use super::*;
use crate::domain::{one_time_code::OneTimeCode, phone_number::PhoneNumber};

/// 1970-01-01: the last day that may be written then is 1970-04-01.
const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

const PRODUCTION: &str = "[site]\nenvironment = \"production\"\nurl = \"https://example.com\"\nallow_development_sms = true\n\
    secret_key = \"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=\"\n[phone]\ncountries = [\"US\"]\n";

const NUMBER: &str = "test_numbers = [\"+1 202 555 0123=284917\"]\n";

fn load(text: &str) -> Result<Config, String> {
    let file = ConfigFile::parse(Path::new("x.toml"), text).map_err(|fault| fault.to_string())?;
    Config::read(Some(&file), &Vec::new(), NOW).map_err(|faults| Faults(faults).to_string())
}

fn faults(text: &str) -> String {
    load(text).err().unwrap_or_default()
}

fn code(config: &Config, after_days: i64) -> Option<OneTimeCode> {
    let phone = PhoneNumber::parse("+12025550123", None).unwrap();
    config.test_numbers.code_of(&phone, NOW + TimeDelta::days(after_days)).cloned()
}

#[test]
fn there_are_none_unless_they_are_named_with_their_last_day() {
    assert!(!load("").unwrap().test_numbers.are_on(NOW));
    let config = load(&format!("[sms]\n{NUMBER}test_numbers_until = \"1970-04-01\"\n")).unwrap();
    assert_eq!(code(&config, 90), OneTimeCode::parse("284917").ok());
    assert_eq!(code(&config, 91), None);
    let endless = faults(&format!("[sms]\n{NUMBER}"));
    assert!(endless.contains("[sms] test_numbers_until is missing"), "{endless}");
    for (day, why) in
        [("1970-04-02", "too far ahead"), ("31.12.1970", "Write the last day"), ("1970-02-30", "Write")]
    {
        let told = faults(&format!("[sms]\n{NUMBER}test_numbers_until = \"{day}\"\n"));
        assert!(told.contains("[sms] test_numbers_until is ") && told.contains(why), "{told}");
    }
}

#[test]
fn a_server_starts_after_their_last_day_too() {
    let config = load(&format!("[sms]\n{NUMBER}test_numbers_until = \"1969-12-31\"\n")).unwrap();
    assert_eq!(code(&config, 0), None);
}

#[test]
fn production_wants_to_be_told_in_plain_words() {
    let text = format!("{PRODUCTION}[sms]\n{NUMBER}test_numbers_until = \"1970-01-31\"\n");
    let told = faults(&text);
    assert!(
        told.contains("[sms] test_numbers is given in production")
            && told.contains("allow_test_numbers = true"),
        "{told}"
    );
    let config = load(&format!("{text}allow_test_numbers = true\n")).unwrap();
    assert!(code(&config, 0).is_some());
}

#[test]
fn each_fault_is_told_without_the_code() {
    let of = |numbers: &str| {
        let text = "[phone]\ncountries = [\"US\", \"IR\"]\n[sms]\ntest_numbers_until = \"1970-01-31\"\n";
        let told = faults(&format!("{text}test_numbers = {numbers}\n"));
        assert!(!told.contains("284917") && !told.contains("284918"), "{told}");
        told
    };
    let eleven: Vec<_> = (100..111).map(|last| format!("+12025550{last}=284917")).collect();
    for (numbers, why) in [
        ("\"+98 912 123 4567=284917\"".to_owned(), "has +989121234567, which may be somebody's"),
        ("\"+1 202 456 1111=284917\"".to_owned(), "which may be somebody's"),
        ("\"+44 7700 900123=284917\"".to_owned(), "no mobile number"),
        ("\"+61 491 570 156=284917\"".to_owned(), "whose country [phone] countries does not serve"),
        ("\"+1 202 555 0123\"".to_owned(), "has an entry without ="),
        ("\"202 555 0123=284917\"".to_owned(), "no mobile number"),
        ("\"284917=+1 202 555 0123\"".to_owned(), "no mobile number"),
        ("\"+1 202 555 0123=123456\"".to_owned(), "one that anybody tries first"),
        ("\"+1 202 555 0123=28491\"".to_owned(), "no code"),
        ("[\"+1 202 555 0123=284917\", \"+12025550123=284918\"]".to_owned(), "has +12025550123 twice"),
        (format!("{eleven:?}"), "has 11 numbers"),
    ] {
        let told = of(&numbers);
        assert!(told.contains("[sms] test_numbers") && told.contains(why), "{why} is not in {told}");
    }
}

#[test]
fn the_codes_are_not_reported() {
    let config = load(&format!("[sms]\n{NUMBER}test_numbers_until = \"1970-04-01\"\n")).unwrap();
    let report = report::report(&config);
    assert!(report.contains("[sms] test_numbers ") && !report.contains("284917"), "{report}");
    assert!(!format!("{config:?}").contains("284917"));
}
