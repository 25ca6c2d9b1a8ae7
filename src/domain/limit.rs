//! The limits by name, and what it means to be over one.

use super::throttle::Wait;

/// A limit, by the name it has in the configuration, in logs and in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Limit {
    /// The wait before the next code to a number.
    PhoneWait,
    /// Codes to a number from unknown devices.
    PhoneSends,
    /// Codes that a known device asked for, beyond those of everybody.
    DeviceSends,
    /// Codes that one subscriber of a network asked for.
    AddressSends,
    /// Codes that one site of a network asked for.
    NetworkSends,
    /// Codes to a block of neighbouring numbers.
    BlockSends,
    /// The share of codes to a destination prefix that is used.
    Conversion,
    /// What codes to a country may cost.
    CountryBudget,
    /// What codes may cost.
    SiteBudget,
    /// Wrong guesses at a number from unknown devices.
    PhoneGuesses,
    /// Wrong guesses from a known device.
    DeviceGuesses,
    /// Wrong guesses from one subscriber of a network.
    AddressGuesses,
    /// Wrong guesses in a row since the last right one.
    ConsecutiveFailures,
    /// Wrong guesses at all numbers together.
    SiteGuesses,
    /// The operator's word at run time; it always refuses.
    Operator,
}

impl Limit {
    /// Every limit with its name.
    pub const NAMES: [(Self, &'static str); 15] = [
        (Self::PhoneWait, "phone_wait"),
        (Self::PhoneSends, "phone_sends"),
        (Self::DeviceSends, "device_sends"),
        (Self::AddressSends, "address_sends"),
        (Self::NetworkSends, "network_sends"),
        (Self::BlockSends, "block_sends"),
        (Self::Conversion, "conversion"),
        (Self::CountryBudget, "country_budget"),
        (Self::SiteBudget, "site_budget"),
        (Self::PhoneGuesses, "phone_guesses"),
        (Self::DeviceGuesses, "device_guesses"),
        (Self::AddressGuesses, "address_guesses"),
        (Self::ConsecutiveFailures, "consecutive_failures"),
        (Self::SiteGuesses, "site_guesses"),
        (Self::Operator, "operator"),
    ];

    /// The stable name: `phone_sends`.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(limit, _)| *limit == self).map_or("", |(_, name)| name)
    }

    /// The limit of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(limit, _)| *limit)
    }
}

/// One limit that an act is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excess {
    /// Which one.
    pub limit: Limit,
    /// When the act would be within it again; `None`: not by waiting.
    pub wait: Option<Wait>,
}

/// The limits that count and are logged, and refuse nothing: to learn what they would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RecordOnly {
    /// Every limit refuses.
    #[default]
    Nothing,
    /// None of them does; the guesses per challenge and the code's life are no limits of this kind and always hold.
    Everything,
    /// These do not.
    Only(Vec<Limit>),
}

impl RecordOnly {
    /// Whether the limit only records.
    pub fn covers(&self, limit: Limit) -> bool {
        match self {
            _ if limit == Limit::Operator => false,
            Self::Nothing => false,
            Self::Everything => true,
            Self::Only(limits) => limits.contains(&limit),
        }
    }
}

/// What comes of everything that an act is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It may happen; these limits, which only record, would have refused it.
    Allowed(Vec<Excess>),
    /// It may not; the limit with the longest wait says until when.
    Refused(Excess),
}

/// Judges an act by the limits it is over.
pub fn judge(excesses: Vec<Excess>, record_only: &RecordOnly) -> Judgement {
    let refusing = excesses.iter().filter(|excess| !record_only.covers(excess.limit)).copied();
    // An excess that no waiting mends counts as the longest.
    let longest = refusing.max_by_key(|excess| excess.wait.map_or(u32::MAX, Wait::seconds));
    longest.map_or(Judgement::Allowed(excesses), Judgement::Refused)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    fn excess(limit: Limit, seconds: i64) -> Excess {
        let now = DateTime::UNIX_EPOCH;
        Excess { limit, wait: Wait::until(now + TimeDelta::seconds(seconds), now) }
    }

    #[test]
    fn names_read_back() {
        for (limit, name) in Limit::NAMES {
            assert_eq!((limit.name(), Limit::parse(name)), (name, Some(limit)));
        }
        assert_eq!(Limit::parse("phones"), None);
    }

    #[test]
    fn the_longest_wait_is_told() {
        let excesses = vec![
            excess(Limit::PhoneWait, 30),
            excess(Limit::AddressSends, 600),
            excess(Limit::BlockSends, 60),
        ];
        assert_eq!(
            judge(excesses, &RecordOnly::Nothing),
            Judgement::Refused(excess(Limit::AddressSends, 600))
        );
        let for_ever = Excess { limit: Limit::ConsecutiveFailures, wait: None };
        let excesses = vec![excess(Limit::AddressSends, 600), for_ever];
        assert_eq!(judge(excesses, &RecordOnly::Nothing), Judgement::Refused(for_ever));
    }

    #[test]
    fn a_limit_that_only_records_refuses_nothing_and_hides_no_other() {
        let both = vec![excess(Limit::PhoneWait, 30), excess(Limit::AddressSends, 600)];
        let only = RecordOnly::Only(vec![Limit::AddressSends]);
        assert_eq!(judge(both.clone(), &only), Judgement::Refused(excess(Limit::PhoneWait, 30)));
        assert_eq!(judge(both.clone(), &RecordOnly::Everything), Judgement::Allowed(both));
        assert_eq!(judge(vec![], &RecordOnly::Nothing), Judgement::Allowed(vec![]));
    }
}
