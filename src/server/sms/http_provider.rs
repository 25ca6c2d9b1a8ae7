//! What all providers that speak HTTP have in common. Each provider's file builds its request and reads its answers.

use std::sync::Arc;

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper::{
    Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use super::{
    SmsMessage, SmsSender,
    http_client::{HttpAnswer, HttpClient, HttpRequest, HttpTrouble},
};
use crate::domain::sms_outcome::{Rejection, SmsOutcome};

/// A provider's key or password. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential(Zeroizing<String>);

impl Credential {
    /// Takes it as the operator gave it.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// For the request alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credential(…)")
    }
}

/// One provider's request and answers, without the network between them.
pub trait HttpProvider: Send + Sync {
    /// The request that sends the message.
    fn request(&self, message: &SmsMessage) -> HttpRequest;

    /// What an answer means. `None`: it says nothing that the provider's documentation knows, and its status decides.
    fn outcome(&self, answer: &HttpAnswer) -> Option<SmsOutcome>;
}

/// What a code in a provider's answer means; each provider's table is data with its source.
#[derive(Clone, Copy, Debug)]
pub enum Meaning {
    /// It is about the number.
    Rejected(Rejection),
    /// It is about the account, the sender or the provider: this happened, and this is to do.
    Elsewhere(&'static str),
    /// The same where it may be the number's or the message's fault.
    ElsewhereWithThis(&'static str),
    /// The provider does not know itself.
    Unknown(&'static str),
}

impl From<Meaning> for SmsOutcome {
    fn from(meaning: Meaning) -> Self {
        match meaning {
            Meaning::Rejected(rejection) => Self::Rejected(rejection),
            Meaning::Elsewhere(cause) => Self::elsewhere(cause),
            Meaning::ElsewhereWithThis(cause) => Self::elsewhere_with_this(cause),
            Meaning::Unknown(cause) => Self::unknown(cause),
        }
    }
}

/// Looks a code up in a provider's table.
pub fn meaning_of<Code: PartialEq>(code: &Code, table: &[(Code, Meaning)]) -> Option<SmsOutcome> {
    table.iter().find(|(known, _)| known == code).map(|(_, meaning)| (*meaning).into())
}

/// Sends by one provider.
pub struct HttpSender {
    client: HttpClient,
    provider: Arc<dyn HttpProvider>,
}

impl HttpSender {
    /// Joins the provider to the network.
    pub fn new(client: HttpClient, provider: Arc<dyn HttpProvider>) -> Self {
        Self { client, provider }
    }
}

#[async_trait]
impl SmsSender for HttpSender {
    async fn send(&self, message: &SmsMessage) -> SmsOutcome {
        match self.client.send(self.provider.request(message)).await {
            Ok(answer) => self.provider.outcome(&answer).unwrap_or_else(|| by_status(answer.status)),
            Err(trouble @ HttpTrouble::NotSent) => SmsOutcome::elsewhere(trouble.to_string()),
            Err(trouble) => SmsOutcome::unknown(trouble.to_string()),
        }
    }
}

/// What the status alone says. RFC 9110 §15: a 4xx was refused, a 503 was not handled, and 307 and 308 ask for the same
/// request elsewhere; after any other 3xx or 5xx the request may have done its work. A 429 was refused (RFC 6585 §4).
fn by_status(status: StatusCode) -> SmsOutcome {
    let number = status.as_u16();
    match number {
        200..300 => SmsOutcome::unknown("the provider's answer is not as documented, though it says success"),
        401 | 403 => SmsOutcome::elsewhere(format!(
            "the provider does not take the credentials (status {number}); check them in the configuration"
        )),
        429 | 503 => SmsOutcome::elsewhere(format!(
            "the provider is too busy for the message (status {number}); if it stays so, ask it for more throughput"
        )),
        307 | 308 => SmsOutcome::elsewhere(format!(
            "the provider wants the request at another address (status {number}); correct the configured one"
        )),
        400..500 => SmsOutcome::elsewhere_with_this(format!(
            "the provider refused the request (status {number}); its console tells why"
        )),
        _ => SmsOutcome::unknown(format!(
            "the provider failed (status {number}) and may have sent the message all the same"
        )),
    }
}

/// All but the characters that RFC 3986 leaves unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Text as a part of a URL or of a form.
pub fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The body of a form.
pub fn form(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<_> =
        fields.iter().map(|(name, value)| format!("{name}={}", percent_encoded(value))).collect();
    pairs.join("&")
}

/// A `POST` of a form.
pub fn post_form(url: String, authorization: Option<HeaderValue>, fields: &[(&str, &str)]) -> HttpRequest {
    post(url, authorization, "application/x-www-form-urlencoded", form(fields))
}

/// A `POST` of JSON.
pub fn post_json(url: String, authorization: HeaderValue, body: &serde_json::Value) -> HttpRequest {
    post(url, Some(authorization), "application/json", body.to_string())
}

fn post(
    url: String,
    authorization: Option<HeaderValue>,
    content_type: &'static str,
    body: String,
) -> HttpRequest {
    let mut headers = vec![(CONTENT_TYPE, HeaderValue::from_static(content_type))];
    headers.extend(authorization.map(|value| (AUTHORIZATION, value)));
    HttpRequest { method: Method::POST, url, headers, body }
}

/// `Basic` credentials (RFC 7617).
pub fn basic(user: &str, password: &Credential) -> HeaderValue {
    let pair = Zeroizing::new(format!("{user}:{}", password.reveal()));
    authorization("Basic", &STANDARD.encode(pair.as_bytes()))
}

/// Credentials under a scheme's name. What cannot stand in a header is refused by the configuration; here it is left out.
pub fn authorization(scheme: &str, credentials: &str) -> HeaderValue {
    let mut value = HeaderValue::try_from(format!("{scheme} {credentials}"))
        .unwrap_or_else(|_| HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(status: u16) -> &'static str {
        by_status(StatusCode::from_u16(status).unwrap()).name()
    }

    #[test]
    fn only_what_was_surely_refused_goes_elsewhere_by_its_status() {
        for status in [400, 401, 402, 403, 404, 408, 413, 429, 503, 307, 308] {
            assert_eq!(name(status), "try_elsewhere", "{status}");
        }
        for status in [200, 202, 204, 301, 302, 303, 500, 502, 504, 599] {
            assert_eq!(name(status), "unknown", "{status}");
        }
    }

    #[test]
    fn a_credential_is_not_shown() {
        assert_eq!(format!("{:?}", Credential::new("hunter2".to_owned())), "Credential(…)");
        let header = basic("user", &Credential::new("hunter2".to_owned()));
        assert_eq!(header, "Basic dXNlcjpodW50ZXIy");
        assert!(header.is_sensitive() && !format!("{header:?}").contains("dXNl"));
    }

    #[test]
    fn a_form_keeps_the_texts_own_marks() {
        assert_eq!(
            form(&[("to", "+98"), ("text", "a b&c=d\n@e #1")]),
            "to=%2B98&text=a%20b%26c%3Dd%0A%40e%20%231"
        );
    }
}
