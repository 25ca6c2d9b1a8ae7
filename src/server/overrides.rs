//! The operator's word at run time, over the configuration.

use crate::{
    domain::{
        budget::{Budget, Stage},
        policy::SignInPolicy,
        region_code::RegionCode,
    },
    server::store::Override,
};

/// What can be overridden, by its name in `mobile-auth limits set`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overridable {
    /// How open the site is: `stage`.
    Stage,
    /// How open it is for a country: `stage.IR`.
    CountryStage(RegionCode),
    /// Messages an hour: `sends_per_hour`.
    SendsPerHour,
    /// Messages a day: `sends_per_day`.
    SendsPerDay,
    /// Messages a day to a country: `sends_per_day.IR`.
    CountrySendsPerDay(RegionCode),
}

impl Overridable {
    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        match name.split_once('.') {
            None => match name {
                "stage" => Some(Self::Stage),
                "sends_per_hour" => Some(Self::SendsPerHour),
                "sends_per_day" => Some(Self::SendsPerDay),
                _ => None,
            },
            Some(("stage", region)) => RegionCode::parse(region).map(Self::CountryStage),
            Some(("sends_per_day", region)) => RegionCode::parse(region).map(Self::CountrySendsPerDay),
            Some(_) => None,
        }
    }

    /// Whether the value is one it can have.
    pub fn takes(self, value: &str) -> bool {
        match self {
            Self::Stage | Self::CountryStage(_) => stage(value).is_some(),
            _ => value.parse::<u64>().is_ok(),
        }
    }

    fn apply(self, value: &str, policy: &mut SignInPolicy) {
        let budget = &mut policy.budget;
        let number = value.parse().ok();
        match (self, stage(value), number) {
            (Self::Stage, Some(stage), _) => budget.forced = Some(stage),
            (Self::CountryStage(region), Some(stage), _) => {
                budget.forced_countries.insert(region, stage);
            }
            (Self::SendsPerHour, _, Some(number)) => budget.site.per_hour = Some(number),
            (Self::SendsPerDay, _, Some(number)) => budget.site.per_day = Some(number),
            (Self::CountrySendsPerDay(region), _, Some(number)) => {
                let before = budget.country(Some(region));
                budget.countries.insert(region, Budget { per_day: Some(number), ..before });
            }
            // Written by a newer program: not understood here, and no reason to stop.
            _ => {}
        }
    }
}

impl std::fmt::Display for Overridable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stage => f.write_str("stage"),
            Self::CountryStage(region) => write!(f, "stage.{region}"),
            Self::SendsPerHour => f.write_str("sends_per_hour"),
            Self::SendsPerDay => f.write_str("sends_per_day"),
            Self::CountrySendsPerDay(region) => write!(f, "sends_per_day.{region}"),
        }
    }
}

/// The limits in force: the configuration's, with the overrides over them.
pub fn in_force(configured: &SignInPolicy, overrides: &[Override]) -> SignInPolicy {
    let mut policy = configured.clone();
    for Override { name, value, .. } in overrides {
        if let Some(overridable) = Overridable::parse(name) {
            overridable.apply(value, &mut policy);
        }
    }
    policy
}

fn stage(name: &str) -> Option<Stage> {
    Stage::NAMES.iter().find(|(known, _)| *known == name).map(|(_, stage)| *stage)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &str, value: &str) -> Override {
        Override { name: name.to_owned(), value: value.to_owned(), until: None }
    }

    #[test]
    fn names_read_back() {
        for name in ["stage", "stage.IR", "sends_per_hour", "sends_per_day", "sends_per_day.GB"] {
            assert_eq!(Overridable::parse(name).map(|known| known.to_string()).as_deref(), Some(name));
        }
        for name in ["", "stages", "stage.", "stage.XX", "sends_per_hour.IR", "stage.IR.GB"] {
            assert_eq!(Overridable::parse(name), None, "{name}");
        }
    }

    #[test]
    fn the_operators_word_is_over_the_configuration() {
        let iran = RegionCode::parse("IR").unwrap();
        let overrides = [
            set("stage", "slow"),
            set("stage.IR", "stopped"),
            set("sends_per_day", "5"),
            set("sends_per_day.IR", "2"),
            set("not known here", "1"),
            set("sends_per_hour", "many"),
        ];
        let policy = in_force(&SignInPolicy::default(), &overrides);
        assert_eq!(policy.budget.forced, Some(Stage::Slow));
        assert_eq!(policy.budget.forced_countries.get(&iran), Some(&Stage::Stopped));
        assert_eq!(policy.budget.site.per_day, Some(5));
        assert_eq!(policy.budget.country(Some(iran)).per_day, Some(2));
        assert_eq!(policy.budget.site.per_hour, SignInPolicy::default().budget.site.per_hour);
    }

    #[test]
    fn values_that_mean_nothing_are_not_taken() {
        assert!(Overridable::Stage.takes("known_devices_only") && !Overridable::Stage.takes("closed"));
        assert!(Overridable::SendsPerDay.takes("0") && !Overridable::SendsPerDay.takes("-1"));
    }
}
