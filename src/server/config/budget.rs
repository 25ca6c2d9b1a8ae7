//! `[budget]`: what codes may cost, and from when on wrong guesses are an attack.

use std::collections::BTreeMap;

use super::{
    fault::Complaint,
    reader::{Reader, quoted},
    setting::{Setting, Value},
};
use crate::domain::{
    budget::{Budget, BudgetPolicy, Prices},
    channel::Channel,
    conversion::ConversionPolicy,
    cost::Cost,
    region_code::RegionCode,
};

/// Codes to all numbers in an hour: 1 to 1,000,000.
pub const SENDS_PER_HOUR: Setting = Setting::new("budget", "sends_per_hour").or("300");
/// Codes to all numbers in 24 hours: 1 to 10,000,000.
pub const SENDS_PER_DAY: Setting = Setting::new("budget", "sends_per_day").or("2000");
/// Money for all codes in 24 hours.
pub const COST_PER_DAY: Setting = Setting::new("budget", "cost_per_day");
/// Codes to a country in 24 hours: `IR=500`.
pub const COUNTRY_SENDS_PER_DAY: Setting = Setting::new("budget", "country_sends_per_day");
/// Money for codes to a country in 24 hours: `IR=20.00`.
pub const COUNTRY_COST_PER_DAY: Setting = Setting::new("budget", "country_cost_per_day");
/// What one message costs where no price is named.
pub const PRICE: Setting = Setting::new("budget", "price").or("0.05");
/// What one message to a country costs: `IR=0.20`.
pub const PRICES: Setting = Setting::new("budget", "prices");
/// What one call costs where no price is named.
pub const CALL_PRICE: Setting = Setting::new("budget", "call_price").or("0.20");
/// What one call to a country costs: `IR=0.60`.
pub const CALL_PRICES: Setting = Setting::new("budget", "call_prices");
/// What one message by WhatsApp costs.
pub const WHATSAPP_PRICE: Setting = Setting::new("budget", "whatsapp_price").or("0.05");
/// The share of codes to a destination that must be used, in hundredths: 0 to 90. 0 switches the guard off.
pub const LEAST_USED_PERCENT: Setting = Setting::new("budget", "least_used_percent").or("20");
/// Wrong guesses at all numbers in an hour at which the operator is warned.
pub const WRONG_GUESSES_WARNED: Setting = Setting::new("budget", "wrong_guesses_warned").or("200");
/// Wrong guesses at all numbers in 24 hours from which on unknown devices wait longer.
pub const WRONG_GUESSES_SLOW: Setting = Setting::new("budget", "wrong_guesses_slow").or("1000");

/// What `[budget]` says.
#[derive(Debug)]
pub struct BudgetSettings {
    /// What may be spent.
    pub budget: BudgetPolicy,
    /// How much of it must be used.
    pub conversion: ConversionPolicy,
}

/// Reads `[budget]`.
pub fn read(reader: &mut Reader) -> BudgetSettings {
    let site = Budget {
        per_hour: Some(reader.number(&SENDS_PER_HOUR, 1..=1_000_000).into()),
        per_day: Some(reader.number(&SENDS_PER_DAY, 1..=10_000_000).into()),
        cost_per_day: reader.optional(&COST_PER_DAY, |value| amount(Reader::text(value)?)),
    };
    let budget = BudgetPolicy {
        site,
        countries: countries(reader),
        price: reader.required(&PRICE, Cost::default(), |value| amount(Reader::text(value)?)),
        prices: reader.optional(&PRICES, |value| by_country(value, amount)).unwrap_or_default(),
        channels: channels(reader),
        wrong_guesses_warned: reader.number(&WRONG_GUESSES_WARNED, 1..=1_000_000).into(),
        wrong_guesses_slow: reader.number(&WRONG_GUESSES_SLOW, 1..=1_000_000).into(),
        ..BudgetPolicy::default()
    };
    let least_used_percent = reader.number(&LEAST_USED_PERCENT, 0..=90);
    BudgetSettings {
        budget,
        conversion: ConversionPolicy { least_used_percent, ..ConversionPolicy::default() },
    }
}

fn channels(reader: &mut Reader) -> BTreeMap<Channel, Prices> {
    let mut usual = |setting| reader.required(setting, Cost::default(), |value| amount(Reader::text(value)?));
    let (call, whatsapp) = (usual(&CALL_PRICE), usual(&WHATSAPP_PRICE));
    let calls = reader.optional(&CALL_PRICES, |value| by_country(value, amount)).unwrap_or_default();
    let call = Prices { usual: call, countries: calls };
    [(Channel::Call, call), (Channel::WhatsApp, Prices::everywhere(whatsapp))].into()
}

fn countries(reader: &mut Reader) -> BTreeMap<RegionCode, Budget> {
    let mut countries: BTreeMap<RegionCode, Budget> = BTreeMap::new();
    let sends = reader.optional(&COUNTRY_SENDS_PER_DAY, |value| by_country(value, number));
    for (region, sends) in sends.unwrap_or_default() {
        countries.entry(region).or_default().per_day = Some(sends);
    }
    let costs = reader.optional(&COUNTRY_COST_PER_DAY, |value| by_country(value, amount));
    for (region, cost) in costs.unwrap_or_default() {
        countries.entry(region).or_default().cost_per_day = Some(cost);
    }
    countries
}

/// Reads `IR=0.20, GB=0.04`.
fn by_country<T>(
    value: &Value,
    read: impl Fn(&str) -> Result<T, Complaint>,
) -> Result<BTreeMap<RegionCode, T>, Complaint> {
    let entry = |text: &str| {
        let parts = text.split_once('=').map(|(region, rest)| (RegionCode::parse(region), rest.trim()));
        let Some((Some(region), rest)) = parts else {
            return Err(Complaint::new(quoted(text), "Write a country, =, and a number, such as IR=0.20."));
        };
        Ok((region, read(rest)?))
    };
    value.entries().into_iter().map(entry).collect()
}

fn amount(text: &str) -> Result<Cost, Complaint> {
    Cost::parse(text).ok_or_else(|| {
        Complaint::new(
            quoted(text),
            "Write an amount in your currency, such as 12.50 or 0.0075, without its sign.",
        )
    })
}

fn number(text: &str) -> Result<u64, Complaint> {
    text.parse().map_err(|_| Complaint::new(quoted(text), "Write a whole number of codes."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_by_country_are_a_list() {
        let read = |text: &str| by_country(&Value::One(text.to_owned()), amount);
        let prices = read("IR=0.20, gb=0.04").unwrap();
        let [iran, britain] = ["IR", "GB"].map(|code| RegionCode::parse(code).unwrap());
        assert_eq!(
            (prices.get(&iran).copied(), prices.get(&britain).copied()),
            (Cost::parse("0.2"), Cost::parse("0.04"))
        );
        for bad in ["IR", "IR=", "XX=1", "=1", "IR=$1", "IR=1=2"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
