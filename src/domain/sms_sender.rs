//! Who a message is from, as the phone shows it.

use std::collections::BTreeMap;

use super::{region_code::RegionCode, sms_route::ProviderName};

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
    /// Whose section says so; `None`: it is of `[sms] senders`.
    pub provider: Option<ProviderName>,
}

impl std::fmt::Display for NameNotShown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { region, name, provider } = self;
        let of = provider.map_or(String::new(), |provider| format!(" of [{}]", provider.name()));
        write!(
            f,
            "messages to {region} would be from the name “{name}”{of}, which networks there do not take: they refuse or drop them. \
             Write a number for {region} in [sms] senders"
        )
    }
}

/// Everything that is wrong with the senders: `own` tells who a country's messages are from where `senders` names nobody, with the
/// provider whose section says so.
pub fn names_not_shown(
    senders: &SmsSenderIds,
    own: impl Fn(RegionCode) -> Vec<(ProviderName, String)>,
) -> Vec<NameNotShown> {
    let regions = WITHOUT_NAMES.iter().filter_map(|code| RegionCode::parse(code));
    let of = |region| match senders.get(&region) {
        Some(sender) => vec![(None, sender.clone())],
        None => own(region).into_iter().map(|(name, own)| (Some(name), SmsSenderId(own))).collect(),
    };
    let wrong = |region| {
        let names = of(region).into_iter().filter(|(_, sender)| sender.is_name());
        names.map(move |(provider, sender)| NameNotShown { region, name: sender.0, provider })
    };
    regions.flat_map(wrong).collect()
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
        let told = |senders: &SmsSenderIds| -> Vec<String> {
            names_not_shown(senders, |_| Vec::new()).iter().map(|fault| fault.region.to_string()).collect()
        };
        assert_eq!(told(&senders("Tea")), WITHOUT_NAMES);
        assert_eq!(told(&senders("+15005550006")), [""; 0]);
    }

    #[test]
    fn a_providers_own_name_is_told_where_no_other_sender_is_named() {
        let us = |sender: &str| -> SmsSenderIds {
            [(RegionCode::parse("US").unwrap(), SmsSenderId::parse(sender).unwrap())].into()
        };
        let own = |sender: &str, senders: &SmsSenderIds| -> Vec<_> {
            let own = |region: RegionCode| match region.to_string().as_str() {
                "US" | "GB" => vec![(ProviderName::new("bird"), sender.to_owned())],
                _ => Vec::new(),
            };
            names_not_shown(senders, own).iter().map(NameNotShown::to_string).collect()
        };
        let told = own("Tea-House", &SmsSenderIds::new());
        assert!(
            told.len() == 1 && told[0].contains("to US would be from the name “Tea-House” of [bird]"),
            "{told:?}"
        );
        for number in ["+15005550006", "15005550006", "12345", "", &format!("MG{}", "a1".repeat(16))] {
            assert_eq!(own(number, &SmsSenderIds::new()), [""; 0], "{number}");
        }
        assert_eq!(own("Tea", &us("12345")), [""; 0], "another sender is named");
    }
}
