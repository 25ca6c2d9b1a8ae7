//! Which providers carry a message to which country, in which order, and when the next one is tried.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{region_code::RegionCode, sms_outcome::SmsOutcome};

/// Providers that are tried for one message at most: 2 (REQUIREMENTS V-01). A third would come when the person has asked
/// again.
pub const MOST_TRIES: usize = 2;

/// A provider's name in the configuration, the log, the database and the path of its calls. Which providers there are is not
/// the rule's concern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProviderName(&'static str);

impl ProviderName {
    /// A name: lower-case letters alone, so that it fits a section, a route and a path.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name as the operator writes it.
    pub const fn name(self) -> &'static str {
        self.0
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

    /// Whether any route names the provider.
    pub fn has(&self, provider: ProviderName) -> bool {
        self.everywhere.iter().chain(self.countries.values().flatten()).any(|named| *named == provider)
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

    const ONE: ProviderName = ProviderName::new("one");
    const OTHER: ProviderName = ProviderName::new("other");

    #[test]
    fn a_country_may_have_its_own_way() {
        let iran = RegionCode::parse("IR").unwrap();
        let routes = SmsRoutes {
            everywhere: vec![ONE],
            countries: [(iran, vec![OTHER])].into(),
            retry_unknown: false,
        };
        assert_eq!(routes.to(Some(iran)), [OTHER]);
        assert_eq!(routes.to(RegionCode::parse("GB")), [ONE]);
        assert_eq!(routes.to(None), [ONE]);
    }

    #[test]
    fn a_provider_is_named_wherever_it_stands() {
        let iran = RegionCode::parse("IR").unwrap();
        let routes = SmsRoutes {
            everywhere: vec![ONE],
            countries: [(iran, vec![ONE, OTHER])].into(),
            retry_unknown: false,
        };
        let third = ProviderName::new("third");
        assert_eq!([ONE, OTHER, third].map(|provider| routes.has(provider)), [true, true, false]);
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
