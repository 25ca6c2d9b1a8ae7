//! Every provider of text messages: one line each. Whatever else there is to know of one stands in its own file.

use super::{
    bird, console, http_template, infobip, kavenegar, outbox, plivo, provider::ProviderKind, smpp, sns,
    telnyx, twilio, vonage,
};
use crate::domain::sms_route::ProviderName;

/// In the order of the configuration file.
pub static PROVIDERS: &[&ProviderKind] = &[
    &console::KIND,
    &outbox::KIND,
    &http_template::KIND,
    &twilio::KIND,
    &vonage::KIND,
    &bird::KIND,
    &plivo::KIND,
    &telnyx::KIND,
    &infobip::KIND,
    &kavenegar::KIND,
    &sns::KIND,
    &smpp::KIND,
];

/// Who delivers where the operator names nobody: the terminal, so that a clone runs without any setting.
pub const DEFAULT: ProviderName = console::NAME;

/// The provider of that name.
pub fn find(name: &str) -> Option<&'static ProviderKind> {
    PROVIDERS.iter().find(|kind| kind.name.name() == name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_found_by_its_name_and_no_two_share_one() {
        for kind in PROVIDERS {
            let found = find(kind.name.name()).unwrap();
            assert!(std::ptr::eq(*kind, found), "{:?} and {:?}", kind.name, found);
        }
        assert!(find("pigeon").is_none() && find("").is_none());
    }

    #[test]
    fn a_name_fits_a_section_a_route_and_a_path() {
        for kind in PROVIDERS {
            let name = kind.name.name();
            assert!(!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase()), "{name}");
        }
    }
}
