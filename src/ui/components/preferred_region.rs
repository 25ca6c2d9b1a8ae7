//! Which country a browser's languages speak of.

use axum::http::{HeaderMap, header::ACCEPT_LANGUAGE};

use crate::domain::{region_code::RegionCode, served_regions::ServedRegions};

/// A browser names a handful of languages; whoever sends more is not one.
const LANGUAGES_READ: usize = 20;

/// The first served region among the languages a browser prefers (RFC 9110 §12.5.4): `fa-IR,fa;q=0.9` says Iran.
pub fn preferred_region(headers: &HeaderMap, served: &ServedRegions) -> Option<RegionCode> {
    let languages = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut ranked: Vec<_> = languages.split(',').take(LANGUAGES_READ).filter_map(ranked_region).collect();
    // A stable sort: among equals the browser's order stands.
    ranked.sort_by_key(|&(weight, _)| std::cmp::Reverse(weight));
    ranked.into_iter().map(|(_, region)| region).find(|&region| served.serves(Some(region)))
}

/// `de-AT;q=0.8` is Austria at 800 thousandths.
fn ranked_region(language: &str) -> Option<(u16, RegionCode)> {
    let (tag, parameter) = language.split_once(';').unwrap_or((language, ""));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1000")]
    let weight = match parameter.trim().strip_prefix("q=") {
        Some(weight) => (weight.trim().parse::<f32>().ok()?.clamp(0.0, 1.0) * 1000.0) as u16,
        None => 1000,
    };
    let region = region_of_tag(tag.trim())?;
    (weight > 0).then_some((weight, region))
}

/// The region subtag (RFC 5646): the first two letters after the language, and before any extension.
fn region_of_tag(tag: &str) -> Option<RegionCode> {
    let subtags = tag.split('-').skip(1).take_while(|subtag| subtag.len() > 1);
    let mut letters = subtags.filter(|subtag| subtag.len() == 2);
    letters.next().and_then(RegionCode::parse)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region_of(languages: &str) -> String {
        let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, languages.parse().unwrap())]);
        let region = preferred_region(&headers, &ServedRegions::All);
        region.map(|region| region.to_string()).unwrap_or_default()
    }

    #[test]
    fn the_language_that_is_preferred_decides() {
        for (languages, region) in [
            ("fa-IR,fa;q=0.9,en-US;q=0.8", "IR"),
            ("fa,en-US;q=0.8", "US"),
            ("en-GB;q=0.5, de-AT;q=0.8", "AT"),
            ("de-at", "AT"),
            ("zh-Hant-TW", "TW"),
            ("sr-Latn-RS-x-IR", "RS"),
            ("en-u-rg-gbzzzz", ""),
            ("en", ""),
            ("es-419", ""),
            ("*", ""),
            ("", ""),
            ("en-US;q=0", ""),
            ("en-US;q=x,de-DE;q=0.1", "DE"),
        ] {
            assert_eq!(region_of(languages), region, "{languages}");
        }
    }

    #[test]
    fn a_region_without_service_is_passed_over() {
        let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, "en-US,de-DE;q=0.5".parse().unwrap())]);
        let served = ServedRegions::Only(RegionCode::parse("DE").into_iter().collect());
        assert_eq!(preferred_region(&headers, &served), RegionCode::parse("DE"));
    }
}
