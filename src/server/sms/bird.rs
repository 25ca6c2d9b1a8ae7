//! Bird's SMS API, once MessageBird's: <https://developers.messagebird.com/api/sms-messaging/>.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::{
    SmsMessage,
    http_client::{HttpAnswer, HttpRequest},
    http_provider::{
        Credential, HttpProvider,
        Meaning::{self, Elsewhere},
        authorization, meaning_of, post_json,
    },
};
use crate::domain::sms_outcome::{Rejection, SmsOutcome};

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
