//! Reads who asks from a request.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap, header},
};

use super::{browser_name::browser_name, client_ip::client_address, cookies::Cookies, request_id::RequestId};
use crate::{
    domain::sms_language::SmsLanguage,
    server::{state::Site, visitor::Visitor},
};

/// Everything that the use cases may know of a request's sender.
pub fn visitor(site: &Site, headers: &HeaderMap, extensions: &Extensions) -> Visitor {
    let cookies = Cookies::from_headers(site, headers);
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Visitor {
        address: address(site, headers, extensions),
        browser: browser_name(header(header::USER_AGENT)),
        languages: SmsLanguage::preferred(header(header::ACCEPT_LANGUAGE)),
        request: request_id(extensions).to_owned(),
        form: None,
        challenge: cookies.challenge(),
        session: cookies.session(),
        device: cookies.device(),
    }
}

/// What the log calls the request.
pub fn request_id(extensions: &Extensions) -> &str {
    extensions.get::<RequestId>().map_or("", |id| &id.0)
}

/// The client's address; `None` where a request has no peer.
pub fn address(site: &Site, headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(client_address(peer.ip(), headers, &site.trusted_proxies))
}
