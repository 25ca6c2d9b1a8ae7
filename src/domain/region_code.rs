//! Countries and territories as libphonenumber knows them.

use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};

/// An ISO 3166-1 alpha-2 code of a region that libphonenumber has numbers for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RegionCode(Region);

impl RegionCode {
    /// Reads a code in either case. `None`: not two letters, or no region with telephone numbers.
    pub fn parse(text: &str) -> Option<Self> {
        let region = Region::try_from(text.trim()).ok()?;
        PHONE_NUMBER_UTIL.get_country_code_for_region(region).map(|_| Self(region))
    }

    /// All regions, in the order of their codes.
    pub fn all() -> Vec<Self> {
        let mut regions: Vec<_> = PHONE_NUMBER_UTIL.get_supported_regions().map(Self).collect();
        regions.sort_unstable();
        regions
    }

    /// The country calling code without its plus sign: 98 for Iran.
    pub fn calling_code(self) -> u16 {
        let code = PHONE_NUMBER_UTIL.get_country_code_for_region(self.0);
        code.and_then(|code| u16::try_from(code).ok()).unwrap_or_default()
    }

    /// Whether it is a country or a territory: the numbers of satellite phones are in the region `001`, the world.
    pub fn is_country(self) -> bool {
        PHONE_NUMBER_UTIL.get_country_code_for_region(self.0).is_some()
    }

    pub(super) fn from_library(region: Region) -> Self {
        Self(region)
    }

    pub(super) fn to_library(self) -> Region {
        self.0
    }
}

impl std::fmt::Display for RegionCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.as_region_str().as_str())
    }
}

impl std::fmt::Debug for RegionCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_read_in_either_case_with_its_calling_code() {
        for (text, calling_code) in [("IR", 98), ("gb", 44), (" us ", 1), ("CA", 1), ("KZ", 7)] {
            assert_eq!(RegionCode::parse(text).map(RegionCode::calling_code), Some(calling_code), "{text}");
        }
    }

    #[test]
    fn what_has_no_telephone_numbers_is_no_region() {
        for text in ["", "I", "IRN", "XX", "ZZ", "001", "98", "I\u{0}", "ایران"] {
            assert_eq!(RegionCode::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn all_regions_have_a_calling_code_and_read_back() {
        let regions = RegionCode::all();
        assert!(regions.len() > 240, "{} regions", regions.len());
        for region in regions {
            assert!(region.calling_code() > 0);
            assert_eq!(RegionCode::parse(&region.to_string()), Some(region));
        }
    }
}
