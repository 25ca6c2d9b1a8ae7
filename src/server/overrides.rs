//! The operator's word at run time, over the configuration. It is about sends alone: guesses go by the configuration.

use crate::{
    domain::{
        budget::{Budget, BudgetPolicy, Stage},
        cost::Cost,
        policy::SignInPolicy,
        region_code::RegionCode,
        served_regions::ServedRegions,
    },
    server::{
        config::{phone::served, setting::Value},
        store::Override,
    },
};

/// What can be overridden, by its name in `mobile-auth limits set`: `stage` for all, `stage.IR` for a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overridable {
    what: What,
    country: Option<RegionCode>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// Which countries get codes.
    Countries,
    /// How open the site is.
    Stage,
    /// Messages an hour, of all countries together.
    SendsPerHour,
    /// Messages a day.
    SendsPerDay,
    /// What messages may cost in a day.
    CostPerDay,
    /// What a text message costs.
    Price,
}

/// Their names; what has a country's own value, has it behind a dot.
const NAMES: [(&str, What); 6] = [
    ("countries", What::Countries),
    ("stage", What::Stage),
    ("sends_per_hour", What::SendsPerHour),
    ("sends_per_day", What::SendsPerDay),
    ("cost_per_day", What::CostPerDay),
    ("price", What::Price),
];

/// What can be set, for people.
pub const WHAT_CAN_BE_SET: &str = "countries, stage, sends_per_hour, sends_per_day, cost_per_day, price; for any country stage.IR, sends_per_day.IR, cost_per_day.IR, price.IR";

impl Overridable {
    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        let (name, country) = match name.split_once('.') {
            None => (name, None),
            Some((name, region)) => (name, Some(RegionCode::parse(region)?)),
        };
        let (_, what) = NAMES.into_iter().find(|(known, _)| *known == name)?;
        let is_for_all = matches!(what, What::Countries | What::SendsPerHour) && country.is_some();
        (!is_for_all).then_some(Self { what, country })
    }

    /// Whether the value is one it can have.
    pub fn takes(self, value: &str) -> bool {
        match self.what {
            What::Countries => countries(value).is_some(),
            What::Stage => stage(value).is_some(),
            What::SendsPerHour | What::SendsPerDay => value.parse::<u64>().is_ok(),
            What::CostPerDay | What::Price => Cost::parse(value).is_some(),
        }
    }

    /// What such a value looks like, for people.
    pub fn values(self) -> String {
        match self.what {
            What::Countries => "all, or two-letter codes of ISO 3166-1 such as IR,GB".to_owned(),
            What::Stage => Stage::NAMES.map(|(name, _)| name).join(", "),
            What::SendsPerHour | What::SendsPerDay => "a whole number".to_owned(),
            What::CostPerDay | What::Price => {
                "an amount such as 12.50 or 0.0075, without its sign".to_owned()
            }
        }
    }

    /// A value that it cannot have was written by a newer program: not understood here, and no reason to stop.
    fn apply(self, value: &str, budget: &mut BudgetPolicy) {
        match self.what {
            What::Countries => set_countries(budget, countries(value)),
            What::Stage => set_stage(budget, self.country, stage(value)),
            What::SendsPerHour => self.change(budget, value.parse().ok(), |budget| &mut budget.per_hour),
            What::SendsPerDay => self.change(budget, value.parse().ok(), |budget| &mut budget.per_day),
            What::CostPerDay => self.change(budget, Cost::parse(value), |budget| &mut budget.cost_per_day),
            What::Price => set_price(budget, self.country, Cost::parse(value)),
        }
    }

    fn change<T>(
        self,
        budget: &mut BudgetPolicy,
        value: Option<T>,
        part: impl Fn(&mut Budget) -> &mut Option<T>,
    ) {
        if value.is_none() {
            return;
        }
        let changed = match self.country {
            None => &mut budget.site,
            Some(region) => budget.countries.entry(region).or_default(),
        };
        *part(changed) = value;
    }
}

fn set_countries(budget: &mut BudgetPolicy, countries: Option<ServedRegions>) {
    let Some(countries) = countries else { return };
    budget.served_regions = countries;
}

fn set_stage(budget: &mut BudgetPolicy, country: Option<RegionCode>, stage: Option<Stage>) {
    let Some(stage) = stage else { return };
    match country {
        None => budget.forced = Some(stage),
        Some(region) => drop(budget.forced_countries.insert(region, stage)),
    }
}

fn set_price(budget: &mut BudgetPolicy, country: Option<RegionCode>, price: Option<Cost>) {
    let Some(price) = price else { return };
    match country {
        None => budget.price = price,
        Some(region) => drop(budget.prices.insert(region, price)),
    }
}

impl std::fmt::Display for Overridable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = NAMES.into_iter().find(|(_, what)| *what == self.what).map_or("", |(name, _)| name);
        match self.country {
            None => f.write_str(name),
            Some(region) => write!(f, "{name}.{region}"),
        }
    }
}

/// The limits in force: the configuration's, with the overrides over them.
pub fn in_force(configured: &SignInPolicy, overrides: &[Override]) -> SignInPolicy {
    let mut policy = configured.clone();
    for Override { name, value, .. } in overrides {
        if let Some(overridable) = Overridable::parse(name) {
            overridable.apply(value, &mut policy.budget);
        }
    }
    policy
}

/// As the configuration has them.
fn countries(value: &str) -> Option<ServedRegions> {
    served(&Value::One(value.to_owned())).ok()
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
        for name in
            WHAT_CAN_BE_SET.split([',', ';']).map(|name| name.trim_start_matches(" for any country ").trim())
        {
            assert_eq!(Overridable::parse(name).map(|known| known.to_string()).as_deref(), Some(name));
        }
        for name in [
            "",
            "stages",
            "stage.",
            "stage.XX",
            "sends_per_hour.IR",
            "countries.IR",
            "stage.IR.GB",
            "prices.IR",
        ] {
            assert_eq!(Overridable::parse(name), None, "{name}");
        }
    }

    #[test]
    fn the_operators_word_is_over_the_configuration() {
        let iran = RegionCode::parse("IR").unwrap();
        let overrides = [
            set("countries", "IR,GB"),
            set("stage", "slow"),
            set("stage.IR", "stopped"),
            set("sends_per_day", "5"),
            set("sends_per_day.IR", "2"),
            set("not known here", "1"),
            set("sends_per_hour", "many"),
            set("cost_per_day", "12.50"),
            set("cost_per_day.IR", "3"),
            set("price", "0.10"),
            set("price.IR", "0.40"),
        ];
        let policy = in_force(&SignInPolicy::default(), &overrides);
        let both = ["IR", "GB"].into_iter().filter_map(RegionCode::parse).collect();
        assert_eq!(policy.budget.served_regions, ServedRegions::Only(both));
        assert_eq!(policy.budget.forced, Some(Stage::Slow));
        assert_eq!(policy.budget.forced_countries.get(&iran), Some(&Stage::Stopped));
        assert_eq!(policy.budget.site.per_day, Some(5));
        assert_eq!(policy.budget.country(Some(iran)).per_day, Some(2));
        let cost = |text| Cost::parse(text);
        assert_eq!(policy.budget.site.cost_per_day, cost("12.50"));
        assert_eq!(policy.budget.country(Some(iran)).cost_per_day, cost("3"));
        assert_eq!(Some(policy.budget.price_to(Some(iran))), cost("0.40"));
        assert_eq!(Some(policy.budget.price_to(RegionCode::parse("GB"))), cost("0.10"));
        assert_eq!(policy.budget.site.per_hour, SignInPolicy::default().budget.site.per_hour);
    }

    #[test]
    fn what_a_guess_is_judged_by_is_no_word_of_the_operators_at_run_time() {
        let values = [
            ("countries", "IR"),
            ("stage", "stopped"),
            ("sends_per_hour", "1"),
            ("sends_per_day", "1"),
            ("cost_per_day", "1"),
            ("price", "1"),
        ];
        assert_eq!(values.map(|(name, _)| name), NAMES.map(|(name, _)| name));
        let configured = SignInPolicy::default();
        let policy = in_force(&configured, &values.map(|(name, value)| set(name, value)));
        assert_eq!(policy.budget.wrong_guesses_warned, configured.budget.wrong_guesses_warned);
        assert_ne!(policy.budget.served_regions, configured.budget.served_regions);
        let guessed_by = SignInPolicy { budget: configured.budget.clone(), ..policy };
        assert_eq!(format!("{guessed_by:?}"), format!("{configured:?}"));
    }

    #[test]
    fn values_that_mean_nothing_are_not_taken() {
        for (name, good, bad) in [
            ("countries", "ir, GB", "IR,UK"),
            ("stage", "known_devices_only", "closed"),
            ("sends_per_day", "0", "-1"),
            ("cost_per_day", "0", "12,50"),
            ("price.IR", "0.0075", "$1"),
        ] {
            let known = Overridable::parse(name).unwrap();
            assert!(known.takes(good) && !known.takes(bad), "{name}");
        }
    }
}
