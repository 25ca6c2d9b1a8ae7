//! Which countries get codes.

use super::region_code::RegionCode;

/// The countries allow-list: every new country is a new bill and a new target for SMS pumping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServedRegions {
    /// Every region libphonenumber knows.
    All,
    /// These and no others.
    Only(Vec<RegionCode>),
}

impl ServedRegions {
    /// Whether codes are sent there. A number whose region libphonenumber cannot tell is served by `All` alone.
    pub fn serves(&self, region: Option<RegionCode>) -> bool {
        match self {
            Self::All => true,
            Self::Only(served) => region.is_some_and(|region| served.contains(&region)),
        }
    }

    /// The served regions, in the order of their codes.
    pub fn list(&self) -> Vec<RegionCode> {
        match self {
            Self::All => RegionCode::all(),
            Self::Only(served) => {
                let mut served = served.clone();
                served.sort_unstable();
                served.dedup();
                served
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_regions_are_served() {
        let iran = RegionCode::parse("IR");
        let only_iran = ServedRegions::Only(iran.into_iter().collect());
        assert!(only_iran.serves(iran));
        assert!(!only_iran.serves(RegionCode::parse("GB")));
        assert!(!only_iran.serves(None));
        assert!(ServedRegions::All.serves(None));
    }
}
