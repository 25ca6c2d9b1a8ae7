//! Plivo's message API: <https://docs.plivo.com/docs/messaging/api/message>.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::{
    SmsMessage,
    http_client::{HttpAnswer, HttpRequest},
    http_provider::{Credential, HttpProvider, basic, percent_encoded, post_json},
};
use crate::domain::sms_outcome::SmsOutcome;

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
        let mut body =
            json!({ "src": message.from_digits(&self.from), "dst": message.digits(), "text": message.text });
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
