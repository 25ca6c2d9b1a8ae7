//! The network a request comes from, as limits and lists know it: never a single address of a block that one person has.

use core::net::{IpAddr, Ipv6Addr};

/// A block of addresses in its normal form: one block has one spelling, so that no spelling makes a new budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientNetwork {
    first: IpAddr,
    prefix: u8,
}

impl ClientNetwork {
    /// What one subscriber has: an IPv4 address, or an IPv6 /64, of which any host may use every address
    /// (GHSA-p6v2-xcpg-h6xw: a limit for single IPv6 addresses limits nobody).
    pub fn of_subscriber(address: IpAddr) -> Self {
        Self::new(address, 32, 64)
    }

    /// What one customer of a provider can easily have: an IPv4 /24 or an IPv6 /48 (RFC 6177 hands sites a /48 to a /56).
    pub fn of_site(address: IpAddr) -> Self {
        Self::new(address, 24, 48)
    }

    fn new(address: IpAddr, prefix_v4: u8, prefix_v6: u8) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(prefix_v4)).unwrap_or(0);
                Self { first: IpAddr::V4((u32::from(address) & mask).into()), prefix: prefix_v4 }
            }
            IpAddr::V6(address) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(prefix_v6)).unwrap_or(0);
                Self { first: IpAddr::V6(Ipv6Addr::from(u128::from(address) & mask)), prefix: prefix_v6 }
            }
        }
    }
}

impl std::fmt::Display for ClientNetwork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.first, self.prefix) {
            (IpAddr::V4(address), 32) => write!(f, "{address}"),
            (first, prefix) => write!(f, "{first}/{prefix}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn subscriber(address: &str) -> String {
        ClientNetwork::of_subscriber(address.parse().unwrap()).to_string()
    }

    fn site(address: &str) -> String {
        ClientNetwork::of_site(address.parse().unwrap()).to_string()
    }

    #[test]
    fn a_subscriber_is_an_ipv4_address_or_an_ipv6_64() {
        assert_eq!(subscriber("203.0.113.7"), "203.0.113.7");
        for spelling in ["2001:db8:1:2::", "2001:DB8:1:2:ffff::1", "2001:0db8:0001:0002:0:0:0:9"] {
            assert_eq!(subscriber(spelling), "2001:db8:1:2::/64", "{spelling}");
        }
        assert_ne!(subscriber("2001:db8:1:3::1"), subscriber("2001:db8:1:2::1"));
    }

    #[test]
    fn a_site_is_an_ipv4_24_or_an_ipv6_48() {
        assert_eq!(site("203.0.113.7"), "203.0.113.0/24");
        assert_eq!(site("2001:db8:1:2::9"), "2001:db8:1::/48");
    }

    #[test]
    fn an_ipv4_address_written_as_ipv6_is_the_ipv4_address() {
        assert_eq!(subscriber("::ffff:203.0.113.7"), "203.0.113.7");
        assert_eq!(site("::ffff:203.0.113.7"), "203.0.113.0/24");
    }

    proptest! {
        #[test]
        fn all_addresses_of_a_64_are_one_subscriber(network in any::<u64>(), hosts in prop::array::uniform2(any::<u64>())) {
            let [one, other] = hosts.map(|host| {
                let address = Ipv6Addr::from((u128::from(network) << 64) | u128::from(host));
                ClientNetwork::of_subscriber(IpAddr::V6(address))
            });
            prop_assume!(network != 0);
            prop_assert_eq!(one, other);
        }
    }
}
