//! Bird's SMS API, once MessageBird's: <https://developers.messagebird.com/api/sms-messaging/>.

use std::{io, sync::Arc};

use hyper::StatusCode;
use serde_json::{Value, json};

use super::{
    SmsMessage, SmsSender,
    bird_receipts::BirdReceipts,
    callback::{CallbackReader, callback_url},
    http_client::{HttpAnswer, HttpRequest},
    http_provider::{
        Credential, HttpProvider,
        Meaning::{self, Elsewhere},
        authorization, meaning_of, post_json,
    },
    provider::{Provider, ProviderKind, SenderParts},
};
use crate::{
    domain::{
        sms_outcome::{Rejection, SmsOutcome},
        sms_route::ProviderName,
    },
    server::config::{
        reader::Reader,
        setting::Setting,
        sms_values::{credential, optional_credential, sender, service_url},
    },
};

/// The name.
pub const NAME: ProviderName = ProviderName::new("bird");

/// Bird's entry in the registry.
pub static KIND: ProviderKind = ProviderKind {
    name: NAME,
    delivers_to_people: true,
    settings: &[&URL, &ACCESS_KEY, &ACCESS_KEY_FILE, &FROM, &SIGNING_KEY, &SIGNING_KEY_FILE],
    read: |reader| Some(Box::new(read(reader)?)),
};

/// Where the API is.
const URL: Setting = Setting::new("bird", "url").or("https://rest.messagebird.com");
/// The account's.
pub const ACCESS_KEY: Setting = Setting::new("bird", "access_key").secret();
/// A file that holds the same.
pub const ACCESS_KEY_FILE: Setting = Setting::new("bird", "access_key_file");
/// A number, or a name of at most 11 characters.
const FROM: Setting = Setting::new("bird", "from");
/// Verifies Bird's calls.
const SIGNING_KEY: Setting = Setting::new("bird", "signing_key").secret();
/// A file that holds the same.
const SIGNING_KEY_FILE: Setting = Setting::new("bird", "signing_key_file");

/// From <https://developers.messagebird.com/api/#api-errors>.
const CODES: &[(u64, Meaning)] = &[
    (2, Elsewhere("Bird does not know this access key (2); check [bird] access_key")),
    (25, Elsewhere("the Bird account has too little credit (25); top it up")),
];

/// What an error about the number names.
const RECIPIENTS: &str = "recipients";

/// An account at Bird.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bird {
    /// `https://rest.messagebird.com`
    pub url: String,
    /// A live one, from the dashboard.
    pub access_key: Credential,
    /// A number, or a name of at most 11 characters.
    pub from: String,
    /// Verifies its calls with receipts; without it none are asked for.
    pub signing_key: Option<Credential>,
    /// Where it is to call with receipts.
    pub report_url: Option<String>,
}

/// Bird tells only of messages that have a reference of their sender's; this one says nothing of anybody.
const REFERENCE: &str = "code";

fn read(reader: &mut Reader) -> Option<Bird> {
    let url = service_url(reader, &URL);
    let access_key = credential(reader, &ACCESS_KEY, &ACCESS_KEY_FILE);
    let from = sender(reader, &FROM, "15005550006, or a name of at most 11 characters");
    let signing_key = optional_credential(reader, &SIGNING_KEY, &SIGNING_KEY_FILE);
    Some(Bird { url: url?, access_key: access_key?, from: from?, signing_key, report_url: None })
}

impl Provider for Bird {
    fn sender(&self, parts: &mut SenderParts) -> io::Result<Arc<dyn SmsSender>> {
        parts.http_sender(self.clone())
    }

    fn sender_name(&self) -> Option<&str> {
        Some(&self.from)
    }

    fn ask_for_receipts(&mut self, origin: &str) {
        self.report_url = self.signing_key.is_some().then(|| callback_url(origin, NAME));
    }

    fn callback_reader(&self) -> Option<Arc<dyn CallbackReader>> {
        Some(Arc::new(BirdReceipts { signing_key: self.signing_key.clone()? }))
    }
}

impl HttpProvider for Bird {
    fn request(&self, message: &SmsMessage) -> HttpRequest {
        let mut body = json!({
            "originator": message.from_digits(&self.from),
            "recipients": [message.digits()],
            "body": message.text,
            "datacoding": if message.is_wide() { "unicode" } else { "plain" },
            "validity": message.good_for.num_seconds(),
        });
        if let Some((url, body)) = self.report_url.as_deref().zip(body.as_object_mut()) {
            body.insert("reportUrl".to_owned(), url.into());
            body.insert("reference".to_owned(), REFERENCE.into());
        }
        let key = authorization("AccessKey", self.access_key.reveal());
        post_json(format!("{}/messages", self.url), key, &body)
    }

    fn outcome(&self, answer: &HttpAnswer) -> Option<SmsOutcome> {
        let body: Value = serde_json::from_slice(&answer.body).ok()?;
        if answer.status == StatusCode::CREATED {
            return body.get("id")?.as_str().map(|id| SmsOutcome::accepted(Some(id)));
        }
        refusal(answer.status, &body, RECIPIENTS)
    }
}

/// What a refused request says; `number` is the parameter that an error about the number names.
pub(super) fn refusal(status: StatusCode, body: &Value, number: &str) -> Option<SmsOutcome> {
    if !status.is_client_error() {
        return None;
    }
    let error = body.pointer("/errors/0")?;
    if error.get("parameter").and_then(Value::as_str) == Some(number) {
        return Some(SmsOutcome::Rejected(Rejection::BadNumber));
    }
    meaning_of(&error.get("code")?.as_u64()?, CODES)
}
