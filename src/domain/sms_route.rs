//! Which providers carry a message to which country, in which order, and when the next one is tried.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{region_code::RegionCode, sms_outcome::SmsOutcome};

/// Providers that are tried for one message at most: 2 (REQUIREMENTS V-01). A third would come when the person has asked
/// again.
pub const MOST_TRIES: usize = 2;

/// Every way a message can go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProviderName {
    /// The terminal, for development.
    #[default]
    Console,
    /// A file, for tests and other programs.
    Outbox,
    /// A request that the configuration describes.
    Http,
    /// Twilio.
    Twilio,
    /// Vonage.
    Vonage,
    /// Bird, once MessageBird.
    Bird,
    /// Plivo.
    Plivo,
    /// Telnyx.
    Telnyx,
    /// Infobip.
    Infobip,
    /// Kavenegar.
    Kavenegar,
    /// AWS SNS.
    Sns,
    /// An SMSC that speaks SMPP.
    Smpp,
}

impl ProviderName {
    /// Each with its name in the configuration and the log.
    pub const NAMES: [(&str, Self); 12] = [
        ("console", Self::Console),
        ("outbox", Self::Outbox),
        ("http", Self::Http),
        ("twilio", Self::Twilio),
        ("vonage", Self::Vonage),
        ("bird", Self::Bird),
        ("plivo", Self::Plivo),
        ("telnyx", Self::Telnyx),
        ("infobip", Self::Infobip),
        ("kavenegar", Self::Kavenegar),
        ("sns", Self::Sns),
        ("smpp", Self::Smpp),
    ];

    /// The name in the configuration and the log.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, provider)| *provider == self).map_or("", |(name, _)| name)
    }

    /// The provider of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, provider)| *provider)
    }

    /// Whether it delivers to people, and not to developers.
    pub fn is_real(self) -> bool {
        !matches!(self, Self::Console | Self::Outbox)
    }
}

/// The operator's routes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SmsRoutes {
    /// Where no country has its own: the first, then the one that takes over.
    pub everywhere: Vec<ProviderName>,
    /// The countries' own.
    pub countries: BTreeMap<RegionCode, Vec<ProviderName>>,
    /// Whether a message that may have gone is sent again by the next provider: the person may get it twice.
    pub retry_unknown: bool,
}

impl SmsRoutes {
    /// The providers for a country, in their order.
    pub fn to(&self, region: Option<RegionCode>) -> &[ProviderName] {
        region.and_then(|region| self.countries.get(&region)).unwrap_or(&self.everywhere)
    }

    /// Whether the next provider is tried after this outcome: never after a message that may have gone, unless the
    /// operator wants it, and never when the code is dead.
    pub fn tries_next(&self, outcome: &SmsOutcome, now: DateTime<Utc>, good_until: DateTime<Utc>) -> bool {
        let may = match outcome {
            SmsOutcome::TryElsewhere(_) => true,
            SmsOutcome::Unknown(_) => self.retry_unknown,
            SmsOutcome::Accepted { .. } | SmsOutcome::Rejected(_) => false,
        };
        may && now < good_until
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::domain::sms_outcome::Rejection;

    #[test]
    fn names_read_back() {
        for (name, provider) in ProviderName::NAMES {
            assert_eq!((provider.name(), ProviderName::parse(name)), (name, Some(provider)));
        }
        assert_eq!(ProviderName::parse("pigeon"), None);
    }

    #[test]
    fn a_country_may_have_its_own_way() {
        let iran = RegionCode::parse("IR").unwrap();
        let routes = SmsRoutes {
            everywhere: vec![ProviderName::Twilio],
            countries: [(iran, vec![ProviderName::Http])].into(),
            retry_unknown: false,
        };
        assert_eq!(routes.to(Some(iran)), [ProviderName::Http]);
        assert_eq!(routes.to(RegionCode::parse("GB")), [ProviderName::Twilio]);
        assert_eq!(routes.to(None), [ProviderName::Twilio]);
    }

    #[test]
    fn only_what_surely_did_not_go_is_tried_elsewhere_and_only_while_the_code_lives() {
        let (now, good_until) = (DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH + TimeDelta::seconds(1));
        let (careful, eager) =
            (SmsRoutes::default(), SmsRoutes { retry_unknown: true, ..SmsRoutes::default() });
        for (outcome, by_careful, by_eager) in [
            (SmsOutcome::accepted(None), false, false),
            (SmsOutcome::Rejected(Rejection::BadNumber), false, false),
            (SmsOutcome::elsewhere("down"), true, true),
            (SmsOutcome::unknown("silent"), false, true),
        ] {
            assert_eq!(careful.tries_next(&outcome, now, good_until), by_careful, "{outcome:?}");
            assert_eq!(eager.tries_next(&outcome, now, good_until), by_eager, "{outcome:?}");
            assert!(!eager.tries_next(&outcome, good_until, good_until), "{outcome:?}: the code is dead");
        }
    }
}
