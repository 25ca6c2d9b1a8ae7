//! Names made with the site's key: of budgets, and of numbers in logs. Whoever reads the database or the log without the
//! key learns no number from them.

use std::net::{IpAddr, Ipv4Addr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    domain::{
        client_network::ClientNetwork,
        known_device::DeviceSecret,
        phone_number::PhoneNumber,
        site_key::{DerivedKey, SiteKey},
        throttle::ThrottleKey,
    },
    server::store::BudgetKeys,
};

/// Digits at the end of a number by which the numbers of a block differ: blocks of a thousand.
const BLOCK_DIGITS: usize = 3;

/// Digits at the end of a number by which the numbers of a prefix differ: ten thousand, as operators get them.
const PREFIX_DIGITS: usize = 4;

/// Makes names.
#[derive(Clone, Debug)]
pub struct KeyedNames {
    key: DerivedKey,
}

impl KeyedNames {
    /// Names under a key derived from the site's.
    pub fn new(site_key: &SiteKey) -> Self {
        Self { key: site_key.derive("mobile-auth throttle v1") }
    }

    /// The names of the budgets that a number and a visitor's address spend from. Visitors without an address share one.
    pub fn budget_keys(&self, phone: &PhoneNumber, address: Option<IpAddr>) -> BudgetKeys {
        let address = address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let without = |digits: usize| {
            let e164 = phone.e164();
            e164.get(..e164.len().saturating_sub(digits)).unwrap_or_default()
        };
        BudgetKeys {
            phone: self.phone(phone),
            block: self.name("block", without(BLOCK_DIGITS)),
            prefix: self.name("prefix", without(PREFIX_DIGITS)),
            address: self.name("address", &ClientNetwork::of_subscriber(address).to_string()),
            network: self.name("network", &ClientNetwork::of_site(address).to_string()),
            known: self.name("known", phone.e164()),
            recovery: self.name("recovery", &ClientNetwork::of_subscriber(address).to_string()),
            opt_out: self.opt_out(phone),
        }
    }

    /// The name of a number's own budgets.
    pub fn phone(&self, phone: &PhoneNumber) -> ThrottleKey {
        self.name("phone", phone.e164())
    }

    /// The name of a number whose owner may have told us to stop.
    pub fn opt_out(&self, phone: &PhoneNumber) -> ThrottleKey {
        self.name("opt out", phone.e164())
    }

    /// A name for the budgets of a browser that was not known before.
    pub fn lane(&self, device: &DeviceSecret) -> ThrottleKey {
        ThrottleKey::new(self.key.authenticate(&[b"device", device.digest().as_bytes()]))
    }

    /// What a log says of a number: the start of a keyed hash, and the last two digits.
    pub fn pseudonym(&self, phone: &PhoneNumber) -> String {
        let [a, b, c, d, ..] = self.key.authenticate(&[b"log", phone.e164().as_bytes()]);
        let e164 = phone.e164();
        let last_two = e164.get(e164.len().saturating_sub(2)..).unwrap_or_default();
        format!("{a:02x}{b:02x}{c:02x}{d:02x}…{last_two}")
    }

    /// What a form calls a session or a device: 22 characters that say nothing of it.
    pub fn handle(&self, kind: &str, name: &[u8]) -> String {
        let whole = self.key.authenticate(&[b"handle", kind.as_bytes(), name]);
        URL_SAFE_NO_PAD.encode(whole.get(..16).unwrap_or_default())
    }

    fn name(&self, kind: &str, what: &str) -> ThrottleKey {
        ThrottleKey::new(self.key.authenticate(&[kind.as_bytes(), what.as_bytes()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(phone: &str, address: &str) -> BudgetKeys {
        let phone = PhoneNumber::parse(phone, None).unwrap();
        KeyedNames::new(&SiteKey::new([7; 32])).budget_keys(&phone, address.parse().ok())
    }

    #[test]
    fn neighbours_share_the_block_and_the_prefix_and_nothing_else() {
        let [one, near, far] =
            ["+989121234567", "+989121234999", "+989121239999"].map(|phone| keys(phone, "192.0.2.1"));
        assert_eq!((one.block, one.prefix), (near.block, near.prefix));
        assert_ne!(one.phone, near.phone);
        assert_ne!(one.block, far.block);
        assert_eq!(one.prefix, far.prefix);
    }

    #[test]
    fn all_addresses_of_an_ipv6_64_share_one_budget_however_they_are_written() {
        let budget = |address| keys("+989121234567", address);
        let first = budget("2001:db8::1");
        for address in ["2001:DB8:0:0:ffff::9", "2001:0db8:0000:0000:0000:0000:0000:0002"] {
            assert_eq!((budget(address).address, budget(address).network), (first.address, first.network));
        }
        assert_ne!(budget("2001:db8:0:1::1").address, first.address);
        assert_eq!(budget("::ffff:192.0.2.1").address, budget("192.0.2.1").address);
        assert_ne!(budget("192.0.2.1").address, budget("192.0.2.2").address);
        assert_eq!(budget("192.0.2.1").network, budget("192.0.2.2").network);
    }

    #[test]
    fn a_pseudonym_shows_two_digits_and_no_more() {
        let phone = PhoneNumber::parse("+989121234567", None).unwrap();
        let pseudonym = KeyedNames::new(&SiteKey::new([7; 32])).pseudonym(&phone);
        assert!(pseudonym.ends_with("…67") && pseudonym.len() == 13, "{pseudonym}");
    }
}
