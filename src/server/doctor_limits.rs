//! How much of each limit on one number is used, in words for the operator.

use chrono::{DateTime, TimeDelta, Utc};

use super::{doctor::time, operator::spent};
use crate::domain::{
    limit::Limit,
    policy::SignInPolicy,
    send_limits::SendHistory,
    throttle::{Quota, Wait, wait_on_ladder},
};

/// What happened to a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    /// All that the next code to an unknown browser depends on, but for that browser's address.
    pub history: SendHistory,
    /// Codes that browsers asked for which are known for the number.
    pub known: Vec<DateTime<Utc>>,
}

/// One line for each limit on codes to the number, to its block, its country and the site, and on wrong codes.
pub(super) fn limits(standing: &Standing, now: DateTime<Utc>, policy: &SignInPolicy) -> String {
    let Standing { history, known } = standing;
    let teller = Teller { now, policy };
    let (sends, guesses) = (&policy.sends, &policy.guesses);
    let mut said = "Its limits:\n".to_owned();
    for (what, limit, quotas, happened) in [
        ("codes to it", Limit::PhoneSends, &sends.per_phone, &history.phone),
        (
            "codes to it for browsers that signed in with it before",
            Limit::DeviceSends,
            &sends.per_device,
            known,
        ),
        ("codes to its block of 1,000 neighbours", Limit::BlockSends, &sends.per_block, &history.block),
        ("wrong codes for it", Limit::PhoneGuesses, &guesses.per_phone, &history.guesses.phone),
    ] {
        for quota in quotas {
            said.push_str(&teller.quota(what, limit, quota, happened));
        }
    }
    said.push_str(&teller.wait(history));
    said.push_str(&teller.failures(history));
    said.push_str(&teller.conversion(history));
    said.push_str(&teller.budgets(history));
    said.push_str(
        "What an address or a network may ask for is limited besides, wherever a browser asks from.\n",
    );
    said
}

/// What all lines need.
struct Teller<'a> {
    now: DateTime<Utc>,
    policy: &'a SignInPolicy,
}

impl Teller<'_> {
    fn quota(&self, what: &str, limit: Limit, quota: &Quota, happened: &[DateTime<Utc>]) -> String {
        let (used, window) = (quota.used(happened, self.now), of_window(quota.window));
        let until = self.until(quota.wait(happened, self.now));
        self.line(limit, &format!("{what}: {used} of {} in the last {window}{until}", quota.allowed))
    }

    fn wait(&self, history: &SendHistory) -> String {
        let wait = wait_on_ladder(&self.policy.sends.waits, &history.phone, self.now);
        let wait = wait.map_or("over".to_owned(), |wait| format!("not over{}", self.until(Some(wait))));
        self.line(Limit::PhoneWait, &format!("the wait after the last code: {wait}"))
    }

    fn failures(&self, history: &SendHistory) -> String {
        let (failures, most) = (history.guesses.consecutive, self.policy.guesses.consecutive_failures);
        let off = if failures >= most { "; it is switched off: mobile-auth limits reopen" } else { "" };
        let limit = Limit::ConsecutiveFailures;
        self.line(limit, &format!("wrong codes in a row since the last right one: {failures} of {most}{off}"))
    }

    fn conversion(&self, history: &SendHistory) -> String {
        let (conversion, policy) = (history.conversion, &self.policy.conversion);
        let paused = conversion
            .wait(self.now, policy)
            .map_or(String::new(), |wait| format!(", so that it is paused{}", self.until(Some(wait))));
        let words = format!(
            "the last codes to its prefix of 10,000 numbers: {} of {} were used{paused}",
            conversion.used, conversion.codes
        );
        self.line(Limit::Conversion, &words)
    }

    fn budgets(&self, history: &SendHistory) -> String {
        let (spending, policy) = (&history.spending, &self.policy.budget);
        let country = spending.region.map_or("its country".to_owned(), |region| region.to_string());
        let of_country = spent(&country, &spending.country, &policy.country(spending.region));
        let of_site = spent("all countries", &spending.site, &policy.site);
        let lines = [(Limit::CountryBudget, of_country), (Limit::SiteBudget, of_site)];
        lines.map(|(limit, words)| self.line(limit, &words)).concat()
    }

    fn until(&self, wait: Option<Wait>) -> String {
        wait.map_or(String::new(), |wait| format!(", until {}", time(self.now + wait.as_delta())))
    }

    fn line(&self, limit: Limit, words: &str) -> String {
        let only = if self.policy.record_only.covers(limit) { "; it only records" } else { "" };
        format!("- {words} ({}{only}).\n", limit.name())
    }
}

fn of_window(window: TimeDelta) -> String {
    match (window.num_hours(), window.num_minutes()) {
        (1, 60) => "hour".to_owned(),
        (hours, minutes) if hours > 0 && minutes == hours * 60 => format!("{hours} hours"),
        (_, minutes) => format!("{minutes} minutes"),
    }
}

/// What a limit that is reached means, in plain words.
pub(super) fn of_limit(limit: Limit) -> &'static str {
    match limit {
        Limit::PhoneWait => "one waits a while after each code, and longer after each more",
        Limit::PhoneSends => "it got as many codes as a number may",
        Limit::DeviceSends => "browsers that signed in with it before got as many codes as they may",
        Limit::AddressSends | Limit::NetworkSends => {
            "an address or a network asked for as many codes as it may"
        }
        Limit::BlockSends => "its neighbours got as many codes as a block of numbers may",
        Limit::Conversion => {
            "hardly any code to the numbers around it was used, as when somebody earns with them; see mobile-auth limits resume"
        }
        Limit::CountryBudget => "the budget of its country is used up, or nearly",
        Limit::SiteBudget => "the budget of all codes is used up, or nearly",
        Limit::PhoneGuesses => "too many wrong codes were typed for it",
        Limit::DeviceGuesses | Limit::AddressGuesses => "too many wrong codes were typed",
        Limit::ConsecutiveFailures => {
            "too many wrong codes in a row were typed for it; mobile-auth limits reopen opens it"
        }
        Limit::SiteGuesses => "too many wrong codes are typed for all numbers together",
        Limit::Operator => "you closed the site, or its country, by mobile-auth limits",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        budget::Spent, conversion::Conversion, guess_limits::GuessHistory, limit::RecordOnly,
    };

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn said(standing: &Standing, policy: &SignInPolicy) -> String {
        limits(standing, at(600), policy)
    }

    fn has(text: &str, lines: &[&str]) {
        for line in lines {
            assert!(text.lines().any(|one| one == *line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn each_limit_tells_how_much_of_how_much_is_used() {
        let mut history = SendHistory {
            phone: vec![at(560), at(590), at(10)],
            block: vec![at(599)],
            conversion: Conversion { codes: 7, used: 3, oldest: None },
            guesses: GuessHistory { phone: vec![at(1)], consecutive: 2, ..GuessHistory::default() },
            ..SendHistory::default()
        };
        history.spending.site = Spent { in_hour: 9, in_day: 12, ..Spent::default() };
        let text = said(&Standing { history, known: vec![at(500)] }, &SignInPolicy::default());
        has(
            &text,
            &[
                "- codes to it: 2 of 5 in the last hour (phone_sends).",
                "- codes to it: 3 of 10 in the last 24 hours (phone_sends).",
                "- codes to it for browsers that signed in with it before: 0 of 3 in the last hour (device_sends).",
                "- codes to it for browsers that signed in with it before: 1 of 5 in the last 24 hours (device_sends).",
                "- codes to its block of 1,000 neighbours: 1 of 20 in the last hour (block_sends).",
                "- wrong codes for it: 1 of 10 in the last 24 hours (phone_guesses).",
                "- the wait after the last code: over (phone_wait).",
                "- wrong codes in a row since the last right one: 2 of 100 (consecutive_failures).",
                "- the last codes to its prefix of 10,000 numbers: 3 of 7 were used (conversion).",
                "- all countries: 9 of 300 messages in an hour, 12 of 2000 in a day, for 0.00 (3 % of the budget) (site_budget).",
            ],
        );
        assert!(!text.contains("until"), "{text}");
    }

    #[test]
    fn a_limit_that_is_reached_tells_until_when() {
        let history = SendHistory {
            phone: vec![at(599), at(590), at(580), at(570), at(550)],
            conversion: Conversion { codes: 50, used: 0, oldest: Some(at(0)) },
            guesses: GuessHistory { consecutive: 100, ..GuessHistory::default() },
            ..SendHistory::default()
        };
        let text = said(&Standing { history, known: vec![] }, &SignInPolicy::default());
        has(
            &text,
            &[
                "- codes to it: 5 of 5 in the last hour, until 1970-01-01T10:10:00Z (phone_sends).",
                "- codes to it: 5 of 10 in the last 24 hours (phone_sends).",
                "- the wait after the last code: not over, until 1970-01-01T10:04:00Z (phone_wait).",
                "- wrong codes in a row since the last right one: 100 of 100; it is switched off: mobile-auth limits reopen \
                 (consecutive_failures).",
                "- the last codes to its prefix of 10,000 numbers: 0 of 50 were used, so that it is paused, until \
                 1970-01-02T00:00:00Z (conversion).",
            ],
        );
    }

    #[test]
    fn a_limit_that_only_records_says_so() {
        let record_only = RecordOnly::Only(vec![Limit::BlockSends]);
        let text = said(&Standing::default(), &SignInPolicy { record_only, ..SignInPolicy::default() });
        assert_eq!(text.matches("it only records").count(), 1, "{text}");
        assert!(text.contains("(block_sends; it only records)"), "{text}");
    }

    #[test]
    fn windows_are_written_as_people_say_them() {
        for (minutes, words) in [(60, "hour"), (1440, "24 hours"), (10, "10 minutes"), (90, "90 minutes")] {
            assert_eq!(of_window(TimeDelta::minutes(minutes)), words);
        }
    }
}
