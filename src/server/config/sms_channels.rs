//! `[sms] call` and `whatsapp`: other ways than a text message, each by one provider.

use std::{collections::BTreeMap, fs, path::Path};

use zeroize::Zeroizing;

use super::{
    fault::Complaint,
    phone,
    reader::{Reader, quoted},
    setting::Setting,
    sms_values::{credential, graphic, service_url},
};
use crate::{
    domain::{
        channel::{Channel, OtherChannels},
        served_regions::ServedRegions,
        sms_route::ProviderName,
    },
    server::sms::{
        bird,
        bird_whatsapp::BirdWhatsApp,
        other_provider::OtherProvider,
        twilio,
        twilio_call::TwilioCall,
        twilio_whatsapp::TwilioWhatsApp,
        vonage,
        vonage_call::{ApplicationKey, VonageCall},
    },
};

/// Who calls: `twilio` or `vonage`. Nobody by default.
pub const CALL: Setting = Setting::new("sms", "call");
/// Whose numbers are called.
pub const CALL_COUNTRIES: Setting = Setting::new("sms", "call_countries");
/// Who writes by WhatsApp: `twilio` or `bird`. Nobody by default.
pub const WHATSAPP: Setting = Setting::new("sms", "whatsapp");
/// The number that Twilio calls from.
const TWILIO_CALL_FROM: Setting = Setting::new("twilio", "call_from");
/// The number of Twilio's WhatsApp sender.
const TWILIO_WHATSAPP_FROM: Setting = Setting::new("twilio", "whatsapp_from");
/// `HX…`
const TWILIO_WHATSAPP_CONTENT_SID: Setting = Setting::new("twilio", "whatsapp_content_sid");
/// Where Vonage's Voice API is.
const VONAGE_VOICE_URL: Setting = Setting::new("vonage", "voice_url").or("https://api.nexmo.com");
/// The application that calls.
const VONAGE_APPLICATION_ID: Setting = Setting::new("vonage", "application_id");
/// The file with its key.
const VONAGE_PRIVATE_KEY_FILE: Setting = Setting::new("vonage", "private_key_file");
/// The number that Vonage calls from.
const VONAGE_CALL_FROM: Setting = Setting::new("vonage", "call_from");
/// Where Bird's Conversations API is.
const BIRD_CONVERSATIONS_URL: Setting =
    Setting::new("bird", "conversations_url").or("https://conversations.messagebird.com");
/// The channel that writes.
const BIRD_WHATSAPP_CHANNEL_ID: Setting = Setting::new("bird", "whatsapp_channel_id");
/// Where its templates are.
const BIRD_WHATSAPP_TEMPLATE_NAMESPACE: Setting = Setting::new("bird", "whatsapp_template_namespace");
/// The template with the code.
const BIRD_WHATSAPP_TEMPLATE_NAME: Setting = Setting::new("bird", "whatsapp_template_name");
/// What it is written in.
const BIRD_WHATSAPP_TEMPLATE_LANGUAGE: Setting = Setting::new("bird", "whatsapp_template_language").or("en");

/// Those that stand in the providers' sections.
pub const OF_PROVIDERS: &[&Setting] = &[
    &TWILIO_CALL_FROM,
    &TWILIO_WHATSAPP_FROM,
    &TWILIO_WHATSAPP_CONTENT_SID,
    &VONAGE_VOICE_URL,
    &VONAGE_APPLICATION_ID,
    &VONAGE_PRIVATE_KEY_FILE,
    &VONAGE_CALL_FROM,
    &BIRD_CONVERSATIONS_URL,
    &BIRD_WHATSAPP_CHANNEL_ID,
    &BIRD_WHATSAPP_TEMPLATE_NAMESPACE,
    &BIRD_WHATSAPP_TEMPLATE_NAME,
    &BIRD_WHATSAPP_TEMPLATE_LANGUAGE,
];

/// The other ways, and who goes them.
#[derive(Clone, Debug, Default)]
pub struct ChannelSettings {
    /// One provider a way.
    pub providers: BTreeMap<Channel, OtherProvider>,
    /// Where calls go.
    pub call_countries: Option<ServedRegions>,
}

impl ChannelSettings {
    /// What the use cases need to know; where calls go unless that is told is where codes go at all.
    pub fn offered(&self, served: &ServedRegions) -> OtherChannels {
        let has = |channel| self.providers.contains_key(&channel);
        let countries = self.call_countries.as_ref().unwrap_or(served);
        OtherChannels {
            call: has(Channel::Call).then(|| countries.clone()),
            whatsapp: has(Channel::WhatsApp),
        }
    }
}

type Read = fn(&mut Reader) -> Option<OtherProvider>;

const CALLERS: [(ProviderName, Read); 2] = [(twilio::NAME, twilio_call), (vonage::NAME, vonage_call)];
const WRITERS: [(ProviderName, Read); 2] = [(twilio::NAME, twilio_whatsapp), (bird::NAME, bird_whatsapp)];

/// Reads them, and of the providers' sections what these ways need.
pub fn read(reader: &mut Reader) -> ChannelSettings {
    let call = provider(reader, &CALL, &CALLERS).map(|provider| (Channel::Call, provider));
    let whatsapp = provider(reader, &WHATSAPP, &WRITERS).map(|provider| (Channel::WhatsApp, provider));
    let call_countries = reader.optional(&CALL_COUNTRIES, phone::served);
    if call_countries.is_some() && reader.given(&CALL).is_none() {
        let remedy = "Name in [sms] call who calls, or remove the list.";
        reader.complain(&CALL_COUNTRIES, Complaint::new("is given, and nobody calls", remedy));
    }
    ChannelSettings { providers: call.into_iter().chain(whatsapp).collect(), call_countries }
}

fn provider(reader: &mut Reader, setting: &Setting, known: &[(ProviderName, Read)]) -> Option<OtherProvider> {
    let read = reader.optional(setting, |value| {
        let text = Reader::text(value)?;
        let found = known.iter().find(|(name, _)| name.name() == text);
        found.map(|(_, read)| *read).ok_or_else(|| {
            let names: Vec<_> = known.iter().map(|(name, _)| name.name()).collect();
            let remedy = format!("Write {}, or leave it out.", names.join(" or "));
            Complaint::new(quoted(text), remedy)
        })
    })?;
    read(reader)
}

fn twilio_call(reader: &mut Reader) -> Option<OtherProvider> {
    let account = twilio::account(reader);
    let from =
        number(reader, &TWILIO_CALL_FROM, "+15005550006, a number of the account's that can call", true);
    let (url, account_sid, auth_token) = account?;
    Some(OtherProvider::TwilioCall(TwilioCall { url, account_sid, auth_token, from: from? }))
}

fn vonage_call(reader: &mut Reader) -> Option<OtherProvider> {
    let url = service_url(reader, &VONAGE_VOICE_URL);
    let application_id =
        graphic(reader, &VONAGE_APPLICATION_ID, "the application's ID from Vonage's dashboard");
    let private_key = private_key(reader);
    let from =
        number(reader, &VONAGE_CALL_FROM, "15005550006, a number of the account's that can call", false);
    let (application_id, private_key) = (application_id?, private_key?);
    Some(OtherProvider::VonageCall(VonageCall { url: url?, application_id, private_key, from: from? }))
}

fn private_key(reader: &mut Reader) -> Option<ApplicationKey> {
    const REMEDY: &str = "Name the private.key that Vonage's dashboard gave for the application: an RSA key in PEM, \
         beginning with -----BEGIN PRIVATE KEY-----.";
    if reader.given(&VONAGE_PRIVATE_KEY_FILE).is_none() {
        let problem = "is missing, which [sms] call needs for this provider";
        reader.complain(&VONAGE_PRIVATE_KEY_FILE, Complaint::new(problem, REMEDY));
    }
    reader.optional(&VONAGE_PRIVATE_KEY_FILE, |value| {
        let path = Path::new(Reader::text(value)?);
        let pem = fs::read_to_string(path).map(Zeroizing::new).map_err(|error| {
            let problem = format!("is {}, which could not be read: {error}", path.display());
            Complaint::new(problem, REMEDY)
        })?;
        let problem = || format!("is {}, which holds no RSA key of 2048 bits or more", path.display());
        ApplicationKey::parse(&pem).ok_or_else(|| Complaint::new(problem(), REMEDY))
    })
}

fn twilio_whatsapp(reader: &mut Reader) -> Option<OtherProvider> {
    let account = twilio::account(reader);
    let from = number(reader, &TWILIO_WHATSAPP_FROM, "+15005550006, the number of a WhatsApp sender", true);
    let content_sid =
        graphic(reader, &TWILIO_WHATSAPP_CONTENT_SID, "HX…, an approved authentication template");
    let (url, account_sid, auth_token) = account?;
    let (from, content_sid) = (from?, content_sid?);
    Some(OtherProvider::TwilioWhatsApp(TwilioWhatsApp { url, account_sid, auth_token, from, content_sid }))
}

fn bird_whatsapp(reader: &mut Reader) -> Option<OtherProvider> {
    let url = service_url(reader, &BIRD_CONVERSATIONS_URL);
    let access_key = credential(reader, &bird::ACCESS_KEY, &bird::ACCESS_KEY_FILE);
    let channel_id =
        graphic(reader, &BIRD_WHATSAPP_CHANNEL_ID, "the WhatsApp channel's ID from Bird's dashboard");
    let namespace =
        graphic(reader, &BIRD_WHATSAPP_TEMPLATE_NAMESPACE, "the templates' namespace from Bird's dashboard");
    let template =
        graphic(reader, &BIRD_WHATSAPP_TEMPLATE_NAME, "the name of an approved authentication template");
    let language = graphic(reader, &BIRD_WHATSAPP_TEMPLATE_LANGUAGE, "the template's language, such as en");
    Some(OtherProvider::BirdWhatsApp(BirdWhatsApp {
        url: url?,
        access_key: access_key?,
        channel_id: channel_id?,
        namespace: namespace?,
        template: template?,
        language: language?,
    }))
}

/// A number: seven to fifteen digits, after a plus sign where the provider wants one.
fn number(reader: &mut Reader, setting: &Setting, example: &str, has_plus: bool) -> Option<String> {
    let remedy = format!("Write {example}.");
    if reader.given(setting).is_none() {
        let problem = "is missing, which [sms] needs for this provider";
        reader.complain(setting, Complaint::new(problem, remedy.as_str()));
    }
    reader.optional(setting, |value| {
        let text = Reader::text(value)?;
        let digits = if has_plus { text.strip_prefix('+') } else { Some(text) };
        let is_number = |digits: &str| {
            (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        if digits.is_some_and(is_number) {
            Ok(text.to_owned())
        } else {
            Err(Complaint::new(quoted(text), remedy))
        }
    })
}
