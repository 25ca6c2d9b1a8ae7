//! A provider that the configuration describes: for whoever has an HTTP interface and no file here.

use std::{io, sync::Arc};

use hyper::{
    Method,
    header::{CONTENT_TYPE, HeaderName, HeaderValue},
};
use serde_json::Value;

use super::{
    SmsMessage, SmsSender,
    callback::CallbackReader,
    http_client::{HttpAnswer, HttpRequest},
    http_provider::{Credential, HttpProvider, percent_encoded},
    http_receipts::HttpReceipts,
    http_settings,
    provider::{Provider, ProviderKind, SenderParts},
};
use crate::domain::{
    sms_outcome::{Rejection, SmsOutcome},
    sms_route::ProviderName,
};

/// The name.
pub const NAME: ProviderName = ProviderName::new("http");

/// Its entry in the registry.
pub static KIND: ProviderKind = ProviderKind {
    name: NAME,
    delivers_to_people: true,
    settings: http_settings::SETTINGS,
    read: |reader| Some(Box::new(http_settings::read(reader)?)),
};

/// What may stand between braces in a template.
pub const PLACEHOLDERS: [&str; 5] = ["to", "to_digits", "from", "text", "secret"];

/// How the body is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyFormat {
    /// Placeholders stand within JSON strings.
    #[default]
    Json,
    /// They stand within a form's values.
    Form,
}

/// A request with places for the number, the text and a credential, and what its answers look like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpTemplate {
    /// Whether it is a `GET`, which has no body.
    pub is_get: bool,
    /// With placeholders.
    pub url: String,
    /// Names, and values with placeholders.
    pub headers: Vec<(String, String)>,
    /// With placeholders.
    pub body: String,
    /// How.
    pub body_format: BodyFormat,
    /// For `{from}`, where a country has no sender of its own.
    pub from: String,
    /// For `{secret}`.
    pub secret: Option<Credential>,
    /// Statuses of success.
    pub accepted_status: Vec<u16>,
    /// What an answer of success must contain besides; empty: nothing.
    pub accepted_text: String,
    /// What tells, in an answer of any status, that the provider refused the message for a reason of its own.
    pub refused_text: Vec<String>,
    /// What tells, in an answer of any status, that the number takes no messages.
    pub rejected_text: Vec<String>,
    /// Where the message's name stands in an answer of JSON, as a JSON pointer (RFC 6901); empty: nowhere.
    pub message_id: String,
    /// How its receipts look, if it calls with them.
    pub receipts: Option<Box<HttpReceipts>>,
}

#[derive(Clone, Copy)]
enum Place {
    Url,
    Header,
    Body(BodyFormat),
}

impl Place {
    fn escape(self, value: &str) -> String {
        match self {
            Self::Url | Self::Body(BodyFormat::Form) => percent_encoded(value),
            Self::Header => value.to_owned(),
            Self::Body(BodyFormat::Json) => {
                let quoted = Value::from(value).to_string();
                let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                inner.unwrap_or_default().to_owned()
            }
        }
    }
}

impl HttpTemplate {
    /// Fills a template in one pass, so that nothing within a value is taken for a placeholder.
    fn fill(&self, template: &str, place: Place, message: &SmsMessage) -> String {
        let mut filled = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let placeholder = after.split_once('}');
            let known = placeholder.and_then(|(name, after)| Some((self.value(name, message)?, after)));
            if let Some((value, after)) = known {
                filled.push_str(&place.escape(value));
                rest = after;
            } else {
                filled.push('{');
                rest = after;
            }
        }
        filled + rest
    }

    fn value<'a>(&'a self, name: &str, message: &'a SmsMessage) -> Option<&'a str> {
        match name {
            "to" => Some(message.to.e164()),
            "to_digits" => Some(message.digits()),
            "from" => Some(message.from(&self.from)),
            "text" => Some(&message.text),
            "secret" => Some(self.secret.as_ref().map_or("", Credential::reveal)),
            _ => None,
        }
    }

    fn headers(&self, message: &SmsMessage) -> Vec<(HeaderName, HeaderValue)> {
        let content_type = match self.body_format {
            BodyFormat::Json => "application/json",
            BodyFormat::Form => "application/x-www-form-urlencoded",
        };
        let content_type = (CONTENT_TYPE, HeaderValue::from_static(content_type));
        // The configuration refuses what is no header; a text with line breaks cannot be one and is left out.
        let own = self.headers.iter().filter_map(|(name, value)| {
            let mut value = HeaderValue::try_from(self.fill(value, Place::Header, message)).ok()?;
            value.set_sensitive(true);
            Some((HeaderName::try_from(name).ok()?, value))
        });
        let mut headers: Vec<_> = own.collect();
        if !self.is_get && !headers.iter().any(|(name, _)| name == CONTENT_TYPE) {
            headers.push(content_type);
        }
        headers
    }
}

impl Provider for HttpTemplate {
    fn sender(&self, parts: &mut SenderParts) -> io::Result<Arc<dyn SmsSender>> {
        parts.http_sender(self.clone())
    }

    fn sender_name(&self) -> Option<&str> {
        Some(&self.from)
    }

    fn callback_reader(&self) -> Option<Arc<dyn CallbackReader>> {
        Some(Arc::new(self.receipts.as_deref()?.clone()))
    }
}

impl HttpProvider for HttpTemplate {
    fn request(&self, message: &SmsMessage) -> HttpRequest {
        let body = || self.fill(&self.body, Place::Body(self.body_format), message);
        HttpRequest {
            method: if self.is_get { Method::GET } else { Method::POST },
            url: self.fill(&self.url, Place::Url, message),
            headers: self.headers(message),
            body: if self.is_get { String::new() } else { body() },
        }
    }

    fn outcome(&self, answer: &HttpAnswer) -> Option<SmsOutcome> {
        let text = String::from_utf8_lossy(&answer.body);
        let says_any = |signs: &[String]| signs.iter().any(|sign| text.contains(sign.as_str()));
        if says_any(&self.rejected_text) {
            return Some(SmsOutcome::Rejected(Rejection::BadNumber));
        }
        if says_any(&self.refused_text) {
            return Some(SmsOutcome::elsewhere(
                "the provider refused the message: one of [http] refused_text came",
            ));
        }
        if self.accepted_status.contains(&answer.status.as_u16()) && text.contains(&self.accepted_text) {
            let body: Option<Value> = serde_json::from_str(&text).ok();
            let id = body.as_ref().and_then(|body| body.pointer(&self.message_id)).and_then(|id| match id {
                Value::String(id) => Some(id.clone()),
                Value::Number(id) => Some(id.to_string()),
                _ => None,
            });
            return Some(SmsOutcome::accepted(id.as_deref()));
        }
        None
    }
}

#[cfg(test)]
#[path = "http_template_tests.rs"]
mod tests;
