//! What codes may cost, and what happens as the purse empties: a ladder, not a wall.

use std::collections::BTreeMap;

use super::{
    channel::Channel,
    cost::Cost,
    limit::{Limit, RecordOnly},
    region_code::RegionCode,
    served_regions::ServedRegions,
};

/// From this share on unknown devices wait longer between codes.
const SLOW_FROM: u64 = 80;
/// From this share on the rest is kept for known devices.
const KNOWN_DEVICES_FROM: u64 = 90;

/// How open the site is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// For everybody.
    #[default]
    Open,
    /// For everybody, but unknown devices wait longer between codes.
    Slow,
    /// Only browsers that signed in with the number before get codes.
    KnownDevicesOnly,
    /// Nobody gets a code. Whoever is signed in stays so.
    Stopped,
}

impl Stage {
    /// Every stage with its name.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("open", Self::Open),
        ("slow", Self::Slow),
        ("known_devices_only", Self::KnownDevicesOnly),
        ("stopped", Self::Stopped),
    ];

    fn of_share(percent: u64) -> Self {
        match percent {
            100.. => Self::Stopped,
            KNOWN_DEVICES_FROM.. => Self::KnownDevicesOnly,
            SLOW_FROM.. => Self::Slow,
            _ => Self::Open,
        }
    }
}

/// The most that may be spent; `None`: as much as you like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// Messages in an hour.
    pub per_hour: Option<u64>,
    /// Messages in 24 hours.
    pub per_day: Option<u64>,
    /// Money in 24 hours.
    pub cost_per_day: Option<Cost>,
}

impl Budget {
    /// How much of it is used, in hundredths: the fullest of its parts.
    pub fn used_percent(&self, spent: &Spent) -> u64 {
        self.shares(spent).into_iter().flatten().max().unwrap_or(0)
    }

    /// How much of each part is used, in hundredths; `None`: there is as much as you like.
    pub(super) fn shares(&self, spent: &Spent) -> [Option<u64>; 3] {
        let parts = [
            (spent.in_hour, self.per_hour),
            (spent.in_day, self.per_day),
            (spent.cost_in_day.millionths(), self.cost_per_day.map(Cost::millionths)),
        ];
        parts.map(|(spent, budget)| budget.map(|budget| share(spent, budget)))
    }
}

/// A budget of nothing is always used up.
fn share(spent: u64, budget: u64) -> u64 {
    spent.saturating_mul(100).checked_div(budget).unwrap_or(100)
}

/// What was spent: windows move in steps of ten minutes, and never count less than the exact time would.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Messages in the last hour.
    pub in_hour: u64,
    /// Messages in the last 24 hours.
    pub in_day: u64,
    /// Their cost.
    pub cost_in_day: Cost,
}

impl Spent {
    pub(super) fn and_one_of(&self, price: Cost) -> Self {
        let cost = self.cost_in_day.millionths().saturating_add(price.millionths());
        Self {
            in_hour: self.in_hour.saturating_add(1),
            in_day: self.in_day.saturating_add(1),
            cost_in_day: Cost::from_millionths(cost),
        }
    }
}

/// Wrong guesses at all numbers together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WrongGuesses {
    /// In the last hour.
    pub in_hour: u64,
    /// In the last 24 hours.
    pub in_day: u64,
    /// On an average day of the 28 before.
    pub usual_in_day: u64,
}

/// What was spent, and what was guessed wrongly, as far as one message depends on it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spending {
    /// By everybody.
    pub site: Spent,
    /// On messages to the number's country.
    pub country: Spent,
    /// That country.
    pub region: Option<RegionCode>,
    /// At all numbers.
    pub wrong_guesses: WrongGuesses,
}

/// What the operator is ready to spend, and from when on so many wrong guesses are an attack.
#[derive(Clone, Debug)]
pub struct BudgetPolicy {
    /// Where messages go at all.
    pub served_regions: ServedRegions,
    /// For all messages: 300 in an hour, 2,000 in a day; no sum of money unless the operator names one.
    pub site: Budget,
    /// For messages to one country, where the operator named it.
    pub countries: BTreeMap<RegionCode, Budget>,
    /// What a message costs: 0.05, about what one to Europe does in dollars (Twilio's price list).
    pub price: Cost,
    /// What a message to a country costs, where the operator named it.
    pub prices: BTreeMap<RegionCode, Cost>,
    /// Wrong guesses at all numbers in an hour at which the operator is warned: 200.
    pub wrong_guesses_warned: u64,
    /// Wrong guesses in 24 hours from which on unknown devices wait longer: 1,000, or three times as many as usual, if
    /// that is more. At twice as many only known devices get codes. One guess in a million is right, so that 1,000 a day
    /// break into one account in three years.
    pub wrong_guesses_slow: u64,
    /// What codes cost that go another way than as a text message: 0.20 a call, 0.05 a message of WhatsApp, rather too much than too
    /// little, for both differ more by country than texts do. A way that is not named costs as much as a text.
    pub channels: BTreeMap<Channel, Prices>,
    /// The operator's word: `Open` lifts the rules of this file, any other closes at least so far.
    pub forced: Option<Stage>,
    /// The operator's word for a country.
    pub forced_countries: BTreeMap<RegionCode, Stage>,
}

impl Default for BudgetPolicy {
    fn default() -> Self {
        Self {
            served_regions: ServedRegions::All,
            site: Budget { per_hour: Some(300), per_day: Some(2_000), cost_per_day: None },
            countries: BTreeMap::new(),
            price: Cost::from_millionths(50_000),
            prices: BTreeMap::new(),
            channels: [
                (Channel::Call, Prices::everywhere(Cost::from_millionths(200_000))),
                (Channel::WhatsApp, Prices::everywhere(Cost::from_millionths(50_000))),
            ]
            .into(),
            wrong_guesses_warned: 200,
            wrong_guesses_slow: 1_000,
            forced: None,
            forced_countries: BTreeMap::new(),
        }
    }
}

/// What codes cost that go one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prices {
    /// Where no country has its own.
    pub usual: Cost,
    /// The countries' own.
    pub countries: BTreeMap<RegionCode, Cost>,
}

impl Prices {
    /// The same for every country.
    pub fn everywhere(usual: Cost) -> Self {
        Self { usual, countries: BTreeMap::new() }
    }
}

impl BudgetPolicy {
    /// The same budgets with the prices of that way. The purse is one: what a call costs, no message can.
    #[must_use]
    pub fn for_channel(mut self, channel: Channel) -> Self {
        if let Some(Prices { usual, countries }) = self.channels.get(&channel).cloned() {
            (self.price, self.prices) = (usual, countries);
        }
        self
    }

    /// What a message to that country costs.
    pub fn price_to(&self, region: Option<RegionCode>) -> Cost {
        region.and_then(|region| self.prices.get(&region)).copied().unwrap_or(self.price)
    }

    /// What may be spent on messages to that country.
    pub fn country(&self, region: Option<RegionCode>) -> Budget {
        region.and_then(|region| self.countries.get(&region)).copied().unwrap_or_default()
    }
}

impl Spending {
    /// How open the operator wants it to be, for this country too. `Open` asks for nothing: it only lifts the rules below.
    pub fn forced_stage(&self, policy: &BudgetPolicy) -> Stage {
        let country = self.region.and_then(|region| policy.forced_countries.get(&region)).copied();
        policy.forced.unwrap_or_default().max(country.unwrap_or_default())
    }

    /// How open the site is by its budget, unless the operator opened it by hand.
    pub fn site_stage(&self, policy: &BudgetPolicy) -> Stage {
        match policy.forced {
            Some(Stage::Open) => Stage::Open,
            _ => Stage::of_share(policy.site.used_percent(&self.site)),
        }
    }

    /// How open it is for the number's country.
    pub fn country_stage(&self, policy: &BudgetPolicy) -> Stage {
        let forced = self.region.and_then(|region| policy.forced_countries.get(&region)).copied();
        match forced.or(policy.forced) {
            Some(Stage::Open) => Stage::Open,
            _ => Stage::of_share(policy.country(self.region).used_percent(&self.country)),
        }
    }

    /// How open it is by the wrong guesses of the last day. Whoever guesses at all numbers at once stays below every
    /// limit of one number; only their sum shows it.
    pub fn guess_stage(&self, policy: &BudgetPolicy) -> Stage {
        let slow = policy.wrong_guesses_slow.max(self.wrong_guesses.usual_in_day.saturating_mul(3));
        match self.wrong_guesses.in_day {
            wrong if policy.forced == Some(Stage::Open) || wrong < slow => Stage::Open,
            wrong if wrong < slow.saturating_mul(2) => Stage::Slow,
            _ => Stage::KnownDevicesOnly,
        }
    }

    /// Whether unknown devices wait longer, by any of the four; a limit that only records slows nobody.
    pub fn is_slow(&self, policy: &BudgetPolicy, record_only: &RecordOnly) -> bool {
        [
            (Limit::SiteBudget, self.site_stage(policy)),
            (Limit::CountryBudget, self.country_stage(policy)),
            (Limit::SiteGuesses, self.guess_stage(policy)),
            (Limit::Operator, self.forced_stage(policy)),
        ]
        .into_iter()
        .any(|(limit, stage)| stage >= Stage::Slow && !record_only.covers(limit))
    }
}

#[cfg(test)]
#[path = "budget_tests.rs"]
mod tests;
