//! Every setting there is.

use std::sync::LazyLock;

use super::{
    budget, code, database, limits, log, phone, session, setting::Setting, site, sms, sms_channels,
    sms_senders, test_numbers,
};
use crate::server::sms::registry::PROVIDERS;

/// All of them, in the order of the file; neighbours of one section stand together.
pub static KNOWN: LazyLock<Vec<&'static Setting>> = LazyLock::new(|| {
    let of_providers = PROVIDERS.iter().flat_map(|kind| kind.settings);
    let all = BEFORE.iter().chain(of_providers).chain(sms_channels::OF_PROVIDERS).chain(AFTER);
    by_section(&all.copied().collect::<Vec<_>>())
});

/// Sections stay where their first setting stands, and settings in the order of their section.
fn by_section(settings: &[&'static Setting]) -> Vec<&'static Setting> {
    let place = |setting: &&Setting| settings.iter().position(|other| other.section == setting.section);
    let mut sorted = settings.to_vec();
    sorted.sort_by_key(place);
    sorted
}

/// Those before the providers' own.
const BEFORE: &[&Setting] = &[
    &site::ENVIRONMENT,
    &site::URL,
    &site::NAME,
    &site::BRAND_COLOUR,
    &site::LOGO_URL,
    &site::HELP_URL,
    &site::SECRET_KEY,
    &site::SECRET_KEY_FILE,
    &site::TRUSTED_PROXIES,
    &site::ALLOW_DEVELOPMENT_SMS,
    &database::URL,
    &sms::PROVIDER,
    &sms::FALLBACK,
    &sms::ROUTES,
    &sms::RETRY_UNKNOWN,
    &sms::LANGUAGES,
    &sms_senders::SENDERS,
    &sms_channels::CALL,
    &sms_channels::CALL_COUNTRIES,
    &sms_channels::WHATSAPP,
    &test_numbers::TEST_NUMBERS,
    &test_numbers::TEST_NUMBERS_UNTIL,
    &test_numbers::ALLOW_TEST_NUMBERS,
];

/// Those after them.
const AFTER: &[&Setting] = &[
    &phone::COUNTRIES,
    &phone::DEFAULT_REGION,
    &code::LIFETIME_SECONDS,
    &code::GUESSES,
    &code::CHALLENGE_LIFETIME_SECONDS,
    &code::RESEND_WAITS_SECONDS,
    &limits::SENDS_PER_HOUR,
    &limits::SENDS_PER_DAY,
    &limits::DEVICE_SENDS,
    &limits::ADDRESS_SENDS,
    &limits::NETWORK_SENDS,
    &limits::BLOCK_SENDS,
    &limits::WRONG_GUESSES,
    &limits::DEVICE_WRONG_GUESSES,
    &limits::ADDRESS_WRONG_GUESSES,
    &limits::CONSECUTIVE_FAILURES,
    &limits::RECORD_ONLY,
    &budget::SENDS_PER_HOUR,
    &budget::SENDS_PER_DAY,
    &budget::COST_PER_DAY,
    &budget::COUNTRY_SENDS_PER_DAY,
    &budget::COUNTRY_COST_PER_DAY,
    &budget::PRICE,
    &budget::PRICES,
    &budget::CALL_PRICE,
    &budget::CALL_PRICES,
    &budget::WHATSAPP_PRICE,
    &budget::LEAST_USED_PERCENT,
    &budget::WRONG_GUESSES_WARNED,
    &budget::WRONG_GUESSES_SLOW,
    &session::IDLE_DAYS,
    &session::ABSOLUTE_DAYS,
    &log::FORMAT,
    &log::FILTER,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_settings_share_a_variable() {
        let mut names: Vec<String> = KNOWN.iter().map(|setting| setting.variable()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), KNOWN.len());
    }

    #[test]
    fn the_settings_of_a_section_stand_together_and_none_is_lost() {
        let mut sections: Vec<&str> = KNOWN.iter().map(|setting| setting.section).collect();
        sections.dedup();
        assert_eq!(sections.len(), sections.iter().collect::<BTreeSet<_>>().len(), "{sections:?}");
        let of_providers: usize = PROVIDERS.iter().map(|kind| kind.settings.len()).sum();
        assert_eq!(KNOWN.len(), BEFORE.len() + of_providers + sms_channels::OF_PROVIDERS.len() + AFTER.len());
    }
}
