//! Telnyx's messaging API: <https://developers.telnyx.com/api-reference/messages/send-a-message>.

use std::{io, sync::Arc};

use hyper::StatusCode;
use serde_json::{Value, json};

use super::{
    SmsMessage, SmsSender,
    callback::{CallbackReader, callback_url},
    http_client::{HttpAnswer, HttpRequest},
    http_provider::{
        Credential, HttpProvider,
        Meaning::{self, Elsewhere, Rejected},
        authorization, meaning_of, post_json,
    },
    provider::{Provider, ProviderKind, SenderParts},
    telnyx_receipts::TelnyxKey,
};
use crate::{
    domain::{
        sms_outcome::{Rejection, SmsOutcome},
        sms_route::ProviderName,
    },
    server::config::{
        fault::Complaint,
        reader::{Reader, quoted},
        setting::Setting,
        sms_values::{credential, sender, service_url},
    },
};

/// The name.
pub const NAME: ProviderName = ProviderName::new("telnyx");

/// Telnyx's entry in the registry.
pub static KIND: ProviderKind = ProviderKind {
    name: NAME,
    delivers_to_people: true,
    settings: &[&URL, &API_KEY, &API_KEY_FILE, &FROM, &PUBLIC_KEY],
    read: |reader| Some(Box::new(read(reader)?)),
};

/// Where the API is.
const URL: Setting = Setting::new("telnyx", "url").or("https://api.telnyx.com");
/// The account's.
const API_KEY: Setting = Setting::new("telnyx", "api_key").secret();
/// A file that holds the same.
const API_KEY_FILE: Setting = Setting::new("telnyx", "api_key_file");
/// A number with a messaging profile.
const FROM: Setting = Setting::new("telnyx", "from");
/// Verifies Telnyx's calls.
const PUBLIC_KEY: Setting = Setting::new("telnyx", "public_key");

/// From <https://developers.telnyx.com/docs/messaging/messages/error-codes>: those that answer a request to send.
const CODES: &[(&str, Meaning)] = &[
    ("10009", Elsewhere("Telnyx does not know this key (10009); check [telnyx] api_key")),
    ("40300", Rejected(Rejection::OptedOut)),
    ("40301", Rejected(Rejection::BadNumber)),
    ("40305", Elsewhere("the sender is none of this account's (40305); check [telnyx] from")),
    (
        "40306",
        Elsewhere(
            "a name as the sender is not set up (40306); check [telnyx] from and its messaging profile",
        ),
    ),
    ("40309", Rejected(Rejection::BlockedRegion)),
    ("40310", Rejected(Rejection::BadNumber)),
    ("40312", Elsewhere("the messaging profile is switched off (40312); switch it on in Telnyx's portal")),
    ("40314", Elsewhere("messaging is switched off for this account (40314); ask Telnyx's support")),
    (
        "40333",
        Elsewhere("the messaging profile's spending limit is reached (40333); raise it in Telnyx's portal"),
    ),
];

/// An account at Telnyx.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telnyx {
    /// `https://api.telnyx.com`
    pub url: String,
    /// From the portal.
    pub api_key: Credential,
    /// A number in E.164 form that belongs to a messaging profile.
    pub from: String,
    /// Verifies Telnyx's calls; without it none is asked for.
    pub public_key: Option<TelnyxKey>,
    /// Where Telnyx tells what became of the message; `None`: nowhere.
    pub webhook_url: Option<String>,
}

fn read(reader: &mut Reader) -> Option<Telnyx> {
    let url = service_url(reader, &URL);
    let api_key = credential(reader, &API_KEY, &API_KEY_FILE);
    let from = sender(reader, &FROM, "+15005550006, a number with a messaging profile");
    let public_key = reader.optional(&PUBLIC_KEY, |value| {
        let text = Reader::text(value)?;
        let remedy = "Copy the public key from Telnyx's portal: 32 bytes in base64.";
        TelnyxKey::parse(text).ok_or_else(|| Complaint::new(quoted(text), remedy))
    });
    Some(Telnyx { url: url?, api_key: api_key?, from: from?, public_key, webhook_url: None })
}

impl Provider for Telnyx {
    fn sender(&self, parts: &mut SenderParts) -> io::Result<Arc<dyn SmsSender>> {
        parts.http_sender(self.clone())
    }

    fn sender_name(&self) -> Option<&str> {
        Some(&self.from)
    }

    fn ask_for_receipts(&mut self, origin: &str) {
        self.webhook_url = self.public_key.is_some().then(|| callback_url(origin, NAME));
    }

    fn callback_reader(&self) -> Option<Arc<dyn CallbackReader>> {
        Some(Arc::new(self.public_key.clone()?))
    }
}

impl HttpProvider for Telnyx {
    fn request(&self, message: &SmsMessage) -> HttpRequest {
        let mut body =
            json!({ "from": message.from(&self.from), "to": message.to.e164(), "text": message.text });
        if let (Some(url), Some(body)) = (&self.webhook_url, body.as_object_mut()) {
            body.insert("webhook_url".to_owned(), url.as_str().into());
        }
        let key = authorization("Bearer", self.api_key.reveal());
        post_json(format!("{}/v2/messages", self.url), key, &body)
    }

    fn outcome(&self, answer: &HttpAnswer) -> Option<SmsOutcome> {
        let body: Value = serde_json::from_slice(&answer.body).ok()?;
        if answer.status == StatusCode::OK {
            return body.pointer("/data/id")?.as_str().map(|id| SmsOutcome::accepted(Some(id)));
        }
        answer
            .status
            .is_client_error()
            .then(|| meaning_of(&body.pointer("/errors/0/code")?.as_str()?, CODES))?
    }
}
