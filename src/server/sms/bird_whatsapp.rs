//! WhatsApp by Bird, with a template of its Conversations API: <https://developers.messagebird.com/api/conversations/#send-message>.

use serde_json::{Value, json};

use super::{
    SmsMessage, bird,
    http_client::{HttpAnswer, HttpRequest},
    http_provider::{Credential, HttpProvider, authorization, post_json},
};
use crate::domain::{one_time_code::OneTimeCode, sms_outcome::SmsOutcome};

/// What an error about the number names.
const TO: &str = "to";

/// An account at Bird that writes by WhatsApp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BirdWhatsApp {
    /// `https://conversations.messagebird.com`
    pub url: String,
    /// A live one, from the dashboard.
    pub access_key: Credential,
    /// The WhatsApp channel's, from the dashboard.
    pub channel_id: String,
    /// The namespace of the account's templates.
    pub namespace: String,
    /// An authentication template, which takes the code in its text and in its button.
    pub template: String,
    /// The language that the template was approved in, such as `en` or `pt_BR`.
    pub language: String,
}

impl HttpProvider for BirdWhatsApp {
    fn request(&self, message: &SmsMessage) -> HttpRequest {
        let code = message.other_way.as_ref().map(|way| &way.code).map_or("", OneTimeCode::reveal);
        // Meta wants the code a second time, for the button that copies it:
        // https://developers.facebook.com/docs/whatsapp/business-management-api/authentication-templates
        let parameters = json!([{ "type": "text", "text": code }]);
        let body = json!({
            "to": message.to.e164(),
            "from": self.channel_id,
            "type": "hsm",
            "content": { "hsm": {
                "namespace": self.namespace,
                "templateName": self.template,
                "language": { "policy": "deterministic", "code": self.language },
                "components": [
                    { "type": "body", "parameters": parameters },
                    { "type": "button", "sub_type": "url", "index": 0, "parameters": parameters },
                ],
            } },
        });
        let key = authorization("AccessKey", self.access_key.reveal());
        post_json(format!("{}/v1/send", self.url), key, &body)
    }

    fn outcome(&self, answer: &HttpAnswer) -> Option<SmsOutcome> {
        let body: Value = serde_json::from_slice(&answer.body).ok()?;
        if answer.status.is_success() {
            return body.get("id")?.as_str().map(|id| SmsOutcome::accepted(Some(id)));
        }
        bird::refusal(answer.status, &body, TO)
    }
}
