//! What handing a message over came to, with everybody who was asked on the way.

use crate::domain::{sms_outcome::SmsOutcome, sms_route::ProviderName};

/// The longest reason that is kept, in characters: 400, two causes of ours with their providers' names.
const REASON_MAX_CHARACTERS: usize = 400;

/// What one provider said of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Try {
    /// Who was asked.
    pub provider: ProviderName,
    /// What it said.
    pub outcome: SmsOutcome,
}

/// What came of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// What stands.
    pub outcome: SmsOutcome,
    /// Who was asked, in this order; nobody where that is not known, or where it went to nobody.
    pub tries: Vec<Try>,
}

impl From<SmsOutcome> for Handover {
    fn from(outcome: SmsOutcome) -> Self {
        Self { outcome, tries: Vec::new() }
    }
}

impl Handover {
    /// Whose word stands, where that is known.
    pub fn provider(&self) -> Option<ProviderName> {
        if let SmsOutcome::Accepted { by: Some(provider), .. } = self.outcome {
            return Some(provider);
        }
        self.tries.iter().rev().find(|asked| asked.outcome == self.outcome).map(|asked| asked.provider)
    }

    /// Why it did not go, or not by the first one that was asked, in words of ours; empty where nothing went wrong.
    pub fn reason(&self) -> String {
        let said = |asked: &Try| why(&asked.outcome).map(|why| format!("{}: {why}", asked.provider.name()));
        let reasons: Vec<_> = self.tries.iter().filter_map(said).collect();
        let whole = match reasons[..] {
            [] => why(&self.outcome).unwrap_or_default(),
            _ => reasons.join("; "),
        };
        whole.chars().take(REASON_MAX_CHARACTERS).collect()
    }
}

fn why(outcome: &SmsOutcome) -> Option<String> {
    match outcome {
        SmsOutcome::Accepted { .. } => None,
        SmsOutcome::Rejected(rejection) => Some(rejection.explanation().to_owned()),
        SmsOutcome::TryElsewhere(cause) | SmsOutcome::Unknown(cause) => Some(cause.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sms_outcome::Rejection;

    fn handover(tries: &[(ProviderName, SmsOutcome)], outcome: &SmsOutcome) -> Handover {
        let asked =
            |(provider, outcome): &(_, SmsOutcome)| Try { provider: *provider, outcome: outcome.clone() };
        Handover { outcome: outcome.clone(), tries: tries.iter().map(asked).collect() }
    }

    #[test]
    fn the_provider_is_the_one_whose_word_stands_and_the_reason_tells_what_the_others_said() {
        const ONE: ProviderName = ProviderName::new("one");
        const OTHER: ProviderName = ProviderName::new("other");
        let [refused, unknown] = [SmsOutcome::elsewhere("no money"), SmsOutcome::unknown("silence")];
        let [taken, rejected] =
            [SmsOutcome::accepted(None).told_by(OTHER), SmsOutcome::Rejected(Rejection::BadNumber)];
        for (tries, outcome, provider, reason) in [
            (vec![(OTHER, taken.clone())], &taken, Some(OTHER), ""),
            (vec![(ONE, refused.clone()), (OTHER, taken.clone())], &taken, Some(OTHER), "one: no money"),
            (
                vec![(ONE, unknown.clone()), (OTHER, refused.clone())],
                &unknown,
                Some(ONE),
                "one: silence; other: no money",
            ),
            (
                vec![(ONE, rejected.clone())],
                &rejected,
                Some(ONE),
                "one: there is no such number, or it takes no text messages",
            ),
            (vec![], &refused, None, "no money"),
        ] {
            let handover = handover(&tries, outcome);
            assert_eq!((handover.provider(), &*handover.reason()), (provider, reason));
        }
    }

    #[test]
    fn a_reason_has_a_bound() {
        let long = Handover::from(SmsOutcome::elsewhere("é".repeat(1000)));
        assert_eq!(long.reason().chars().count(), REASON_MAX_CHARACTERS);
    }
}
