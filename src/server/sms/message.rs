//! The text of the message.

use crate::{
    domain::{one_time_code::OneTimeCode, phone_number::PhoneNumber, policy::ChallengePolicy},
    server::sms::SmsMessage,
};

/// The longest site name that keeps the text within one GSM-7 segment of 160 characters, with a host of up to 63.
pub const SITE_NAME_MAX_CHARACTERS: usize = 20;

/// What every message is made of besides the code.
#[derive(Clone, Debug)]
pub struct MessageText {
    site_name: String,
    host: String,
    minutes: i64,
}

impl MessageText {
    /// `host` is that of the configured site, never that of a request: a phone fills the code in on that host alone.
    pub fn new(site_name: &str, host: &str, policy: &ChallengePolicy) -> Self {
        let minutes = policy.code_lifetime.num_seconds().div_euclid(60).max(1);
        Self { site_name: site_name.to_owned(), host: host.to_owned(), minutes }
    }

    /// The code comes first, so that a notification shows it; the last line is the origin-bound one-time code
    /// (WICG sms-one-time-codes), which lets the phone offer the code on the right site only. No link.
    pub fn compose(&self, to: &PhoneNumber, code: &OneTimeCode) -> SmsMessage {
        let Self { site_name, host, minutes } = self;
        let unit = if *minutes == 1 { "minute" } else { "minutes" };
        let code = code.reveal();
        let text = format!(
            "{code} is your {site_name} code. Good for {minutes} {unit}. Not you? Ignore it.\n\n@{host} #{code}"
        );
        SmsMessage { to: to.clone(), text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(site_name: &str, host: &str) -> String {
        let text = MessageText::new(site_name, host, &ChallengePolicy::default());
        let to = PhoneNumber::parse("+989121234567", None).unwrap();
        text.compose(&to, &OneTimeCode::parse("012345").unwrap()).text
    }

    #[test]
    fn the_code_comes_first_and_the_last_line_binds_it_to_the_host() {
        let text = text("mobile-auth", "example.com");
        assert!(text.starts_with("012345 "), "{text}");
        assert_eq!(text.lines().last(), Some("@example.com #012345"));
        assert!(!text.contains("://"));
    }

    #[test]
    fn the_longest_text_is_one_segment_of_ascii() {
        let text = text(&"n".repeat(SITE_NAME_MAX_CHARACTERS), &"h".repeat(63));
        assert!(text.is_ascii() && text.len() <= 160, "{} characters", text.len());
    }

    #[test]
    fn debug_shows_neither_number_nor_code() {
        let text = MessageText::new("mobile-auth", "example.com", &ChallengePolicy::default());
        let to = PhoneNumber::parse("+989121234567", None).unwrap();
        let message = text.compose(&to, &OneTimeCode::parse("012345").unwrap());
        assert_eq!(format!("{message:?}"), "SmsMessage { to: PhoneNumber(•••••••••••67), text: … }");
    }
}
