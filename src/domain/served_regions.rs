//! Which countries get codes.

use super::region_code::RegionCode;

/// The countries allow-list: every new country is a new bill and a new target for SMS pumping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ServedRegions {
    /// Every region libphonenumber knows.
    #[default]
    All,
    /// These and no others.
    Only(Vec<RegionCode>),
}

impl ServedRegions {
    /// Reads `all`, or region codes with commas between them; `None` where an entry is no region, or there is none.
    pub fn parse(text: &str) -> Option<Self> {
        if text.trim().eq_ignore_ascii_case("all") {
            return Some(Self::All);
        }
        text.split(',').map(|entry| RegionCode::parse(entry.trim())).collect::<Option<_>>().map(Self::Only)
    }

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
    fn a_list_reads_as_all_or_as_regions() {
        let both = ["IR", "GB"].into_iter().filter_map(RegionCode::parse).collect();
        assert_eq!(ServedRegions::parse(" IR, gb"), Some(ServedRegions::Only(both)));
        assert_eq!(ServedRegions::parse("All"), Some(ServedRegions::All));
        for bad in ["", ",", "IR,", "IR GB", "IR,UK", "all,IR", "98"] {
            assert_eq!(ServedRegions::parse(bad), None, "{bad}");
        }
    }

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
