//! Infobip's SMS API: <https://www.infobip.com/docs/api/channels/sms>.

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
        authorization, meaning_of, percent_encoded, post_json,
    },
    infobip_receipts::InfobipReceipts,
    provider::{Provider, ProviderKind, SenderParts},
};
use crate::{
    domain::{
        sms_outcome::{Rejection, SmsOutcome},
        sms_route::ProviderName,
    },
    server::config::{
        fault::Complaint,
        reader::Reader,
        setting::Setting,
        sms_values::{credential, receipt_secret, sender, service_url},
    },
};

/// The name.
pub const NAME: ProviderName = ProviderName::new("infobip");

/// Infobip's entry in the registry.
pub static KIND: ProviderKind = ProviderKind {
    name: NAME,
    delivers_to_people: true,
    settings: &[&URL, &API_KEY, &API_KEY_FILE, &FROM, &RECEIPT_SECRET, &RECEIPT_SECRET_FILE],
    read: |reader| Some(Box::new(read(reader)?)),
};

/// Where the API is, an address of the account's own.
const URL: Setting = Setting::new("infobip", "url");
/// The account's.
const API_KEY: Setting = Setting::new("infobip", "api_key").secret();
/// A file that holds the same.
const API_KEY_FILE: Setting = Setting::new("infobip", "api_key_file");
/// A number without its plus sign, or a registered name.
const FROM: Setting = Setting::new("infobip", "from");
/// The end of the address that Infobip calls with receipts.
const RECEIPT_SECRET: Setting = Setting::new("infobip", "receipt_secret").secret();
/// A file that holds the same.
const RECEIPT_SECRET_FILE: Setting = Setting::new("infobip", "receipt_secret_file");

/// The groups of statuses in which Infobip has the message: accepted, pending, delivered.
const TAKEN: [u64; 3] = [0, 1, 3];

/// The group of those it refused.
const REFUSED: u64 = 5;

/// From <https://www.infobip.com/docs/essentials/api-essentials/response-status-and-error-codes>: members of group 5.
const NAMES: &[(&str, Meaning)] = &[
    ("REJECTED_DESTINATION", Rejected(Rejection::NotReachable)),
    (
        "REJECTED_DESTINATION_NOT_REGISTERED",
        Elsewhere("a trial account sends to one number alone; ask Infobip to open it"),
    ),
    ("REJECTED_DND", Rejected(Rejection::OptedOut)),
    ("REJECTED_INVALID_DESTINATION", Rejected(Rejection::BadNumber)),
    ("REJECTED_NOT_ENOUGH_CREDITS", Elsewhere("the Infobip account has too little credit; top it up")),
    ("REJECTED_PREFIX_MISSING", Rejected(Rejection::BadNumber)),
    ("REJECTED_SENDER", Elsewhere("the sender is on a list of blocked ones; check [infobip] from")),
    ("REJECTED_SOURCE", Elsewhere("the sender is not registered; check [infobip] from")),
];

/// An account at Infobip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Infobip {
    /// The account's own: `https://xxxxx.api.infobip.com`.
    pub url: String,
    /// From the web interface.
    pub api_key: Credential,
    /// A number without its plus sign, or a registered name.
    pub from: String,
    /// The end of the address that Infobip calls with receipts; without it none are asked for.
    pub receipt_secret: Option<Credential>,
    /// Where Infobip tells what became of the message; `None`: nowhere.
    pub notify_url: Option<String>,
}

fn read(reader: &mut Reader) -> Option<Infobip> {
    if reader.given(&URL).is_none() {
        let problem = "is missing, which [sms] needs for this provider";
        let remedy = "Write the account's own address: https://xxxxx.api.infobip.com.";
        reader.complain(&URL, Complaint::new(problem, remedy));
    }
    let url = service_url(reader, &URL);
    let api_key = credential(reader, &API_KEY, &API_KEY_FILE);
    let from = sender(reader, &FROM, "15005550006 or a registered name");
    let receipt_secret = receipt_secret(reader, &RECEIPT_SECRET, &RECEIPT_SECRET_FILE);
    Some(Infobip { url: url?, api_key: api_key?, from: from?, receipt_secret, notify_url: None })
}

impl Provider for Infobip {
    fn sender(&self, parts: &mut SenderParts) -> io::Result<Arc<dyn SmsSender>> {
        parts.http_sender(self.clone())
    }

    fn sender_name(&self) -> Option<&str> {
        Some(&self.from)
    }

    fn ask_for_receipts(&mut self, origin: &str) {
        let address = |secret: &Credential| {
            format!("{}/{}", callback_url(origin, NAME), percent_encoded(secret.reveal()))
        };
        self.notify_url = self.receipt_secret.as_ref().map(address);
    }

    fn callback_reader(&self) -> Option<Arc<dyn CallbackReader>> {
        Some(Arc::new(InfobipReceipts { secret: self.receipt_secret.clone()? }))
    }
}

impl HttpProvider for Infobip {
    fn request(&self, message: &SmsMessage) -> HttpRequest {
        // Whole minutes, and not fewer than the code lives.
        let minutes = (message.good_for.num_seconds() + 59) / 60;
        let mut sent = json!({
            "from": message.from_digits(&self.from),
            "destinations": [{ "to": message.digits() }],
            "text": message.text,
            "validityPeriod": minutes,
        });
        if let (Some(url), Some(sent)) = (&self.notify_url, sent.as_object_mut()) {
            sent.insert("notifyUrl".to_owned(), url.as_str().into());
            sent.insert("notifyContentType".to_owned(), "application/json".into());
        }
        let body = json!({ "messages": [sent] });
        let key = authorization("App", self.api_key.reveal());
        post_json(format!("{}/sms/2/text/advanced", self.url), key, &body)
    }

    fn outcome(&self, answer: &HttpAnswer) -> Option<SmsOutcome> {
        if answer.status != StatusCode::OK {
            return None;
        }
        let body: Value = serde_json::from_slice(&answer.body).ok()?;
        let sent = body.pointer("/messages/0")?;
        let group = sent.pointer("/status/groupId")?.as_u64()?;
        if TAKEN.contains(&group) {
            return Some(SmsOutcome::accepted(sent.get("messageId").and_then(Value::as_str)));
        }
        let name = sent.pointer("/status/name").and_then(Value::as_str).unwrap_or_default();
        let otherwise =
            || SmsOutcome::elsewhere_with_this("Infobip refused the message; its web interface tells why");
        (group == REFUSED).then(|| meaning_of(&name, NAMES).unwrap_or_else(otherwise))
    }
}
