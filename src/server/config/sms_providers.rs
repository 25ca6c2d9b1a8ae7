//! The sections of the providers, each read only when a route names its provider.

use std::path::PathBuf;

use super::{
    fault::Complaint,
    reader::{Reader, quoted},
    setting::Setting,
    sms::OUTBOX_PATH,
    sms_http, sms_smpp, sms_sns,
    sms_values::{credential, graphic, optional_credential, receipt_secret, service_url},
};
use crate::{
    domain::sms_route::ProviderName,
    server::sms::{
        bird::Bird, http_provider::Credential, infobip::Infobip, kavenegar::Kavenegar, plivo::Plivo,
        provider::Provider, telnyx::Telnyx, telnyx_receipts::TelnyxKey, twilio::Twilio, vonage::Vonage,
    },
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
/// Verifies Vonage's calls.
pub const VONAGE_SIGNATURE_SECRET: Setting = Setting::new("vonage", "signature_secret").secret();
/// A file that holds the same.
pub const VONAGE_SIGNATURE_SECRET_FILE: Setting = Setting::new("vonage", "signature_secret_file");

/// Where Bird's API is.
pub const BIRD_URL: Setting = Setting::new("bird", "url").or("https://rest.messagebird.com");
/// The account's.
pub const BIRD_ACCESS_KEY: Setting = Setting::new("bird", "access_key").secret();
/// A file that holds the same.
pub const BIRD_ACCESS_KEY_FILE: Setting = Setting::new("bird", "access_key_file");
/// A number, or a name of at most 11 characters.
pub const BIRD_FROM: Setting = Setting::new("bird", "from");
/// Verifies Bird's calls.
pub const BIRD_SIGNING_KEY: Setting = Setting::new("bird", "signing_key").secret();
/// A file that holds the same.
pub const BIRD_SIGNING_KEY_FILE: Setting = Setting::new("bird", "signing_key_file");

/// Where Plivo's API is.
pub const PLIVO_URL: Setting = Setting::new("plivo", "url").or("https://api.plivo.com");
/// The account's name.
pub const PLIVO_AUTH_ID: Setting = Setting::new("plivo", "auth_id");
/// The account's.
pub const PLIVO_AUTH_TOKEN: Setting = Setting::new("plivo", "auth_token").secret();
/// A file that holds the same.
pub const PLIVO_AUTH_TOKEN_FILE: Setting = Setting::new("plivo", "auth_token_file");
/// A number without its plus sign, or a registered name.
pub const PLIVO_FROM: Setting = Setting::new("plivo", "from");

/// Where Telnyx's API is.
pub const TELNYX_URL: Setting = Setting::new("telnyx", "url").or("https://api.telnyx.com");
/// The account's.
pub const TELNYX_API_KEY: Setting = Setting::new("telnyx", "api_key").secret();
/// A file that holds the same.
pub const TELNYX_API_KEY_FILE: Setting = Setting::new("telnyx", "api_key_file");
/// A number with a messaging profile.
pub const TELNYX_FROM: Setting = Setting::new("telnyx", "from");
/// Verifies Telnyx's calls.
pub const TELNYX_PUBLIC_KEY: Setting = Setting::new("telnyx", "public_key");

/// Where Infobip's API is, an address of the account's own.
pub const INFOBIP_URL: Setting = Setting::new("infobip", "url");
/// The account's.
pub const INFOBIP_API_KEY: Setting = Setting::new("infobip", "api_key").secret();
/// A file that holds the same.
pub const INFOBIP_API_KEY_FILE: Setting = Setting::new("infobip", "api_key_file");
/// A number without its plus sign, or a registered name.
pub const INFOBIP_FROM: Setting = Setting::new("infobip", "from");
/// The end of the address that Infobip calls with receipts.
pub const INFOBIP_RECEIPT_SECRET: Setting = Setting::new("infobip", "receipt_secret").secret();
/// A file that holds the same.
pub const INFOBIP_RECEIPT_SECRET_FILE: Setting = Setting::new("infobip", "receipt_secret_file");

/// Where Kavenegar's API is.
pub const KAVENEGAR_URL: Setting = Setting::new("kavenegar", "url").or("https://api.kavenegar.com");
/// The account's.
pub const KAVENEGAR_API_KEY: Setting = Setting::new("kavenegar", "api_key").secret();
/// A file that holds the same.
pub const KAVENEGAR_API_KEY_FILE: Setting = Setting::new("kavenegar", "api_key_file");
/// One of the account's lines.
pub const KAVENEGAR_FROM: Setting = Setting::new("kavenegar", "from");
/// The end of the address that Kavenegar calls with receipts.
pub const KAVENEGAR_RECEIPT_SECRET: Setting = Setting::new("kavenegar", "receipt_secret").secret();
/// A file that holds the same.
pub const KAVENEGAR_RECEIPT_SECRET_FILE: Setting = Setting::new("kavenegar", "receipt_secret_file");

/// Reads a provider's section. `None`: a fault was noted.
pub fn read(reader: &mut Reader, name: ProviderName) -> Option<Provider> {
    match name {
        ProviderName::Console => Some(Provider::Console),
        ProviderName::Outbox => outbox(reader),
        ProviderName::Http => sms_http::read(reader).map(Provider::Http),
        ProviderName::Twilio => twilio(reader).map(Provider::Twilio),
        ProviderName::Vonage => vonage(reader).map(Provider::Vonage),
        ProviderName::Bird => bird(reader).map(Provider::Bird),
        ProviderName::Plivo => plivo(reader).map(Provider::Plivo),
        ProviderName::Telnyx => telnyx(reader).map(Provider::Telnyx),
        ProviderName::Infobip => infobip(reader).map(Provider::Infobip),
        ProviderName::Kavenegar => kavenegar(reader).map(Provider::Kavenegar),
        ProviderName::Sns => sms_sns::read(reader).map(Provider::Sns),
        ProviderName::Smpp => sms_smpp::read(reader).map(Provider::Smpp),
    }
}

fn outbox(reader: &mut Reader) -> Option<Provider> {
    if reader.given(&OUTBOX_PATH).is_none() {
        let remedy = "Name the file that messages are appended to: data/outbox.jsonl.";
        reader.complain(&OUTBOX_PATH, Complaint::new("is missing, which the outbox needs", remedy));
    }
    reader.optional(&OUTBOX_PATH, |value| Ok(Provider::Outbox(PathBuf::from(Reader::text(value)?))))
}

/// Address, name and token of the account at Twilio, by whatever way it is used.
pub(super) fn twilio_account(reader: &mut Reader) -> Option<(String, String, Credential)> {
    let url = service_url(reader, &TWILIO_URL);
    let account_sid = graphic(reader, &TWILIO_ACCOUNT_SID, "AC… from Twilio's console");
    let auth_token = credential(reader, &TWILIO_AUTH_TOKEN, &TWILIO_AUTH_TOKEN_FILE);
    Some((url?, account_sid?, auth_token?))
}

fn twilio(reader: &mut Reader) -> Option<Twilio> {
    let account = twilio_account(reader);
    let from = sender(reader, &TWILIO_FROM, "+15005550006, a registered name, or a messaging service MG…");
    let (url, account_sid, auth_token) = account?;
    Some(Twilio { url, account_sid, auth_token, from: from?, status_callback: None })
}

fn vonage(reader: &mut Reader) -> Option<Vonage> {
    let url = service_url(reader, &VONAGE_URL);
    let api_key = graphic(reader, &VONAGE_API_KEY, "the key from Vonage's dashboard");
    let api_secret = credential(reader, &VONAGE_API_SECRET, &VONAGE_API_SECRET_FILE);
    let from = sender(reader, &VONAGE_FROM, "15005550006 or a registered name");
    let signature_secret =
        optional_credential(reader, &VONAGE_SIGNATURE_SECRET, &VONAGE_SIGNATURE_SECRET_FILE);
    Some(Vonage {
        url: url?,
        api_key: api_key?,
        api_secret: api_secret?,
        from: from?,
        signature_secret,
        callback: None,
    })
}

fn bird(reader: &mut Reader) -> Option<Bird> {
    let url = service_url(reader, &BIRD_URL);
    let access_key = credential(reader, &BIRD_ACCESS_KEY, &BIRD_ACCESS_KEY_FILE);
    let from = sender(reader, &BIRD_FROM, "15005550006, or a name of at most 11 characters");
    let signing_key = optional_credential(reader, &BIRD_SIGNING_KEY, &BIRD_SIGNING_KEY_FILE);
    Some(Bird { url: url?, access_key: access_key?, from: from?, signing_key, report_url: None })
}

fn plivo(reader: &mut Reader) -> Option<Plivo> {
    let url = service_url(reader, &PLIVO_URL);
    let auth_id = graphic(reader, &PLIVO_AUTH_ID, "the account's name from Plivo's console");
    let auth_token = credential(reader, &PLIVO_AUTH_TOKEN, &PLIVO_AUTH_TOKEN_FILE);
    let from = sender(reader, &PLIVO_FROM, "15005550006 or a registered name");
    Some(Plivo { url: url?, auth_id: auth_id?, auth_token: auth_token?, from: from?, callback: None })
}

fn telnyx(reader: &mut Reader) -> Option<Telnyx> {
    let url = service_url(reader, &TELNYX_URL);
    let api_key = credential(reader, &TELNYX_API_KEY, &TELNYX_API_KEY_FILE);
    let from = sender(reader, &TELNYX_FROM, "+15005550006, a number with a messaging profile");
    let public_key = reader.optional(&TELNYX_PUBLIC_KEY, |value| {
        let text = Reader::text(value)?;
        let remedy = "Copy the public key from Telnyx's portal: 32 bytes in base64.";
        TelnyxKey::parse(text).ok_or_else(|| Complaint::new(quoted(text), remedy))
    });
    Some(Telnyx { url: url?, api_key: api_key?, from: from?, public_key, webhook_url: None })
}

fn infobip(reader: &mut Reader) -> Option<Infobip> {
    if reader.given(&INFOBIP_URL).is_none() {
        let remedy = "Write the account's own address: https://xxxxx.api.infobip.com.";
        reader.complain(
            &INFOBIP_URL,
            Complaint::new("is missing, which [sms] needs for this provider", remedy),
        );
    }
    let url = service_url(reader, &INFOBIP_URL);
    let api_key = credential(reader, &INFOBIP_API_KEY, &INFOBIP_API_KEY_FILE);
    let from = sender(reader, &INFOBIP_FROM, "15005550006 or a registered name");
    let receipt_secret = receipt_secret(reader, &INFOBIP_RECEIPT_SECRET, &INFOBIP_RECEIPT_SECRET_FILE);
    Some(Infobip { url: url?, api_key: api_key?, from: from?, receipt_secret, notify_url: None })
}

fn kavenegar(reader: &mut Reader) -> Option<Kavenegar> {
    let url = service_url(reader, &KAVENEGAR_URL);
    let api_key = credential(reader, &KAVENEGAR_API_KEY, &KAVENEGAR_API_KEY_FILE);
    let from = sender(reader, &KAVENEGAR_FROM, "one of the account's lines, such as 10004346");
    let receipt_secret = receipt_secret(reader, &KAVENEGAR_RECEIPT_SECRET, &KAVENEGAR_RECEIPT_SECRET_FILE);
    Some(Kavenegar { url: url?, api_key: api_key?, from: from?, receipt_secret })
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
