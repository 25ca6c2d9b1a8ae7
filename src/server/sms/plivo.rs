//! Plivo's message API: <https://docs.plivo.com/docs/messaging/api/message>.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::{
    SmsMessage,
    http_client::{HttpAnswer, HttpRequest},
    http_provider::{Credential, HttpProvider, basic, percent_encoded, post_json},
};
use crate::domain::sms_outcome::SmsOutcome;

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
