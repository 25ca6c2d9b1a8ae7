//! Who a message is from, as the phone shows it.

use std::collections::BTreeMap;

use super::region_code::RegionCode;

/// The longest name, in characters: 11 (3GPP TS 23.040 §9.1.2.5;
/// <https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id>).
pub const NAME_MAX_CHARACTERS: usize = 11;

/// Digits of a number: a short code has at least 3, E.164 at most 15.
const NUMBER_DIGITS: std::ops::RangeInclusive<usize> = 3..=15;

/// What begins a messaging service of Twilio, and how long its name is.
const SERVICE: (&str, usize) = ("MG", 34);

/// Where no name can be the sender, so that a message from one is refused or vanishes: the United States, Canada and Puerto Rico
/// (<https://developers.telnyx.com/docs/messaging/messages/alphanumeric-sender-id>) and China
/// (<https://docs.aws.amazon.com/sms-voice/latest/userguide/sender-id.html>). There are more, and they change.
const WITHOUT_NAMES: [&str; 4] = ["US", "CA", "PR", "CN"];

/// A number, a name, or a messaging service of Twilio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsSenderId(String);

/// Who sends to which country, where that is not the provider's own `from`.
pub type SmsSenderIds = BTreeMap<RegionCode, SmsSenderId>;

impl SmsSenderId {
    /// Reads `+15005550006`, `12345`, `Tea House` or `MG…`. `None`: it is none that every network takes.
    pub fn parse(text: &str) -> Option<Self> {
        let sender = Self(text.to_owned());
        let is_name_like = |character: char| character.is_ascii_alphanumeric() || character == ' ';
        let fits = match sender.number() {
            Some(number) => NUMBER_DIGITS.contains(&number.len()),
            None if sender.is_service() => text.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            None => {
                text.len() <= NAME_MAX_CHARACTERS
                    && text.chars().all(is_name_like)
                    && text.bytes().any(|byte| byte.is_ascii_alphabetic())
            }
        };
        fits.then_some(sender)
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a name, which some countries do not show.
    pub fn is_name(&self) -> bool {
        self.number().is_none() && !self.is_service()
    }

    fn number(&self) -> Option<&str> {
        let digits = self.0.strip_prefix('+').unwrap_or(&self.0);
        digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits)
    }

    fn is_service(&self) -> bool {
        let (beginning, length) = SERVICE;
        self.0.len() == length && self.0.starts_with(beginning)
    }
}

/// A name where none can be the sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameNotShown {
    /// The country.
    pub region: RegionCode,
    /// The name.
    pub name: String,
}

impl std::fmt::Display for NameNotShown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { region, name } = self;
        write!(
            f,
            "messages to {region} would be from the name “{name}”, which networks there do not take: they refuse or drop them. Write \
             a number for {region} in [sms] senders"
        )
    }
}

/// Everything that is wrong with the senders.
pub fn names_not_shown(senders: &SmsSenderIds) -> Vec<NameNotShown> {
    let takes_names = |region: RegionCode| !WITHOUT_NAMES.contains(&region.to_string().as_str());
    let wrong = senders.iter().filter(|(region, sender)| sender.is_name() && !takes_names(**region));
    wrong.map(|(region, sender)| NameNotShown { region: *region, name: sender.0.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_a_number_a_short_name_or_a_messaging_service() {
        let service = format!("MG{}", "a1".repeat(16));
        for (good, is_name) in [
            ("+15005550006", false),
            ("12345", false),
            ("Tea House", true),
            ("1a2", true),
            ("Tea24Seven1", true),
            (&service, false),
        ] {
            assert_eq!(SmsSenderId::parse(good).map(|sender| sender.is_name()), Some(is_name), "{good}");
        }
        for bad in [
            "",
            "+",
            "12",
            "+1234567890123456",
            "TwelveLetter",
            "Tee&Co",
            "Café",
            "   ",
            "+1 500",
            "a\nb",
            "MG-aaaa",
        ] {
            assert_eq!(SmsSenderId::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_name_is_told_where_networks_take_none() {
        let senders = |name: &str| -> SmsSenderIds {
            let region = |code: &str| (RegionCode::parse(code).unwrap(), SmsSenderId::parse(name).unwrap());
            ["US", "CA", "PR", "CN", "IR", "GB"].map(region).into()
        };
        let told: Vec<_> =
            names_not_shown(&senders("Tea")).iter().map(|fault| fault.region.to_string()).collect();
        assert_eq!(told, ["CA", "CN", "PR", "US"]);
        assert_eq!(names_not_shown(&senders("+15005550006")), []);
    }
}
