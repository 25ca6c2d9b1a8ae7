//! `[http]`: a provider that the configuration describes.

use hyper::header::{HeaderName, HeaderValue};

use super::{
    http_receipts::{HttpInbound, HttpReceipts},
    http_template::{BodyFormat, HttpTemplate, PLACEHOLDERS},
};
use crate::{
    domain::sms_sender::SmsSenderId,
    server::config::{
        fault::{Complaint, nearest},
        reader::{Reader, quoted},
        setting::Setting,
        sms_senders::SENDER_REMEDY,
        sms_values::{check_url, optional_credential, receipt_secret},
    },
};

/// All of them.
pub const SETTINGS: &[&Setting] = &[
    &METHOD,
    &URL,
    &HEADERS,
    &BODY,
    &BODY_FORMAT,
    &FROM,
    &SECRET,
    &SECRET_FILE,
    &ACCEPTED_STATUS,
    &ACCEPTED_TEXT,
    &REFUSED_TEXT,
    &REJECTED_TEXT,
    &MESSAGE_ID,
    &RECEIPT_SECRET,
    &RECEIPT_SECRET_FILE,
    &RECEIPT_ID,
    &RECEIPT_STATE,
    &RECEIPT_DELIVERED,
    &RECEIPT_FAILED,
    &INBOUND_TEXT,
    &INBOUND_FROM,
    &INBOUND_ID,
];

/// `POST` or `GET`.
const METHOD: Setting = Setting::new("http", "method").or("POST");
/// Where to, with placeholders.
const URL: Setting = Setting::new("http", "url");
/// `Name: value`, with placeholders.
const HEADERS: Setting = Setting::new("http", "headers");
/// With placeholders.
const BODY: Setting = Setting::new("http", "body");
/// `json` or `form`.
const BODY_FORMAT: Setting = Setting::new("http", "body_format").or("json");
/// For `{from}`, where a country has no sender of its own.
const FROM: Setting = Setting::new("http", "from");
/// For `{secret}`.
const SECRET: Setting = Setting::new("http", "secret").secret();
/// A file that holds the same.
const SECRET_FILE: Setting = Setting::new("http", "secret_file");
/// Statuses of success.
const ACCEPTED_STATUS: Setting = Setting::new("http", "accepted_status").or("200, 201, 202");
/// What an answer of success must contain.
const ACCEPTED_TEXT: Setting = Setting::new("http", "accepted_text");
/// What tells that the provider refused the message.
const REFUSED_TEXT: Setting = Setting::new("http", "refused_text");
/// What tells that the number takes no messages.
const REJECTED_TEXT: Setting = Setting::new("http", "rejected_text");
/// A JSON pointer.
const MESSAGE_ID: Setting = Setting::new("http", "message_id");
/// The end of the address that it calls with receipts.
const RECEIPT_SECRET: Setting = Setting::new("http", "receipt_secret").secret();
/// A file that holds the same.
const RECEIPT_SECRET_FILE: Setting = Setting::new("http", "receipt_secret_file");
/// Where the message's name stands in a receipt.
const RECEIPT_ID: Setting = Setting::new("http", "receipt_id").or("id");
/// Where the state stands.
const RECEIPT_STATE: Setting = Setting::new("http", "receipt_state").or("status");
/// States of a message that arrived.
const RECEIPT_DELIVERED: Setting = Setting::new("http", "receipt_delivered").or("delivered");
/// States of one that will not.
const RECEIPT_FAILED: Setting = Setting::new("http", "receipt_failed").or("failed");

/// Where a person's text stands in a call.
const INBOUND_TEXT: Setting = Setting::new("http", "inbound_text");
/// Where its writer's number stands.
const INBOUND_FROM: Setting = Setting::new("http", "inbound_from").or("from");
/// Where its name stands.
const INBOUND_ID: Setting = Setting::new("http", "inbound_id").or("id");

/// Reads `[http]`. `None`: a fault was noted.
pub fn read(reader: &mut Reader) -> Option<HttpTemplate> {
    let is_get = reader.choice(&METHOD, &[("POST", false), ("GET", true)]);
    if reader.given(&URL).is_none() {
        let remedy = "Write the address that takes messages, with {to}, {text} and so on where they belong.";
        reader.complain(&URL, Complaint::new("is missing, which [sms] needs for this provider", remedy));
    }
    let url = reader.optional(&URL, |value| url(Reader::text(value)?))?;
    let body = reader.optional(&BODY, |value| template(Reader::text(value)?)).unwrap_or_default();
    let headers = reader.optional(&HEADERS, |value| value.entries().into_iter().map(header).collect());
    let body_format = reader.choice(&BODY_FORMAT, &[("json", BodyFormat::Json), ("form", BodyFormat::Form)]);
    let accepted = reader.numbers(&ACCEPTED_STATUS, 200..=299, 1..=10);
    let mut signs = |setting| {
        let read = reader
            .optional(setting, |value| Ok(value.entries().iter().map(|&sign| sign.to_owned()).collect()));
        read.unwrap_or_default()
    };
    let template = HttpTemplate {
        is_get,
        headers: headers.unwrap_or_default(),
        body_format,
        accepted_status: accepted.into_iter().filter_map(|status| status.try_into().ok()).collect(),
        refused_text: signs(&REFUSED_TEXT),
        rejected_text: signs(&REJECTED_TEXT),
        from: reader.optional(&FROM, |value| sender(Reader::text(value)?)).unwrap_or_default(),
        secret: optional_credential(reader, &SECRET, &SECRET_FILE),
        accepted_text: reader
            .optional(&ACCEPTED_TEXT, |value| Ok(Reader::text(value)?.to_owned()))
            .unwrap_or_default(),
        message_id: reader.optional(&MESSAGE_ID, |value| pointer(Reader::text(value)?)).unwrap_or_default(),
        receipts: receipts(reader).map(Box::new),
        url,
        body,
    };
    check_whole(reader, &template).then_some(template)
}

/// Receipts are taken only where there is a secret.
fn receipts(reader: &mut Reader) -> Option<HttpReceipts> {
    let secret = receipt_secret(reader, &RECEIPT_SECRET, &RECEIPT_SECRET_FILE)?;
    let mut name =
        |setting| reader.optional(setting, |value| Ok(Reader::text(value)?.to_owned())).unwrap_or_default();
    let (id, state) = (name(&RECEIPT_ID), name(&RECEIPT_STATE));
    let inbound = HttpInbound { id: name(&INBOUND_ID), from: name(&INBOUND_FROM), text: name(&INBOUND_TEXT) };
    let inbound = (!inbound.text.is_empty()).then_some(inbound);
    let mut states = |setting| {
        let read = reader
            .optional(setting, |value| Ok(value.entries().iter().map(|&state| state.to_owned()).collect()));
        read.unwrap_or_default()
    };
    let (delivered, failed) = (states(&RECEIPT_DELIVERED), states(&RECEIPT_FAILED));
    Some(HttpReceipts { secret, id, state, delivered, failed, inbound })
}

/// Number and text must travel, and a secret must be there where it is used.
fn check_whole(reader: &mut Reader, template: &HttpTemplate) -> bool {
    let sent =
        if template.is_get { template.url.clone() } else { format!("{}{}", template.url, template.body) };
    let has =
        |name: &str| sent.contains(name) || template.headers.iter().any(|(_, value)| value.contains(name));
    let complaint = if !(sent.contains("{to}") || sent.contains("{to_digits}")) || !sent.contains("{text}") {
        let remedy = "Put {to} (or {to_digits}) and {text} into [http] url, or into [http] body of a POST.";
        Some(Complaint::new("and [http] body send no number or no text", remedy))
    } else if template.secret.is_none() && has("{secret}") {
        let remedy = format!("Give it in {}, or in a file that {SECRET_FILE} names.", SECRET.variable());
        Some(Complaint::new("or another of its settings has {secret}, but none is given", remedy))
    } else if template.from.is_empty() && has("{from}") {
        let remedy = format!("Write in {FROM} who sends where [sms] senders names nobody.");
        Some(Complaint::new("or another of its settings has {from}, but none is given", remedy))
    } else {
        None
    };
    let Some(complaint) = complaint else { return true };
    reader.complain(&URL, complaint);
    false
}

fn url(text: &str) -> Result<String, Complaint> {
    let filled =
        PLACEHOLDERS.iter().fold(text.to_owned(), |url, name| url.replace(&format!("{{{name}}}"), "0"));
    let host = |url: &str| url.parse::<hyper::Uri>().ok().and_then(|url| url.host().map(str::to_owned));
    check_url(&filled)?;
    // A placeholder in the host would let a message choose where it goes.
    let other =
        PLACEHOLDERS.iter().fold(text.to_owned(), |url, name| url.replace(&format!("{{{name}}}"), "1"));
    if host(&filled) != host(&other) {
        return Err(Complaint::new("has a placeholder in its host", "Write the host in full."));
    }
    template(text)
}

/// A word between braces that is no placeholder is one that was mistyped.
fn template(text: &str) -> Result<String, Complaint> {
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let names = text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    let unknown = names.filter(|name| is_name(name)).find(|name| !PLACEHOLDERS.contains(name));
    let Some(unknown) = unknown else { return Ok(text.to_owned()) };
    let meant =
        nearest(unknown, PLACEHOLDERS).map_or(String::new(), |name| format!(" Did you mean {{{name}}}?"));
    let remedy = format!("The placeholders are {{{}}}.{meant}", PLACEHOLDERS.join("}, {"));
    Err(Complaint::new(format!("has {{{unknown}}}, which is no placeholder"), remedy))
}

fn header(line: &str) -> Result<(String, String), Complaint> {
    const REMEDY: &str = "Write a name, a colon and a value: Authorization: Bearer {secret}.";
    let parts = line.split_once(':').map(|(name, value)| (name.trim(), value.trim()));
    let (name, value) = parts.ok_or_else(|| Complaint::new("has a line without a colon", REMEDY))?;
    if HeaderName::try_from(name).is_err() || HeaderValue::try_from(value).is_err() {
        return Err(Complaint::new("has a line that is no header", REMEDY));
    }
    if value.contains("{text}") {
        return Err(Complaint::new("has {text}, which has line breaks", "Put it into the url or the body."));
    }
    Ok((name.to_owned(), template(value)?))
}

fn sender(text: &str) -> Result<String, Complaint> {
    let sender = SmsSenderId::parse(text).map(|sender| sender.as_str().to_owned());
    sender.ok_or_else(|| Complaint::new(quoted(text), SENDER_REMEDY))
}

fn pointer(text: &str) -> Result<String, Complaint> {
    if text.starts_with('/') {
        return Ok(text.to_owned());
    }
    let remedy = "Write where the message's name stands as a JSON pointer: /messages/0/id.";
    Err(Complaint::new(quoted(text), remedy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_never_a_placeholders_to_choose() {
        assert!(url("https://sms.example/send/{to}?key={secret}").is_ok());
        for bad in ["https://{to}.example/", "https://{secret}/", "http://sms.example/", "https://a/{txt}"] {
            assert!(url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_mistyped_placeholder_is_told_and_braces_of_json_are_not() {
        let told = format!("{:?}", template("{txt}").unwrap_err());
        assert!(told.contains("Did you mean {text}?"), "{told}");
        for good in [r#"{"to":"{to}","x":{"a":[{}]}}"#, "{ text }", "{", "}", "{Text}"] {
            assert_eq!(template(good).as_deref(), Ok(good));
        }
    }

    #[test]
    fn a_header_is_a_name_and_a_value() {
        let both = ("X-Key".to_owned(), "a: {secret}".to_owned());
        assert_eq!(header("X-Key: a: {secret}"), Ok(both));
        for bad in ["X-Key", "X Key: a", "X: {text}", "X: {secrets}", ": a"] {
            assert!(header(bad).is_err(), "{bad}");
        }
    }
}
