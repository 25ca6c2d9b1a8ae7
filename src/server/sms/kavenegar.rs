//! Kavenegar's REST API, for numbers of Iran: <https://kavenegar.com/rest.html>.

use std::{io, sync::Arc};

use serde_json::Value;

use super::{
    SmsMessage, SmsSender,
    callback::CallbackReader,
    http_client::{HttpAnswer, HttpRequest},
    http_provider::{
        Credential, HttpProvider,
        Meaning::{self, Elsewhere, Rejected, Unknown},
        meaning_of, percent_encoded, post_form,
    },
    kavenegar_receipts::KavenegarReceipts,
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
        sms_values::{credential, receipt_secret, sender, service_url},
    },
};

/// The name.
pub const NAME: ProviderName = ProviderName::new("kavenegar");

/// Kavenegar's entry in the registry.
pub static KIND: ProviderKind = ProviderKind {
    name: NAME,
    delivers_to_people: true,
    settings: &[&URL, &API_KEY, &API_KEY_FILE, &FROM, &RECEIPT_SECRET, &RECEIPT_SECRET_FILE],
    read: |reader| Some(Box::new(read(reader)?)),
};

/// Where the API is.
const URL: Setting = Setting::new("kavenegar", "url").or("https://api.kavenegar.com");
/// The account's.
const API_KEY: Setting = Setting::new("kavenegar", "api_key").secret();
/// A file that holds the same.
const API_KEY_FILE: Setting = Setting::new("kavenegar", "api_key_file");
/// One of the account's lines.
const FROM: Setting = Setting::new("kavenegar", "from");
/// The end of the address that Kavenegar calls with receipts.
const RECEIPT_SECRET: Setting = Setting::new("kavenegar", "receipt_secret").secret();
/// A file that holds the same.
const RECEIPT_SECRET_FILE: Setting = Setting::new("kavenegar", "receipt_secret_file");

/// What the answer's own status is when Kavenegar took the message.
const TAKEN: u64 = 200;

/// A message's status when the number's owner wants none from this sender.
const BLOCKED: u64 = 14;

/// A message's status when nothing will come of it: failed, not arrived, cancelled.
const DEAD: [u64; 3] = [6, 11, 13];

/// From the table of errors of <https://kavenegar.com/rest.html>; they come as the HTTP status too.
const CODES: &[(u64, Meaning)] = &[
    (401, Elsewhere("the Kavenegar account is switched off (401); ask its support")),
    (402, Unknown("Kavenegar failed while it worked on the message (402), which may have gone")),
    (403, Elsewhere("Kavenegar does not know this key (403); check [kavenegar] api_key")),
    (
        407,
        Elsewhere(
            "Kavenegar does not take messages from this machine's address (407); allow it in its panel",
        ),
    ),
    (409, Unknown("Kavenegar could not answer (409), and the message may have gone")),
    (411, Rejected(Rejection::BadNumber)),
    (412, Elsewhere("the sender is none of this account's (412); check [kavenegar] from")),
    (418, Elsewhere("the Kavenegar account has too little credit (418); top it up")),
];

/// An account at Kavenegar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kavenegar {
    /// `https://api.kavenegar.com`
    pub url: String,
    /// From the panel. It is a part of the request's path, as the API wants it.
    pub api_key: Credential,
    /// One of the account's lines.
    pub from: String,
    /// The last part of the path that it calls with receipts; without it none are taken.
    pub receipt_secret: Option<Credential>,
}

fn read(reader: &mut Reader) -> Option<Kavenegar> {
    let url = service_url(reader, &URL);
    let api_key = credential(reader, &API_KEY, &API_KEY_FILE);
    let from = sender(reader, &FROM, "one of the account's lines, such as 10004346");
    let receipt_secret = receipt_secret(reader, &RECEIPT_SECRET, &RECEIPT_SECRET_FILE);
    Some(Kavenegar { url: url?, api_key: api_key?, from: from?, receipt_secret })
}

/// Where Kavenegar calls is told to its panel, not with each message.
impl Provider for Kavenegar {
    fn sender(&self, parts: &mut SenderParts) -> io::Result<Arc<dyn SmsSender>> {
        parts.http_sender(self.clone())
    }

    fn sender_name(&self) -> Option<&str> {
        Some(&self.from)
    }

    fn callback_reader(&self) -> Option<Arc<dyn CallbackReader>> {
        Some(Arc::new(KavenegarReceipts { secret: self.receipt_secret.clone()? }))
    }
}

impl HttpProvider for Kavenegar {
    fn request(&self, message: &SmsMessage) -> HttpRequest {
        let url = format!("{}/v1/{}/sms/send.json", self.url, percent_encoded(self.api_key.reveal()));
        // Numbers of Iran as they are dialled there, others with 00.
        let receptor = match message.digits().strip_prefix("98") {
            Some(national) => format!("0{national}"),
            None => format!("00{}", message.digits()),
        };
        let fields = [
            ("receptor", receptor.as_str()),
            ("sender", message.from(&self.from)),
            ("message", &message.text),
        ];
        post_form(url, None, &fields)
    }

    fn outcome(&self, answer: &HttpAnswer) -> Option<SmsOutcome> {
        let body: Value = serde_json::from_slice(&answer.body).ok()?;
        let code = body.pointer("/return/status")?.as_u64()?;
        if code != TAKEN {
            return meaning_of(&code, CODES);
        }
        let sent = body.pointer("/entries/0")?;
        match sent.get("status").and_then(Value::as_u64) {
            Some(BLOCKED) => return Some(SmsOutcome::Rejected(Rejection::OptedOut)),
            Some(status) if DEAD.contains(&status) => {
                return Some(SmsOutcome::elsewhere_with_this(
                    "Kavenegar gave the message up at once; its panel tells why",
                ));
            }
            _ => {}
        }
        let id = sent.get("messageid")?.as_u64()?.to_string();
        Some(SmsOutcome::accepted(Some(&id)))
    }
}
