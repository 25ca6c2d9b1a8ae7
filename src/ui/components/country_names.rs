//! What countries are called, by the Unicode CLDR.

use std::sync::LazyLock;

use icu_experimental::displaynames::{DisplayNamesOptions, multi::RegionDisplayNames};
use icu_locale_core::{locale, subtags::Region};

use crate::domain::region_code::RegionCode;

/// A country of the list.
#[derive(Debug)]
pub struct Country {
    /// Its code.
    pub region: RegionCode,
    /// Its name in English.
    pub name: String,
    /// Its calling code, without the plus sign.
    pub calling_code: u16,
}

/// All countries by name. Made once: finding and sorting 245 names for each page would cost more than the page.
static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    // The names of English are compiled in; were they missing, each country would be listed by its code.
    let names = RegionDisplayNames::try_new(locale!("en").into(), DisplayNamesOptions::default()).ok();
    let name = |region: RegionCode| {
        let code = region.to_string();
        let found = Region::try_from_str(&code).ok().and_then(|region| names.as_ref()?.of(region));
        found.map_or(code.clone(), str::to_owned)
    };
    let country =
        |region: RegionCode| Country { region, name: name(region), calling_code: region.calling_code() };
    let mut countries: Vec<_> = RegionCode::all().into_iter().map(country).collect();
    countries.sort_unstable_by_key(|country| sort_key(&country.name));
    countries
});

/// All countries, sorted by name.
pub fn countries() -> &'static [Country] {
    &COUNTRIES
}

/// What a country is called.
pub fn country_name(region: RegionCode) -> &'static str {
    COUNTRIES.iter().find(|country| country.region == region).map_or("", |country| &country.name)
}

/// Åland stands at A: people look a name up without its marks.
fn sort_key(name: &str) -> String {
    let plain = |letter| match letter {
        'Å' => 'A',
        'ã' | 'á' => 'a',
        'ç' => 'c',
        'é' => 'e',
        'í' => 'i',
        'ñ' => 'n',
        'ô' => 'o',
        'ü' => 'u',
        _ => letter,
    };
    name.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_has_a_name() {
        assert!(countries().len() > 240);
        for country in countries() {
            assert_ne!(country.name, country.region.to_string());
        }
    }

    #[test]
    fn the_list_is_in_the_order_of_the_names_people_look_for() {
        let names: Vec<_> = countries().iter().map(|country| country.name.as_str()).collect();
        let place = |name| names.iter().position(|other| *other == name).unwrap();
        assert!(place("Afghanistan") < place("Åland Islands"));
        assert!(place("Åland Islands") < place("Albania"));
        assert!(place("Côte d’Ivoire") < place("Croatia"));
        assert_eq!(names.first(), Some(&"Afghanistan"));
        assert_eq!(names.last(), Some(&"Zimbabwe"));
    }
}
