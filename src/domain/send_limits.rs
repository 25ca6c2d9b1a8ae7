//! Whether another code may be sent: every limit, as arithmetic on what happened and what time it is.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    budget::{Spending, Stage},
    conversion::Conversion,
    guess_limits::{self, GuessHistory},
    limit::{Excess, Limit},
    policy::SignInPolicy,
    throttle::{Wait, wait_for_all, wait_on_ladder},
};

/// How much longer unknown devices wait between codes while the site is slowed down.
const SLOW_FACTOR: i32 = 4;

/// When a budget is used up, something may have changed after this: tallies leave the window in steps of ten minutes.
const BUDGET_WAIT: TimeDelta = TimeDelta::minutes(10);

/// What happened before, as far as the next code depends on it. Times in any order.
#[derive(Clone, Debug, Default)]
pub struct SendHistory {
    /// Codes to the number that unknown devices asked for.
    pub phone: Vec<DateTime<Utc>>,
    /// Codes to the number that this browser asked for, if it is known for the number.
    pub device: Option<Vec<DateTime<Utc>>>,
    /// Codes that the subscriber asked for.
    pub address: Vec<DateTime<Utc>>,
    /// Codes that the subscriber's site asked for.
    pub network: Vec<DateTime<Utc>>,
    /// Codes to the number's block.
    pub block: Vec<DateTime<Utc>>,
    /// How codes to the number's prefix were used.
    pub conversion: Conversion,
    /// What was spent, and how many guesses were wrong everywhere.
    pub spending: Spending,
    /// Wrong guesses: a code that nobody may guess at need not be sent.
    pub guesses: GuessHistory,
}

impl SendHistory {
    /// Whether the browser is known for the number.
    pub fn is_known(&self) -> bool {
        self.device.is_some()
    }

    /// Whether the code is taken from the budget that unknown devices share: always theirs, a known device's when its own
    /// is used up.
    pub fn spends_of_all(&self, now: DateTime<Utc>, policy: &SignInPolicy) -> bool {
        self.device.as_ref().is_none_or(|sends| wait_for_all(&policy.sends.per_device, sends, now).is_some())
    }
}

/// Every limit that another code now would be over. Those that only record are among them, but slow nobody down.
pub fn excesses(history: &SendHistory, now: DateTime<Utc>, policy: &SignInPolicy) -> Vec<Excess> {
    let mut found = match &history.device {
        Some(sends) => of_known_device(history, sends, now, policy),
        None => of_unknown_device(history, now, policy),
    };
    found.extend(guess_limits::excesses(&history.guesses, now, &policy.guesses));
    found
}

/// A known device has a budget of its own and, beyond that, the one of everybody. What strangers do from its network, to
/// its number or to the number's neighbours does not stop it; only an empty purse does.
fn of_known_device(
    history: &SendHistory,
    sends: &[DateTime<Utc>],
    now: DateTime<Utc>,
    policy: &SignInPolicy,
) -> Vec<Excess> {
    let own = wait_for_all(&policy.sends.per_device, sends, now);
    // A limit that only records must not refuse under another one's name either.
    let refusing = |limit, wait: Option<Wait>| wait.filter(|_| !policy.record_only.covers(limit));
    let of_all = || {
        let ladder = wait_on_ladder(&policy.sends.waits, &history.phone, now);
        let quotas = wait_for_all(&policy.sends.per_phone, &history.phone, now);
        refusing(Limit::PhoneWait, ladder).max(refusing(Limit::PhoneSends, quotas))
    };
    let both = own.and_then(|own| of_all().map(|of_all| own.min(of_all)));
    let waits = [
        (Limit::PhoneWait, wait_on_ladder(&policy.sends.waits, sends, now)),
        (Limit::DeviceSends, both),
        (Limit::SiteBudget, stopped(history.spending.site_stage(&policy.budget), now)),
        (Limit::CountryBudget, stopped(history.spending.country_stage(&policy.budget), now)),
        (Limit::Operator, stopped(history.spending.forced_stage(&policy.budget), now)),
    ];
    over(waits)
}

fn of_unknown_device(history: &SendHistory, now: DateTime<Utc>, policy: &SignInPolicy) -> Vec<Excess> {
    let (sends, spending) = (&policy.sends, &history.spending);
    let factor = if spending.is_slow(&policy.budget, &policy.record_only) { SLOW_FACTOR } else { 1 };
    let waits: Vec<_> = sends.waits.iter().map(|&wait| wait * factor).collect();
    over([
        (Limit::PhoneWait, wait_on_ladder(&waits, &history.phone, now)),
        (Limit::PhoneSends, wait_for_all(&sends.per_phone, &history.phone, now)),
        (Limit::AddressSends, wait_for_all(&sends.per_address, &history.address, now)),
        (Limit::NetworkSends, wait_for_all(&sends.per_network, &history.network, now)),
        (Limit::BlockSends, wait_for_all(&sends.per_block, &history.block, now)),
        (Limit::Conversion, history.conversion.wait(now, &policy.conversion)),
        (Limit::SiteBudget, closed(spending.site_stage(&policy.budget), now)),
        (Limit::CountryBudget, closed(spending.country_stage(&policy.budget), now)),
        (Limit::SiteGuesses, closed(spending.guess_stage(&policy.budget), now)),
        (Limit::Operator, closed(spending.forced_stage(&policy.budget), now)),
    ])
}

fn over<const N: usize>(waits: [(Limit, Option<Wait>); N]) -> Vec<Excess> {
    waits
        .into_iter()
        .filter_map(|(limit, wait)| wait.map(|wait| Excess { limit, wait: Some(wait) }))
        .collect()
}

fn stopped(stage: Stage, now: DateTime<Utc>) -> Option<Wait> {
    (stage == Stage::Stopped).then(|| Wait::until(now + BUDGET_WAIT, now)).flatten()
}

fn closed(stage: Stage, now: DateTime<Utc>) -> Option<Wait> {
    (stage >= Stage::KnownDevicesOnly).then(|| Wait::until(now + BUDGET_WAIT, now)).flatten()
}

#[cfg(test)]
#[path = "send_limits_tests.rs"]
mod tests;
