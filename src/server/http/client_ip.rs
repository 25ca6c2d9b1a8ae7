//! Who a request comes from.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// The one header that is believed. Were `Forwarded` believed too, a visitor could choose their address behind a proxy
/// that appends to this one and hands the other through.
const HEADER: &str = "x-forwarded-for";

/// The client's address: the peer's, unless the peer is a trusted proxy; then the right-most hop of `X-Forwarded-For`
/// that is not one. What stands left of that hop was written by the client, who may write anything.
///
/// A hop that is no address (`unknown`) ends the search: the proxy that wrote it is the last that is known. When all
/// hops are trusted, the left-most is the client.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut client = peer.to_canonical();
    // Several lines count as one, in their order (RFC 9110, section 5.3).
    let lines = headers.get_all(HEADER).into_iter().collect::<Vec<_>>();
    let hops = lines.into_iter().rev().flat_map(|line| line.as_bytes().rsplit(|&byte| byte == b','));
    for hop in hops {
        if !is_trusted(client) {
            break;
        }
        let Some(address) = std::str::from_utf8(hop).ok().and_then(address) else { break };
        client = address;
    }
    client
}

/// An address, perhaps with a port or in brackets, as proxies write it.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let with_port = || hop.parse::<SocketAddr>().ok().map(|address| address.ip());
    bare.parse::<IpAddr>().ok().or_else(with_port).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(peer: &str, lines: &[&str]) -> String {
        let trusted = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap());
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(HEADER, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        headers.insert("forwarded", HeaderValue::from_static("for=6.6.6.6"));
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_direct_visitor_cannot_choose_their_address() {
        assert_eq!(client("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(client("203.0.113.9", &["10.0.0.1"]), "203.0.113.9");
    }

    #[test]
    fn behind_proxies_the_right_most_untrusted_hop_is_the_client() {
        for (lines, expected) in [
            (&["198.51.100.1"][..], "198.51.100.1"),
            (&["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
            (&["6.6.6.6, 198.51.100.1, 10.1.1.1"], "198.51.100.1"),
            (&["6.6.6.6", "198.51.100.1", "10.1.1.1"], "198.51.100.1"),
            (&["198.51.100.1:4711"], "198.51.100.1"),
            (&["2001:db8::1"], "2001:db8::1"),
            (&["[2001:db8::1]:443"], "2001:db8::1"),
            (&["[2001:db8::1]"], "2001:db8::1"),
            (&["::ffff:198.51.100.1"], "198.51.100.1"),
        ] {
            assert_eq!(client("10.0.0.1", lines), expected, "{lines:?}");
            assert_eq!(client("::ffff:10.0.0.1", lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn where_the_header_ends_or_lies_the_last_known_hop_counts() {
        for (lines, expected) in [
            (&[][..], "10.0.0.1"),
            (&[""], "10.0.0.1"),
            (&["unknown"], "10.0.0.1"),
            (&["6.6.6.6, unknown, 10.2.2.2"], "10.2.2.2"),
            (&["6.6.6.6, , 10.2.2.2"], "10.2.2.2"),
            (&["10.3.3.3, 10.2.2.2"], "10.3.3.3"),
            (&["6.6.6.6, \u{e9}"], "10.0.0.1"),
        ] {
            assert_eq!(client("10.0.0.1", lines), expected, "{lines:?}");
        }
    }
}
