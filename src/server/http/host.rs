//! Answers only to the site's own name: a page under a foreign name would be somebody else's to read (DNS rebinding), to
//! cache or to link to.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    middleware::Next,
    response::Response,
};

use super::form_post::refusal;
use crate::{domain::sign_in_error::SignInError, server::state::AppState};

/// Asked by address, by whoever watches the server.
const PROBES: [&str; 2] = ["/healthz", "/readyz"];

/// How this machine is also called, where the site is `localhost`.
const LOOPBACK: [&str; 2] = ["127.0.0.1", "[::1]"];

/// The layer around every route.
pub async fn check(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_probe = PROBES.contains(&request.uri().path());
    if is_probe || is_for(&state.site.origin, request.uri(), request.headers()) {
        return next.run(request).await;
    }
    tracing::info!(event = "host_unknown");
    refusal(&state, request.headers(), StatusCode::MISDIRECTED_REQUEST, SignInError::HostUnknown).await
}

/// Whether every name that a request gives for its host is the site's. It may give two: a request line with a whole URL
/// has precedence over `Host`, but not everyone on the way knows that (RFC 9112, section 3.2.2).
fn is_for(origin: &str, uri: &Uri, headers: &HeaderMap) -> bool {
    let in_line = uri.authority().map(|authority| authority.as_str().as_bytes());
    let mut names =
        in_line.into_iter().chain(headers.get_all(header::HOST).iter().map(HeaderValue::as_bytes));
    let Some(first) = names.next() else { return false };
    let is_own = |name: &[u8]| std::str::from_utf8(name).is_ok_and(|name| is_own(origin, name));
    is_own(first) && names.all(is_own)
}

/// Compares with the origin as browsers write it: lower case, without the scheme's own port.
fn is_own(origin: &str, name: &str) -> bool {
    let (scheme, host) = origin.split_once("://").unwrap_or_default();
    let name = name.to_ascii_lowercase();
    let own_port = if scheme == "https" { ":443" } else { ":80" };
    let name = name.strip_suffix(own_port).unwrap_or(&name);
    let is_loopback = |port: &str| LOOPBACK.iter().any(|address| name.strip_prefix(address) == Some(port));
    let port = (scheme == "http").then(|| host.strip_prefix("localhost")).flatten();
    name == host || port.is_some_and(|port| (port.is_empty() || port.starts_with(':')) && is_loopback(port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_has_one_name() {
        for (origin, name, expected) in [
            ("https://example.com", "example.com", true),
            ("https://example.com", "EXAMPLE.com:443", true),
            ("https://example.com", "example.com:80", false),
            ("https://example.com", "example.com.", false),
            ("https://example.com", "example.com.evil.test", false),
            ("https://example.com", "www.example.com", false),
            ("https://example.com", "user@example.com", false),
            ("https://example.com", "127.0.0.1", false),
            ("https://example.com", "", false),
            ("https://example.com:8443", "example.com:8443", true),
            ("https://example.com:8443", "example.com", false),
            ("https://localhost:3000", "127.0.0.1:3000", false),
        ] {
            assert_eq!(is_own(origin, name), expected, "{origin} {name:?}");
        }
    }

    #[test]
    fn in_development_this_machine_has_three() {
        for name in ["localhost:3000", "127.0.0.1:3000", "[::1]:3000", "LOCALHOST:3000"] {
            assert!(is_own("http://localhost:3000", name), "{name}");
        }
        for name in ["localhost", "localhost:3001", "127.0.0.1", "127.0.0.1:80", "[::1]", "192.0.2.1:3000"] {
            assert!(!is_own("http://localhost:3000", name), "{name}");
        }
        assert!(is_own("http://localhost", "127.0.0.1:80"));
        assert!(!is_own("http://localhost.example.com", "127.0.0.1.example.com"));
    }

    #[test]
    fn no_name_and_two_names_are_refused() {
        let is_for = |uri: &'static str, hosts: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for host in hosts {
                headers.append(header::HOST, HeaderValue::from_static(host));
            }
            is_for("https://example.com", &Uri::from_static(uri), &headers)
        };
        assert!(is_for("/", &["example.com"]) && is_for("https://example.com/", &["example.com"]));
        assert!(!is_for("/", &[]));
        assert!(!is_for("/", &["example.com", "evil.test"]) && !is_for("/", &["evil.test", "example.com"]));
        assert!(!is_for("https://evil.test/", &["example.com"]));
        assert!(!is_for("https://example.com/", &["evil.test"]));
    }
}
