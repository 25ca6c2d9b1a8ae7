use super::*;

fn spending(in_day: u64) -> Spending {
    Spending { site: Spent { in_day, ..Spent::default() }, ..Spending::default() }
}

fn wrong(in_day: u64, usual_in_day: u64) -> Spending {
    Spending { wrong_guesses: WrongGuesses { in_hour: 0, in_day, usual_in_day }, ..Spending::default() }
}

#[test]
fn an_emptying_purse_slows_then_serves_known_devices_then_stops() {
    let policy = BudgetPolicy::default();
    for (in_day, stage) in [
        (0, Stage::Open),
        (1_599, Stage::Open),
        (1_600, Stage::Slow),
        (1_799, Stage::Slow),
        (1_800, Stage::KnownDevicesOnly),
        (1_999, Stage::KnownDevicesOnly),
        (2_000, Stage::Stopped),
        (u64::MAX, Stage::Stopped),
    ] {
        assert_eq!(spending(in_day).site_stage(&policy), stage, "{in_day} messages");
    }
}

#[test]
fn the_fullest_part_of_a_budget_counts() {
    let budget = Budget { per_hour: Some(100), per_day: Some(1_000), cost_per_day: Cost::parse("10") };
    let spent = |in_hour, in_day, cost| Spent { in_hour, in_day, cost_in_day: Cost::parse(cost).unwrap() };
    assert_eq!(budget.used_percent(&spent(10, 100, "1")), 10);
    assert_eq!(budget.used_percent(&spent(60, 100, "1")), 60);
    assert_eq!(budget.used_percent(&spent(10, 700, "1")), 70);
    assert_eq!(budget.used_percent(&spent(10, 100, "9.99")), 99);
    assert_eq!(
        Budget::default().used_percent(&spent(u64::MAX, u64::MAX, "1")),
        0,
        "no budget is never used up"
    );
    let nothing = Budget { per_day: Some(0), ..Budget::default() };
    assert_eq!(nothing.used_percent(&Spent::default()), 100);
}

#[test]
fn a_country_has_a_budget_and_a_price_of_its_own() {
    let [iran, britain] = ["IR", "GB"].map(|code| RegionCode::parse(code).unwrap());
    let policy = BudgetPolicy {
        countries: [(iran, Budget { per_day: Some(10), ..Budget::default() })].into(),
        prices: [(iran, Cost::parse("0.2").unwrap())].into(),
        ..BudgetPolicy::default()
    };
    let to = |region| Spending {
        country: Spent { in_day: 10, ..Spent::default() },
        region: Some(region),
        ..Spending::default()
    };
    assert_eq!(to(iran).country_stage(&policy), Stage::Stopped);
    assert_eq!(to(britain).country_stage(&policy), Stage::Open);
    assert_eq!(policy.price_to(Some(iran)), Cost::parse("0.2").unwrap());
    assert_eq!(policy.price_to(Some(britain)), policy.price);
    assert_eq!(policy.price_to(None), policy.price);
}

#[test]
fn the_operators_word_goes_before_the_rules() {
    let iran = RegionCode::parse("IR").unwrap();
    let open = BudgetPolicy { forced: Some(Stage::Open), ..BudgetPolicy::default() };
    assert_eq!(spending(9_999).site_stage(&open), Stage::Open);
    assert_eq!(wrong(99_999, 0).guess_stage(&open), Stage::Open);
    let closed =
        BudgetPolicy { forced_countries: [(iran, Stage::Stopped)].into(), ..BudgetPolicy::default() };
    let to_iran = Spending { region: Some(iran), ..Spending::default() };
    assert_eq!(to_iran.forced_stage(&closed), Stage::Stopped);
    let tightened = BudgetPolicy { forced: Some(Stage::Slow), ..BudgetPolicy::default() };
    assert_eq!(
        spending(9_999).site_stage(&tightened),
        Stage::Stopped,
        "a word that tightens loosens nothing"
    );
    assert_eq!(wrong(99_999, 0).guess_stage(&tightened), Stage::KnownDevicesOnly);
    assert!(!RecordOnly::Everything.covers(Limit::Operator), "the brake always works");
}

#[test]
fn many_wrong_guesses_at_all_numbers_slow_strangers_down_and_never_stop_known_devices() {
    let policy = BudgetPolicy::default();
    for (in_day, usual, stage) in [
        (999, 0, Stage::Open),
        (1_000, 0, Stage::Slow),
        (2_000, 0, Stage::KnownDevicesOnly),
        (u64::MAX, 0, Stage::KnownDevicesOnly),
        (1_499, 500, Stage::Open),
        (1_500, 500, Stage::Slow),
        (3_000, 500, Stage::KnownDevicesOnly),
    ] {
        assert_eq!(wrong(in_day, usual).guess_stage(&policy), stage, "{in_day} with {usual} as usual");
    }
}

#[test]
fn a_budget_that_only_records_slows_nobody() {
    let policy = BudgetPolicy::default();
    assert!(spending(1_600).is_slow(&policy, &RecordOnly::Nothing));
    assert!(!spending(1_600).is_slow(&policy, &RecordOnly::Only(vec![Limit::SiteBudget])));
    assert!(!spending(1_599).is_slow(&policy, &RecordOnly::Nothing));
}
