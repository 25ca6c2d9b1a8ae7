//! Every setting there is, in the order of the file.

use super::{
    budget, code, database, limits, log, phone, session, setting::Setting, site, sms, sms_http, sms_providers,
};

/// Neighbours of one section stand together.
pub const KNOWN: &[&Setting] = &[
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
    &sms::OUTBOX_PATH,
    &sms_http::METHOD,
    &sms_http::URL,
    &sms_http::HEADERS,
    &sms_http::BODY,
    &sms_http::BODY_FORMAT,
    &sms_http::SECRET,
    &sms_http::SECRET_FILE,
    &sms_http::ACCEPTED_STATUS,
    &sms_http::ACCEPTED_TEXT,
    &sms_http::REFUSED_TEXT,
    &sms_http::REJECTED_TEXT,
    &sms_http::MESSAGE_ID,
    &sms_providers::TWILIO_URL,
    &sms_providers::TWILIO_ACCOUNT_SID,
    &sms_providers::TWILIO_AUTH_TOKEN,
    &sms_providers::TWILIO_AUTH_TOKEN_FILE,
    &sms_providers::TWILIO_FROM,
    &sms_providers::VONAGE_URL,
    &sms_providers::VONAGE_API_KEY,
    &sms_providers::VONAGE_API_SECRET,
    &sms_providers::VONAGE_API_SECRET_FILE,
    &sms_providers::VONAGE_FROM,
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
    use super::*;

    #[test]
    fn no_two_settings_share_a_variable() {
        let mut names: Vec<String> = KNOWN.iter().map(|setting| setting.variable()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), KNOWN.len());
    }
}
