//! What messages cost, in the operator's currency.

/// An amount of money in millionths of the currency's unit: a message often costs less than its smallest coin. Sums
/// saturate: a budget is then used up, which is the safe side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost(u64);

const MILLIONTHS: u64 = 1_000_000;
const DECIMALS: usize = 6;

impl Cost {
    /// Reads `0.0075`, `12` or `12.5`: digits with at most six decimals.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(whole) || !are_digits(decimals) || decimals.len() > DECIMALS {
            return None;
        }
        let whole: u64 = whole.parse().ok()?;
        let decimals: u64 = format!("{decimals:0<DECIMALS$}").parse().ok()?;
        whole.checked_mul(MILLIONTHS)?.checked_add(decimals).map(Self)
    }

    /// From what a store kept.
    pub fn from_millionths(millionths: u64) -> Self {
        Self(millionths)
    }

    /// For a store to keep.
    pub fn millionths(self) -> u64 {
        self.0
    }
}

impl std::fmt::Display for Cost {
    /// At least two decimals, as money is written: `12.50`, `0.0075`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let decimals = format!("{:06}", self.0 % MILLIONTHS);
        let (coins, rest) = decimals.split_at_checked(2).unwrap_or((&decimals, ""));
        write!(f, "{}.{coins}{}", self.0 / MILLIONTHS, rest.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_and_written_as_people_do() {
        for (text, millionths, shown) in [
            ("0.05", 50_000, "0.05"),
            ("12", 12_000_000, "12.00"),
            ("12.5", 12_500_000, "12.50"),
            ("0.0075", 7_500, "0.0075"),
            ("0.000001", 1, "0.000001"),
        ] {
            let cost = Cost::parse(text).unwrap();
            assert_eq!((cost.millionths(), cost.to_string().as_str()), (millionths, shown), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1,5",
            "0.0000001",
            "1e3",
            "99999999999999999999",
            "1.2.3",
            " 1",
        ] {
            assert_eq!(Cost::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_amount_reads_back(millionths in any::<u64>()) {
            let cost = Cost::from_millionths(millionths);
            prop_assert_eq!(Cost::parse(&cost.to_string()), Some(cost));
        }
    }
}
