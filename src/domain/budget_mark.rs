//! When the operator is warned that a budget runs out.

use super::{
    budget::{Budget, BudgetPolicy, Spending, Spent},
    cost::Cost,
    limit::Limit,
};

/// Shares of a budget, in hundredths, at which the operator is warned.
pub const WARNED_AT: [u64; 3] = [50, 80, 100];

/// What a budget is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetPart {
    /// Messages in an hour.
    SendsInHour,
    /// Messages in 24 hours.
    SendsInDay,
    /// Money in 24 hours.
    CostInDay,
}

impl BudgetPart {
    /// In the order of [`Budget`].
    const ALL: [Self; 3] = [Self::SendsInHour, Self::SendsInDay, Self::CostInDay];

    /// The stable name, for the log; the setting's.
    pub fn name(self) -> &'static str {
        match self {
            Self::SendsInHour => "sends_per_hour",
            Self::SendsInDay => "sends_per_day",
            Self::CostInDay => "cost_per_day",
        }
    }
}

/// A mark of [`WARNED_AT`] that a message passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkPassed {
    /// Whose budget: the site's or the country's.
    pub limit: Limit,
    /// Which of its parts.
    pub part: BudgetPart,
    /// The mark, in hundredths of the budget.
    pub percent: u64,
}

impl Spending {
    /// The marks of [`WARNED_AT`] that one more message of this price passes.
    pub fn marks_passed(&self, price: Cost, policy: &BudgetPolicy) -> Vec<MarkPassed> {
        let scopes = [
            (Limit::SiteBudget, policy.site, self.site),
            (Limit::CountryBudget, policy.country(self.region), self.country),
        ];
        let passed = |(limit, budget, spent): (Limit, Budget, Spent)| {
            let marks = marks(&budget, &spent, &spent.and_one_of(price));
            marks.into_iter().map(move |(part, percent)| MarkPassed { limit, part, percent })
        };
        scopes.into_iter().flat_map(passed).collect()
    }
}

/// The marks that its parts pass on the way from one sum to another. Each part by itself: a full hour must not hide that the day's
/// money runs out.
fn marks(budget: &Budget, before: &Spent, after: &Spent) -> Vec<(BudgetPart, u64)> {
    let shares = budget.shares(before).into_iter().zip(budget.shares(after));
    let passed = |(part, (before, after)): (BudgetPart, (Option<u64>, Option<u64>))| {
        mark_passed(before?, after?).map(|mark| (part, mark))
    };
    BudgetPart::ALL.into_iter().zip(shares).filter_map(passed).collect()
}

/// The highest mark of [`WARNED_AT`] that a budget's use has passed on the way from one share to another.
fn mark_passed(before: u64, after: u64) -> Option<u64> {
    WARNED_AT.into_iter().filter(|&mark| before < mark && mark <= after).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_hour_does_not_hide_that_the_days_money_runs_out() {
        let money = Cost::parse("10").unwrap();
        let site = Budget { per_hour: Some(100), per_day: Some(1_000), cost_per_day: Some(money) };
        let policy = BudgetPolicy { site, ..BudgetPolicy::default() };
        let spent = Spent { in_hour: 60, in_day: 499, cost_in_day: Cost::parse("7.99").unwrap() };
        let spending = Spending { site: spent, ..Spending::default() };
        let passed = spending.marks_passed(Cost::parse("0.05").unwrap(), &policy);
        let mark = |part, percent| MarkPassed { limit: Limit::SiteBudget, part, percent };
        assert_eq!(passed, [mark(BudgetPart::SendsInDay, 50), mark(BudgetPart::CostInDay, 80)]);
    }

    #[test]
    fn each_mark_is_told_when_it_is_passed_and_not_again() {
        assert_eq!(mark_passed(49, 50), Some(50));
        assert_eq!(mark_passed(50, 51), None);
        assert_eq!(mark_passed(10, 85), Some(80));
        assert_eq!(mark_passed(99, 100), Some(100));
        assert_eq!(mark_passed(100, 101), None);
        assert_eq!(mark_passed(80, 20), None);
    }
}
