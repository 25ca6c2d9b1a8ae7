//! `[site] url`: decides the cookies' names and flags, the origin that posts must come from, and the SMS's last line.

use axum::http::Uri;

use super::{fault::Complaint, reader::quoted};
use crate::server::sms::message::HOST_MAX_CHARACTERS;

/// Scheme, host and port of the site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteUrl {
    /// As browsers write it in `Origin`: lower case, no slash at the end, no port where it is the scheme's own.
    pub origin: String,
    /// The host alone.
    pub host: String,
    /// Whether the scheme is https.
    pub is_https: bool,
}

impl SiteUrl {
    /// Reads an address. Over plain http only this machine is served, save in development, where one may try the site
    /// from a phone in the same network.
    ///
    /// # Errors
    /// It is no http(s) address of a host, has more than host and port, or is not safe enough.
    pub fn parse(text: &str, is_production: bool) -> Result<Self, Complaint> {
        if text.contains('@') {
            // Not shown: what stands before the @ may be a password.
            return Err(Complaint::new("has a user's name", "Write scheme and host: https://example.com."));
        }
        let wrong = || Complaint::new(quoted(text), "Write scheme and host: https://example.com.");
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let is_https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(wrong()),
        };
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(wrong)?.to_ascii_lowercase();
        let has_more = uri.path() != "/" || text.contains(['?', '#']);
        if has_more {
            let remedy = "Write scheme, host and perhaps port, and nothing else: https://example.com.";
            return Err(Complaint::new(quoted(text), remedy));
        }
        if host.len() > HOST_MAX_CHARACTERS {
            let problem = format!("has a host of {} characters, so that the SMS would be split", host.len());
            return Err(Complaint::new(problem, format!("Use a host of at most {HOST_MAX_CHARACTERS}.")));
        }
        if is_production && !is_https {
            let remedy = "Write the https:// address at which your proxy serves the site.";
            return Err(Complaint::new(format!("{}, which is not https", quoted(text)), remedy));
        }
        let own_port = if is_https { 443 } else { 80 };
        let port = uri.port_u16();
        // The parser takes an empty port, and one above 65535, for none.
        let has_port = uri.authority().is_some_and(|authority| authority.as_str().len() > host.len());
        if has_port && port.is_none() {
            return Err(wrong());
        }
        let port = port.filter(|&port| port != own_port).map_or(String::new(), |port| format!(":{port}"));
        let scheme = if is_https { "https" } else { "http" };
        Ok(Self { origin: format!("{scheme}://{host}{port}"), host, is_https })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Option<String> {
        SiteUrl::parse(text, false).ok().map(|url| url.origin)
    }

    #[test]
    fn the_origin_is_what_browsers_send() {
        for (text, expected) in [
            ("http://localhost:3000", "http://localhost:3000"),
            ("https://Example.COM/", "https://example.com"),
            ("https://example.com:443", "https://example.com"),
            ("http://example.com:80", "http://example.com"),
            ("https://example.com:8443", "https://example.com:8443"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(origin(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn anything_but_an_origin_is_refused() {
        for text in [
            "",
            "example.com",
            "localhost:3000",
            "ftp://example.com",
            "https://",
            "https://example.com/app",
            "https://example.com?x",
            "https://example.com#x",
            "https://user@example.com",
            "https://exa mple.com",
            "https://سایت.com",
            "https://example.com:99999",
            "https://example.com:",
        ] {
            assert_eq!(origin(text), None, "{text:?}");
        }
        assert_eq!(origin(&format!("https://{}.com", "a".repeat(60))), None);
    }

    #[test]
    fn production_wants_https() {
        assert!(SiteUrl::parse("http://example.com", true).is_err());
        assert!(SiteUrl::parse("https://example.com", true).is_ok());
    }
}
