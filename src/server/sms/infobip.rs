//! Infobip's SMS API: <https://www.infobip.com/docs/api/channels/sms>.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::{
    SmsMessage,
    http_client::{HttpAnswer, HttpRequest},
    http_provider::{
        Credential, HttpProvider,
        Meaning::{self, Elsewhere, Rejected},
        authorization, meaning_of, post_json,
    },
};
use crate::domain::sms_outcome::{Rejection, SmsOutcome};

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
