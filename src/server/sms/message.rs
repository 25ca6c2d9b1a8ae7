//! The text of the message.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    domain::{
        one_time_code::OneTimeCode,
        phone_number::PhoneNumber,
        policy::ChallengePolicy,
        sms_text::{TextFault, faults},
        undo_code::UndoCode,
    },
    server::sms::SmsMessage,
};

/// The longest site name that keeps the text within one GSM-7 segment of 160 characters, with a host of up to
/// [`HOST_MAX_CHARACTERS`].
pub const SITE_NAME_MAX_CHARACTERS: usize = 20;

/// The longest host for which the same holds.
pub const HOST_MAX_CHARACTERS: usize = 63;

/// What every message is made of besides the code.
#[derive(Clone, Debug)]
pub struct MessageText {
    site_name: String,
    host: String,
    lifetime: TimeDelta,
}

impl MessageText {
    /// `host` is that of the configured site, never that of a request: a phone fills the code in on that host alone.
    pub fn new(site_name: &str, host: &str, policy: &ChallengePolicy) -> Self {
        let lifetime = policy.code_lifetime;
        Self { site_name: site_name.to_owned(), host: host.to_owned(), lifetime }
    }

    /// A message with a code whose life began at `at`.
    pub fn compose(&self, to: &PhoneNumber, code: &OneTimeCode, at: DateTime<Utc>) -> SmsMessage {
        SmsMessage {
            to: to.clone(),
            text: self.text(code),
            good_until: at + self.lifetime,
            good_for: self.lifetime,
        }
    }

    /// The code comes first, so that a notification shows it; the last line is the origin-bound one-time code
    /// (WICG sms-one-time-codes), which lets the phone offer the code on the right site only. No link.
    pub fn text(&self, code: &OneTimeCode) -> String {
        let Self { site_name, host, lifetime } = self;
        let (code, good_for) = (code.reveal(), spoken(*lifetime));
        format!(
            "{code} is your {site_name} code. Good for {good_for}. Not you? Ignore it.\n\n@{host} #{code}"
        )
    }

    /// Everything that is wrong with the text.
    pub fn faults(&self, code: &OneTimeCode) -> Vec<TextFault> {
        faults(&self.text(code), code.reveal(), &self.host)
    }

    /// Tells a number that an account has left it, and whoever has it how to undo that: where, in words, for a message with a
    /// link in it teaches people to follow links in messages.
    pub fn tell_of_change(
        &self,
        to: &PhoneNumber,
        undo: &UndoCode,
        at: DateTime<Utc>,
        good_for: TimeDelta,
    ) -> SmsMessage {
        let (site_name, undo) = (&self.site_name, undo.reveal());
        let text = format!(
            "Your {site_name} account has another number now. Not you? On our sign-in page open \"I cannot use this phone\", \
             then Undo: {undo}, within 3 days."
        );
        SmsMessage { to: to.clone(), text, good_until: at + good_for, good_for }
    }
}

/// Minutes where that is the whole truth, else seconds: a message must not promise more, or less, than the rule gives.
fn spoken(lifetime: TimeDelta) -> String {
    let seconds = lifetime.num_seconds();
    match (seconds / 60, seconds % 60) {
        (1, 0) => "1 minute".to_owned(),
        (minutes, 0) => format!("{minutes} minutes"),
        _ => format!("{seconds} seconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(site_name: &str, host: &str) -> String {
        let text = MessageText::new(site_name, host, &ChallengePolicy::default());
        let to = PhoneNumber::parse("+989121234567", None).unwrap();
        text.compose(&to, &OneTimeCode::parse("012345").unwrap(), DateTime::UNIX_EPOCH).text
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
        let (name, host) = ("n".repeat(SITE_NAME_MAX_CHARACTERS), "h".repeat(HOST_MAX_CHARACTERS));
        let to = PhoneNumber::parse("+989121234567", None).unwrap();
        for seconds in 30..=600 {
            let policy =
                ChallengePolicy { code_lifetime: TimeDelta::seconds(seconds), ..ChallengePolicy::default() };
            let message = MessageText::new(&name, &host, &policy);
            let text =
                message.compose(&to, &OneTimeCode::parse("012345").unwrap(), DateTime::UNIX_EPOCH).text;
            assert!(text.is_ascii() && text.len() <= 160, "{} characters", text.len());
            assert_eq!(message.faults(&OneTimeCode::parse("012345").unwrap()), []);
        }
    }

    #[test]
    fn the_notice_of_a_change_is_one_segment_without_a_link_and_without_a_number() {
        let to = PhoneNumber::parse("+989121234567", None).unwrap();
        let name = "n".repeat(SITE_NAME_MAX_CHARACTERS);
        let texts = MessageText::new(&name, "example.com", &ChallengePolicy::default());
        let text = texts
            .tell_of_change(
                &to,
                &UndoCode::parse("7K3D-9XQM").unwrap(),
                DateTime::UNIX_EPOCH,
                TimeDelta::hours(72),
            )
            .text;
        assert!(text.is_ascii() && text.len() <= 160, "{} characters", text.len());
        assert!(
            text.contains("7K3D-9XQM") && !text.contains("://") && !text.contains("example.com"),
            "{text}"
        );
        assert!(!text.contains("21234567"), "{text}");
    }

    #[test]
    fn the_lifetime_is_told_as_it_is() {
        for (seconds, told) in [
            (60, "1 minute"),
            (120, "2 minutes"),
            (600, "10 minutes"),
            (90, "90 seconds"),
            (30, "30 seconds"),
        ] {
            assert_eq!(spoken(TimeDelta::seconds(seconds)), told);
        }
    }

    #[test]
    fn debug_shows_neither_number_nor_code() {
        let text = MessageText::new("mobile-auth", "example.com", &ChallengePolicy::default());
        let to = PhoneNumber::parse("+989121234567", None).unwrap();
        let message = text.compose(&to, &OneTimeCode::parse("012345").unwrap(), DateTime::UNIX_EPOCH);
        assert_eq!(format!("{message:?}"), "SmsMessage { to: PhoneNumber(•••••••••••67), text: … }");
    }
}
