//! Vonage's SMS API: <https://developer.vonage.com/en/api/sms>.

use std::{io, sync::Arc};

use serde_json::Value;

use super::{
    SmsMessage, SmsSender,
    callback::{CallbackReader, callback_url},
    http_client::{HttpAnswer, HttpRequest},
    http_provider::{
        Credential, HttpProvider,
        Meaning::{self, Elsewhere, Rejected, Unknown},
        meaning_of, post_form,
    },
    provider::{Provider, ProviderKind, SenderParts},
    vonage_receipts::VonageReceipts,
};
use crate::{
    domain::{
        sms_outcome::{Rejection, SmsOutcome},
        sms_route::ProviderName,
    },
    server::config::{
        reader::Reader,
        setting::Setting,
        sms_values::{credential, graphic, optional_credential, sender, service_url},
    },
};

/// The name.
pub const NAME: ProviderName = ProviderName::new("vonage");

/// Vonage's entry in the registry.
pub static KIND: ProviderKind = ProviderKind {
    name: NAME,
    delivers_to_people: true,
    settings: &[
        &URL,
        &API_KEY,
        &API_SECRET,
        &API_SECRET_FILE,
        &FROM,
        &SIGNATURE_SECRET,
        &SIGNATURE_SECRET_FILE,
    ],
    read: |reader| Some(Box::new(read(reader)?)),
};

/// Where the API is.
const URL: Setting = Setting::new("vonage", "url").or("https://rest.nexmo.com");
/// The account's.
const API_KEY: Setting = Setting::new("vonage", "api_key");
/// The same.
const API_SECRET: Setting = Setting::new("vonage", "api_secret").secret();
/// A file that holds the same.
const API_SECRET_FILE: Setting = Setting::new("vonage", "api_secret_file");
/// A number, or a name.
const FROM: Setting = Setting::new("vonage", "from");
/// Verifies Vonage's calls.
const SIGNATURE_SECRET: Setting = Setting::new("vonage", "signature_secret").secret();
/// A file that holds the same.
const SIGNATURE_SECRET_FILE: Setting = Setting::new("vonage", "signature_secret_file");

/// For how long Vonage tries at least to deliver a message, 20 s; unless told it tries for 72 hours
/// (<https://github.com/Nexmo/api-specification/blob/master/definitions/sms.yml>, `ttl`).
const TTL_MIN_MILLISECONDS: i64 = 20_000;
/// For how long at most: 7 days.
const TTL_MAX_MILLISECONDS: i64 = 604_800_000;

/// The status of a message that Vonage took.
const ACCEPTED: &str = "0";

/// From <https://developer.vonage.com/en/api-errors/sms>.
const CODES: &[(&str, Meaning)] = &[
    ("1", Elsewhere("Vonage gets messages faster than the account may send (1); ask it for more throughput")),
    ("2", Elsewhere("Vonage misses a parameter (2); check [vonage] from")),
    ("3", Elsewhere("Vonage does not like a parameter (3); check [vonage] from")),
    ("4", Elsewhere("Vonage does not know these credentials (4); check [vonage] api_key and api_secret")),
    ("5", Unknown("Vonage failed while it worked on the message (5), which may have gone")),
    ("6", Elsewhere("Vonage could not work on the message (6), perhaps because it does not know the prefix")),
    ("7", Rejected(Rejection::NotReachable)),
    ("8", Elsewhere("the Vonage account is suspended (8); ask its support")),
    ("9", Elsewhere("the Vonage account has too little credit (9); top it up")),
    ("10", Elsewhere("Vonage has too many connections of this account (10)")),
    ("11", Elsewhere("the Vonage account may not use the SMS API (11); ask its support")),
    ("12", Elsewhere("the message is too long for Vonage (12)")),
    ("14", Elsewhere("Vonage wants signed requests (14); allow api_secret in its dashboard")),
    ("15", Elsewhere("Vonage does not allow this sender there (15); check [vonage] from")),
    ("29", Elsewhere("a trial account sends to listed numbers alone (29); upgrade it in Vonage's dashboard")),
    ("32", Elsewhere("Vonage wants signed requests (32); allow api_secret in its dashboard")),
    ("33", Rejected(Rejection::BadNumber)),
];

/// An account at Vonage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vonage {
    /// `https://rest.nexmo.com`
    pub url: String,
    /// From the dashboard.
    pub api_key: String,
    /// The same.
    pub api_secret: Credential,
    /// A number without its plus sign, or a name.
    pub from: String,
    /// Verifies its calls with receipts; without it none are asked for.
    pub signature_secret: Option<Credential>,
    /// Where it is to call with receipts.
    pub callback: Option<String>,
}

fn read(reader: &mut Reader) -> Option<Vonage> {
    let url = service_url(reader, &URL);
    let api_key = graphic(reader, &API_KEY, "the key from Vonage's dashboard");
    let api_secret = credential(reader, &API_SECRET, &API_SECRET_FILE);
    let from = sender(reader, &FROM, "15005550006 or a registered name");
    let signature_secret = optional_credential(reader, &SIGNATURE_SECRET, &SIGNATURE_SECRET_FILE);
    let (url, api_key, api_secret, from) = (url?, api_key?, api_secret?, from?);
    Some(Vonage { url, api_key, api_secret, from, signature_secret, callback: None })
}

impl Provider for Vonage {
    fn sender(&self, parts: &mut SenderParts) -> io::Result<Arc<dyn SmsSender>> {
        parts.http_sender(self.clone())
    }

    fn sender_name(&self) -> Option<&str> {
        Some(&self.from)
    }

    fn ask_for_receipts(&mut self, origin: &str) {
        self.callback = self.signature_secret.is_some().then(|| callback_url(origin, NAME));
    }

    fn callback_reader(&self) -> Option<Arc<dyn CallbackReader>> {
        Some(Arc::new(VonageReceipts { signature_secret: self.signature_secret.clone()? }))
    }
}

impl HttpProvider for Vonage {
    fn request(&self, message: &SmsMessage) -> HttpRequest {
        let ttl = message.good_for.num_milliseconds().clamp(TTL_MIN_MILLISECONDS, TTL_MAX_MILLISECONDS);
        let ttl = ttl.to_string();
        let mut fields = vec![
            ("api_key", self.api_key.as_str()),
            ("api_secret", self.api_secret.reveal()),
            ("from", message.from_digits(&self.from)),
            ("to", message.digits()),
            ("text", &message.text),
            ("ttl", &ttl),
        ];
        if message.is_wide() {
            // Every other text is GSM-7 to Vonage, whatever it holds.
            fields.push(("type", "unicode"));
        }
        fields.extend(self.callback.as_deref().map(|url| ("callback", url)));
        post_form(format!("{}/sms/json", self.url), None, &fields)
    }

    fn outcome(&self, answer: &HttpAnswer) -> Option<SmsOutcome> {
        if !answer.status.is_success() {
            return None;
        }
        let body: Value = serde_json::from_slice(&answer.body).ok()?;
        // More than one part of the text would be more than one entry; ours is one segment.
        let sent = body.get("messages")?.get(0)?;
        match sent.get("status")?.as_str()? {
            ACCEPTED => Some(SmsOutcome::accepted(sent.get("message-id").and_then(Value::as_str))),
            code => meaning_of(&code, CODES).or_else(|| {
                Some(SmsOutcome::elsewhere_with_this("Vonage refused the message; its dashboard tells why"))
            }),
        }
    }
}
