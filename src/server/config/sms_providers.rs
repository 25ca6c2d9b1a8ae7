//! The sections of the providers, each read only when a route names its provider.

use std::path::PathBuf;

use super::{
    fault::Complaint,
    reader::{Reader, quoted},
    setting::Setting,
    sms::OUTBOX_PATH,
    sms_http,
    sms_values::{credential, graphic, service_url},
};
use crate::{
    domain::sms_route::ProviderName,
    server::sms::{provider::Provider, twilio::Twilio, vonage::Vonage},
};

/// Where Twilio's API is.
pub const TWILIO_URL: Setting = Setting::new("twilio", "url").or("https://api.twilio.com");
/// `AC…`
pub const TWILIO_ACCOUNT_SID: Setting = Setting::new("twilio", "account_sid");
/// The account's.
pub const TWILIO_AUTH_TOKEN: Setting = Setting::new("twilio", "auth_token").secret();
/// A file that holds the same.
pub const TWILIO_AUTH_TOKEN_FILE: Setting = Setting::new("twilio", "auth_token_file");
/// A number, a name, or a messaging service.
pub const TWILIO_FROM: Setting = Setting::new("twilio", "from");

/// Where Vonage's API is.
pub const VONAGE_URL: Setting = Setting::new("vonage", "url").or("https://rest.nexmo.com");
/// The account's.
pub const VONAGE_API_KEY: Setting = Setting::new("vonage", "api_key");
/// The same.
pub const VONAGE_API_SECRET: Setting = Setting::new("vonage", "api_secret").secret();
/// A file that holds the same.
pub const VONAGE_API_SECRET_FILE: Setting = Setting::new("vonage", "api_secret_file");
/// A number, or a name.
pub const VONAGE_FROM: Setting = Setting::new("vonage", "from");

/// Reads a provider's section. `None`: a fault was noted.
pub fn read(reader: &mut Reader, name: ProviderName) -> Option<Provider> {
    match name {
        ProviderName::Console => Some(Provider::Console),
        ProviderName::Outbox => outbox(reader),
        ProviderName::Http => sms_http::read(reader).map(Provider::Http),
        ProviderName::Twilio => twilio(reader).map(Provider::Twilio),
        ProviderName::Vonage => vonage(reader).map(Provider::Vonage),
    }
}

fn outbox(reader: &mut Reader) -> Option<Provider> {
    if reader.given(&OUTBOX_PATH).is_none() {
        let remedy = "Name the file that messages are appended to: data/outbox.jsonl.";
        reader.complain(&OUTBOX_PATH, Complaint::new("is missing, which the outbox needs", remedy));
    }
    reader.optional(&OUTBOX_PATH, |value| Ok(Provider::Outbox(PathBuf::from(Reader::text(value)?))))
}

fn twilio(reader: &mut Reader) -> Option<Twilio> {
    let url = service_url(reader, &TWILIO_URL);
    let account_sid = graphic(reader, &TWILIO_ACCOUNT_SID, "AC… from Twilio's console");
    let auth_token = credential(reader, &TWILIO_AUTH_TOKEN, &TWILIO_AUTH_TOKEN_FILE);
    let from = sender(reader, &TWILIO_FROM, "+15005550006, a registered name, or a messaging service MG…");
    Some(Twilio { url: url?, account_sid: account_sid?, auth_token: auth_token?, from: from? })
}

fn vonage(reader: &mut Reader) -> Option<Vonage> {
    let url = service_url(reader, &VONAGE_URL);
    let api_key = graphic(reader, &VONAGE_API_KEY, "the key from Vonage's dashboard");
    let api_secret = credential(reader, &VONAGE_API_SECRET, &VONAGE_API_SECRET_FILE);
    let from = sender(reader, &VONAGE_FROM, "15005550006 or a registered name");
    Some(Vonage { url: url?, api_key: api_key?, api_secret: api_secret?, from: from? })
}

/// Who the message is from, as the phone shows it: plain characters, at most 34 (the length of Twilio's services).
fn sender(reader: &mut Reader, setting: &Setting, example: &str) -> Option<String> {
    if reader.given(setting).is_none() {
        let problem = "is missing, which [sms] needs for this provider";
        reader.complain(setting, Complaint::new(problem, format!("Write who sends: {example}.")));
    }
    reader.optional(setting, |value| {
        let text = Reader::text(value)?;
        if text.len() <= 34 && text.chars().all(|character| matches!(character, ' '..='~')) {
            return Ok(text.to_owned());
        }
        Err(Complaint::new(quoted(text), format!("Write at most 34 plain characters: {example}.")))
    })
}
