//! Plivo's message API: <https://docs.plivo.com/docs/messaging/api/message>.

use std::{io, sync::Arc};

use hyper::StatusCode;
use serde_json::{Value, json};

use super::{
    SmsMessage, SmsSender,
    callback::{CallbackReader, callback_url},
    http_client::{HttpAnswer, HttpRequest},
    http_provider::{Credential, HttpProvider, basic, percent_encoded, post_json},
    provider::{Provider, ProviderKind, SenderParts},
};
use crate::{
    domain::{sms_outcome::SmsOutcome, sms_route::ProviderName},
    server::config::{
        reader::Reader,
        setting::Setting,
        sms_values::{credential, graphic, sender, service_url},
    },
};

/// The name.
pub const NAME: ProviderName = ProviderName::new("plivo");

/// Plivo's entry in the registry.
pub static KIND: ProviderKind = ProviderKind {
    name: NAME,
    delivers_to_people: true,
    settings: &[&URL, &AUTH_ID, &AUTH_TOKEN, &AUTH_TOKEN_FILE, &FROM],
    read: |reader| Some(Box::new(read(reader)?)),
};

/// Where the API is.
const URL: Setting = Setting::new("plivo", "url").or("https://api.plivo.com");
/// The account's name.
const AUTH_ID: Setting = Setting::new("plivo", "auth_id");
/// The account's.
const AUTH_TOKEN: Setting = Setting::new("plivo", "auth_token").secret();
/// A file that holds the same.
const AUTH_TOKEN_FILE: Setting = Setting::new("plivo", "auth_token_file");
/// A number without its plus sign, or a registered name.
const FROM: Setting = Setting::new("plivo", "from");

/// How soon Plivo can be told to drop a message that waits with it
/// (<https://support.plivo.com/hc/en-us/articles/14814454609561-Message-Expiry>).
const EXPIRY_MIN_SECONDS: i64 = 5;
/// How late; a message that is good for longer waits as long as one that says nothing.
const EXPIRY_MAX_SECONDS: i64 = 10_799;

/// An account at Plivo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plivo {
    /// `https://api.plivo.com`
    pub url: String,
    /// From the console.
    pub auth_id: String,
    /// The same.
    pub auth_token: Credential,
    /// A number without its plus sign, or a registered name.
    pub from: String,
    /// Where Plivo tells what became of the message; `None`: nowhere.
    pub callback: Option<String>,
}

fn read(reader: &mut Reader) -> Option<Plivo> {
    let url = service_url(reader, &URL);
    let auth_id = graphic(reader, &AUTH_ID, "the account's name from Plivo's console");
    let auth_token = credential(reader, &AUTH_TOKEN, &AUTH_TOKEN_FILE);
    let from = sender(reader, &FROM, "15005550006 or a registered name");
    Some(Plivo { url: url?, auth_id: auth_id?, auth_token: auth_token?, from: from?, callback: None })
}

impl Provider for Plivo {
    fn sender(&self, parts: &mut SenderParts) -> io::Result<Arc<dyn SmsSender>> {
        parts.http_sender(self.clone())
    }

    fn sender_name(&self) -> Option<&str> {
        Some(&self.from)
    }

    fn ask_for_receipts(&mut self, origin: &str) {
        self.callback = Some(callback_url(origin, NAME));
    }

    fn callback_reader(&self) -> Option<Arc<dyn CallbackReader>> {
        Some(Arc::new(self.clone()))
    }
}

impl HttpProvider for Plivo {
    fn request(&self, message: &SmsMessage) -> HttpRequest {
        let url = format!("{}/v1/Account/{}/Message/", self.url, percent_encoded(&self.auth_id));
        let mut body = json!({
            "src": message.from_digits(&self.from),
            "dst": message.digits(),
            "text": message.text,
            "message_expiry": message.good_for.num_seconds().clamp(EXPIRY_MIN_SECONDS, EXPIRY_MAX_SECONDS),
        });
        if let (Some(url), Some(body)) = (&self.callback, body.as_object_mut()) {
            body.insert("url".to_owned(), url.as_str().into());
            body.insert("method".to_owned(), "POST".into());
        }
        post_json(url, basic(&self.auth_id, &self.auth_token), &body)
    }

    /// Plivo's refusals have no codes (<https://docs.plivo.com/docs/messaging/api/response>): their status decides.
    fn outcome(&self, answer: &HttpAnswer) -> Option<SmsOutcome> {
        if answer.status != StatusCode::ACCEPTED {
            return None;
        }
        let body: Value = serde_json::from_slice(&answer.body).ok()?;
        body.pointer("/message_uuid/0")?.as_str().map(|id| SmsOutcome::accepted(Some(id)))
    }
}
