//! Who asks, as far as HTTP tells.

use std::net::IpAddr;

use crate::domain::{
    challenge::ChallengeSecret, client_network::ClientNetwork, form_nonce::FormNonce,
    known_device::DeviceSecret, session::SessionSecret, sms_language::SmsLanguage,
};

/// What a request says of its sender. Nothing of it is proven but the possession of the secrets.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The client's address, as the trusted proxies tell it; `None` where a request has no peer (only in tests).
    pub address: Option<IpAddr>,
    /// The browser in words of ours, such as `Firefox, Windows`; never what the browser sent.
    pub browser: String,
    /// What the log calls this request.
    pub request: String,
    /// The languages of the message that the browser wants, the most wanted first.
    pub languages: Vec<SmsLanguage>,
    /// The page whose form was sent, where that said so.
    pub form: Option<FormNonce>,
    /// The attempt to sign in that is under way in this browser.
    pub challenge: Option<ChallengeSecret>,
    /// The session in this browser.
    pub session: Option<SessionSecret>,
    /// The proof that this browser signed in before.
    pub device: Option<DeviceSecret>,
}

impl Visitor {
    /// The same, with what the form's hidden field held.
    #[must_use]
    pub fn with_form(self, nonce: &str) -> Self {
        Self { form: FormNonce::parse(nonce), ..self }
    }

    /// Roughly where from, for the owner's eyes; empty when unknown.
    pub fn network(&self) -> String {
        self.address.map_or_else(String::new, |address| ClientNetwork::of_site(address).to_string())
    }
}
