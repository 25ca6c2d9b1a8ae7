//! Twilio's Messaging API: <https://www.twilio.com/docs/messaging/api/message-resource>.

use std::{io, sync::Arc};

use hyper::StatusCode;
use serde_json::Value;

use super::{
    SmsMessage, SmsSender,
    callback::{CallbackReader, callback_url},
    http_client::{HttpAnswer, HttpRequest},
    http_provider::{
        Credential, HttpProvider,
        Meaning::{self, Elsewhere, ElsewhereWithThis, Rejected},
        basic, meaning_of, percent_encoded, post_form,
    },
    provider::{Provider, ProviderKind, SenderParts},
};
use crate::{
    domain::{
        sms_outcome::{Rejection, SmsOutcome},
        sms_route::ProviderName,
        sms_sender::SmsSenderId,
    },
    server::config::{
        reader::Reader,
        setting::Setting,
        sms_values::{credential, graphic, sender, service_url},
    },
};

/// The name.
pub const NAME: ProviderName = ProviderName::new("twilio");

/// Twilio's entry in the registry.
pub static KIND: ProviderKind = ProviderKind {
    name: NAME,
    delivers_to_people: true,
    settings: &[&URL, &ACCOUNT_SID, &AUTH_TOKEN, &AUTH_TOKEN_FILE, &FROM],
    read: |reader| Some(Box::new(read(reader)?)),
};

/// Where the API is.
const URL: Setting = Setting::new("twilio", "url").or("https://api.twilio.com");
/// `AC…`
const ACCOUNT_SID: Setting = Setting::new("twilio", "account_sid");
/// The account's.
const AUTH_TOKEN: Setting = Setting::new("twilio", "auth_token").secret();
/// A file that holds the same.
const AUTH_TOKEN_FILE: Setting = Setting::new("twilio", "auth_token_file");
/// A number, a name, or a messaging service.
const FROM: Setting = Setting::new("twilio", "from");

/// What begins the name of a messaging service, where a number or a name may stand too.
const MESSAGING_SERVICE: &str = "MG";

/// The longest `ValidityPeriod`: <https://www.twilio.com/docs/api/errors/21624>.
const VALIDITY_MAX_SECONDS: i64 = 36_000;

/// From <https://www.twilio.com/docs/api/errors>: those that are about the account, whatever is asked of it.
const ACCOUNT_CODES: &[(u64, Meaning)] = &[
    (
        20003,
        Elsewhere(
            "Twilio does not know these credentials (20003); check [twilio] account_sid and auth_token",
        ),
    ),
    (20429, Elsewhere("Twilio gets too many requests from this account (20429); ask it for more throughput")),
];

/// From the same: those that answer a request to send. What is not here is refused by its
/// status and goes elsewhere: Twilio adds codes and asks not to rely on a closed list.
const CODES: &[(u64, Meaning)] = &[
    (21211, Rejected(Rejection::BadNumber)),
    (21214, Rejected(Rejection::NotReachable)),
    (21408, Rejected(Rejection::BlockedRegion)),
    (
        21606,
        Elsewhere("the sender is no number of this account that can send SMS (21606); check [twilio] from"),
    ),
    (
        21608,
        Elsewhere("a trial account sends to verified numbers alone (21608); upgrade it in Twilio's console"),
    ),
    (21610, Rejected(Rejection::OptedOut)),
    (
        21612,
        ElsewhereWithThis("Twilio cannot reach the number from this sender (21612); check [twilio] from"),
    ),
    (21614, Rejected(Rejection::BadNumber)),
];

/// An account at Twilio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twilio {
    /// `https://api.twilio.com`, or a regional one.
    pub url: String,
    /// `AC…`
    pub account_sid: String,
    /// The account's, from the console.
    pub auth_token: Credential,
    /// A number in E.164 form, a name, or a messaging service (`MG…`).
    pub from: String,
    /// Where Twilio tells what became of the message; `None`: nowhere.
    pub status_callback: Option<String>,
}

/// Address, name and token of the account, by whatever way it is used.
pub fn account(reader: &mut Reader) -> Option<(String, String, Credential)> {
    let url = service_url(reader, &URL);
    let account_sid = graphic(reader, &ACCOUNT_SID, "AC… from Twilio's console");
    let auth_token = credential(reader, &AUTH_TOKEN, &AUTH_TOKEN_FILE);
    Some((url?, account_sid?, auth_token?))
}

fn read(reader: &mut Reader) -> Option<Twilio> {
    let account = account(reader);
    let from = sender(reader, &FROM, "+15005550006, a registered name, or a messaging service MG…");
    let (url, account_sid, auth_token) = account?;
    Some(Twilio { url, account_sid, auth_token, from: from?, status_callback: None })
}

impl Provider for Twilio {
    fn sender(&self, parts: &mut SenderParts) -> io::Result<Arc<dyn SmsSender>> {
        parts.http_sender(self.clone())
    }

    fn sender_name(&self) -> Option<&str> {
        Some(&self.from)
    }

    fn ask_for_receipts(&mut self, origin: &str) {
        self.status_callback = Some(callback_url(origin, NAME));
    }

    fn callback_reader(&self) -> Option<Arc<dyn CallbackReader>> {
        Some(Arc::new(self.clone()))
    }
}

impl HttpProvider for Twilio {
    fn request(&self, message: &SmsMessage) -> HttpRequest {
        let url = resource(&self.url, &self.account_sid, "Messages");
        let from = message.from(&self.from);
        let is_name = message.from.as_ref().is_some_and(SmsSenderId::is_name);
        let sender =
            if from.starts_with(MESSAGING_SERVICE) && !is_name { "MessagingServiceSid" } else { "From" };
        // Twilio drops what it could not hand over within so many seconds: the code is dead by then.
        let good_for = message.good_for.num_seconds().min(VALIDITY_MAX_SECONDS).to_string();
        let mut fields = vec![
            ("To", message.to.e164()),
            (sender, from),
            ("Body", &message.text),
            ("ValidityPeriod", &good_for),
        ];
        fields.extend(self.status_callback.as_deref().map(|url| ("StatusCallback", url)));
        post_form(url, Some(basic(&self.account_sid, &self.auth_token)), &fields)
    }

    fn outcome(&self, answer: &HttpAnswer) -> Option<SmsOutcome> {
        outcome(answer, CODES)
    }
}

/// Where what an account makes is made: `Messages`, `Calls`.
pub(super) fn resource(url: &str, account_sid: &str, name: &str) -> String {
    format!("{url}/2010-04-01/Accounts/{}/{name}.json", percent_encoded(account_sid))
}

/// What Twilio says of a message or a call that was asked for; `codes` are those that answer such a request.
pub(super) fn outcome(answer: &HttpAnswer, codes: &[(u64, Meaning)]) -> Option<SmsOutcome> {
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    if answer.status == StatusCode::CREATED {
        return body.get("sid")?.as_str().map(|sid| SmsOutcome::accepted(Some(sid)));
    }
    if !answer.status.is_client_error() {
        return None;
    }
    let code = body.get("code")?.as_u64()?;
    meaning_of(&code, codes).or_else(|| meaning_of(&code, ACCOUNT_CODES))
}
