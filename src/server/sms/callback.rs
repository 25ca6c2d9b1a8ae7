//! What a provider calls to tell of a message, as each provider signs and writes it.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicU64},
};

use chrono::{DateTime, Utc};
use hyper::HeaderMap;

use super::{http_provider::Credential, inbound::InboundWord, receipts::ReceiptSink};
use crate::domain::{receipt::DeliveryState, sms_outcome::MessageId, sms_route::ProviderName};

/// A call as it came, its body within its limit.
pub struct Callback<'a> {
    /// The address that was called, as the configured site writes it: never as the request does.
    pub url: String,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// The form's fields, or those of the query.
    pub fields: Vec<(String, String)>,
    /// Every byte of the body.
    pub body: &'a [u8],
    /// Now.
    pub at: DateTime<Utc>,
}

impl Callback<'_> {
    /// A field's value; empty when it is missing.
    pub fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Whether there is such a field.
    pub fn has_field(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known == name)
    }

    /// A header's value; empty when it is missing or no text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// What a call tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// What became of a message of that name.
    Receipt(MessageId, DeliveryState),
    /// A person's word to our sender.
    Word(InboundWord),
}

/// Why a call is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackFault {
    /// It does not prove that it is the provider's, or proves it of another time.
    NotTheirs,
    /// It is the provider's, and not as its documentation says.
    Unreadable,
}

/// Reads one provider's calls.
pub trait CallbackReader: Send + Sync {
    /// What it tells. Nothing: it is genuine and tells nothing that matters here.
    ///
    /// # Errors
    /// It is not the provider's, or not readable.
    fn read(&self, call: &Callback<'_>) -> Result<Vec<Told>, CallbackFault>;

    /// What must stand at the end of the path, where the provider signs nothing; it is looked at before the body is read.
    fn secret(&self) -> Option<&Credential> {
        None
    }

    /// The largest call that is read, in bytes: 16 KiB, as much as a header may take; providers' calls are below 4.
    fn body_max_bytes(&self) -> usize {
        16_384
    }
}

/// Whose calls are taken, and where their news goes.
#[derive(Clone)]
pub struct Callbacks {
    /// Those that are configured and can prove who calls.
    pub readers: BTreeMap<ProviderName, Arc<dyn CallbackReader>>,
    /// Whether a provider tells over a connection that it has with us, and calls nowhere.
    pub has_connection: bool,
    /// Where receipts go.
    pub sink: Arc<dyn ReceiptSink>,
    /// How many calls proved not to be the provider's.
    pub refused: Arc<AtomicU64>,
}

impl Callbacks {
    /// Whether anybody may tell what becomes of a message.
    pub fn are_awaited(&self) -> bool {
        self.has_connection || !self.readers.is_empty()
    }

    /// The provider of that name, and what reads its calls; `None` where there is nothing to tell them by.
    pub fn find(&self, name: &str) -> Option<(ProviderName, &Arc<dyn CallbackReader>)> {
        self.readers.iter().find(|(known, _)| known.name() == name).map(|(known, reader)| (*known, reader))
    }
}

/// Where a provider calls: this, and its name. What follows it in a path may be a secret.
pub const CALLBACK_PATH: &str = "/webhooks/sms/";

/// The address that a provider without a secret in the path is told to call.
pub fn callback_url(origin: &str, provider: ProviderName) -> String {
    format!("{origin}{CALLBACK_PATH}{}", provider.name())
}

/// The bytes that a signature or a hash in hexadecimal digits means, in capitals or not.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let is_hex = text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let pairs = text.as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if is_hex { pairs.map(byte).collect() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hexadecimal_digits_are_read_in_pairs_and_nothing_else_is() {
        assert_eq!(from_hex(""), Some(vec![]));
        for bad in ["0", "0g", "+f", "é", " 0", "0x00"] {
            assert_eq!(from_hex(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn whatever_was_written_is_read_back(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let text = bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
            prop_assert_eq!(from_hex(&text.to_uppercase()), Some(bytes.clone()));
            prop_assert_eq!(from_hex(&text), Some(bytes));
        }
    }
}
