use super::*;
use crate::domain::{budget::Spent, limit::RecordOnly, region_code::RegionCode};

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(365) + TimeDelta::seconds(seconds)
}

fn times(count: i64) -> Vec<DateTime<Utc>> {
    (0..count).map(|number| at(number - 1_000)).collect()
}

/// The limits that a code at second 0 is over.
fn limits(history: &SendHistory) -> Vec<Limit> {
    let found = excesses(history, at(0), &SignInPolicy::default());
    found.into_iter().map(|excess| excess.limit).collect()
}

fn wait(history: &SendHistory, limit: Limit) -> Option<u32> {
    let found = excesses(history, at(0), &SignInPolicy::default());
    found.into_iter().find(|excess| excess.limit == limit)?.wait.map(Wait::seconds)
}

fn budget_used(percent: u64) -> Spending {
    Spending { site: Spent { in_day: percent * 20, ..Spent::default() }, ..Spending::default() }
}

#[test]
fn a_first_code_is_over_nothing() {
    assert_eq!(limits(&SendHistory::default()), []);
}

#[test]
fn each_budget_of_a_stranger_is_a_limit_of_its_own() {
    let none = SendHistory::default;
    for (history, limit) in [
        (SendHistory { phone: times(5), ..none() }, Limit::PhoneSends),
        (SendHistory { address: vec![at(-10); 10], ..none() }, Limit::AddressSends),
        (SendHistory { address: times(30), ..none() }, Limit::AddressSends),
        (SendHistory { network: times(100), ..none() }, Limit::NetworkSends),
        (SendHistory { block: times(20), ..none() }, Limit::BlockSends),
        (SendHistory { spending: budget_used(90), ..none() }, Limit::SiteBudget),
    ] {
        assert_eq!(limits(&history), [limit]);
    }
}

#[test]
fn what_strangers_did_does_not_stop_a_known_device() {
    let stormed = SendHistory {
        phone: times(10),
        device: Some(vec![]),
        address: times(100),
        network: times(500),
        block: times(500),
        conversion: Conversion { codes: 50, used: 0, oldest: Some(at(-60)) },
        spending: budget_used(99),
        guesses: GuessHistory { is_known: true, ..GuessHistory::default() },
    };
    assert_eq!(limits(&stormed), []);
    assert!(!stormed.spends_of_all(at(0), &SignInPolicy::default()));
    let unknown = SendHistory { device: None, guesses: GuessHistory::default(), ..stormed };
    assert_eq!(limits(&unknown).len(), 7, "each of them stops a stranger: {:?}", limits(&unknown));
}

#[test]
fn an_empty_purse_stops_everybody() {
    let stopped = SendHistory { device: Some(vec![]), spending: budget_used(100), ..SendHistory::default() };
    assert_eq!(limits(&stopped), [Limit::SiteBudget]);
    assert_eq!(wait(&stopped, Limit::SiteBudget), Some(600));
}

#[test]
fn a_known_device_whose_own_budget_is_used_up_takes_from_the_one_of_all() {
    let policy = SignInPolicy::default();
    let own_used = SendHistory { device: Some(times(3)), phone: times(4), ..SendHistory::default() };
    assert_eq!(limits(&own_used), []);
    assert!(own_used.spends_of_all(at(0), &policy));
    let both_used = SendHistory { phone: times(5), ..own_used };
    assert_eq!(limits(&both_used), [Limit::DeviceSends]);
    assert_eq!(wait(&both_used, Limit::DeviceSends), Some(3_600 - 1_000), "until either has room");
}

#[test]
fn a_known_device_climbs_a_ladder_of_its_own() {
    let history =
        SendHistory { device: Some(vec![at(-10)]), phone: vec![at(0); 4], ..SendHistory::default() };
    assert_eq!(wait(&history, Limit::PhoneWait), Some(20));
}

#[test]
fn while_the_site_is_slowed_down_strangers_wait_four_times_as_long() {
    let history = SendHistory { phone: vec![at(0)], spending: budget_used(80), ..SendHistory::default() };
    assert_eq!(wait(&history, Limit::PhoneWait), Some(120));
    let known = SendHistory { device: Some(vec![at(0)]), phone: vec![], ..history.clone() };
    assert_eq!(wait(&known, Limit::PhoneWait), Some(30));
    let record_only = RecordOnly::Only(vec![Limit::SiteBudget]);
    let found = excesses(&history, at(0), &SignInPolicy { record_only, ..SignInPolicy::default() });
    assert_eq!(found.first().and_then(|excess| excess.wait).map(Wait::seconds), Some(30));
}

#[test]
fn a_country_that_is_stopped_by_hand_is_stopped_for_known_devices_too() {
    let iran = RegionCode::parse("IR").unwrap();
    let mut policy = SignInPolicy::default();
    policy.budget.forced_countries.insert(iran, Stage::Stopped);
    let spending = Spending { region: Some(iran), ..Spending::default() };
    for device in [None, Some(vec![])] {
        let history = SendHistory { device, spending, ..SendHistory::default() };
        let found = excesses(&history, at(0), &policy);
        assert_eq!(found.first().map(|excess| excess.limit), Some(Limit::Operator));
    }
}

#[test]
fn no_code_is_sent_that_nobody_may_guess_at() {
    let guesses = GuessHistory { phone: times(10), ..GuessHistory::default() };
    assert_eq!(limits(&SendHistory { guesses, ..SendHistory::default() }), [Limit::PhoneGuesses]);
}

#[test]
fn a_limit_that_only_records_stops_no_known_device_under_another_name() {
    let used_up = SendHistory { phone: times(10), device: Some(times(5)), ..SendHistory::default() };
    assert_eq!(limits(&used_up), [Limit::DeviceSends]);
    let record_only = RecordOnly::Only(vec![Limit::PhoneSends]);
    let policy = SignInPolicy { record_only, ..SignInPolicy::default() };
    assert_eq!(excesses(&used_up, at(0), &policy), []);
}
