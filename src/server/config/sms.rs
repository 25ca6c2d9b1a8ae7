//! `[sms]`: who delivers the codes, and in which order. The providers' own sections are theirs to read, see
//! [`registry`].

use std::collections::BTreeMap;

use super::{
    fault::{Complaint, nearest},
    reader::{Environment, Reader, quoted},
    setting::{Setting, Value},
    site,
    sms_channels::{self, ChannelSettings},
    sms_senders,
};
use crate::{
    domain::{
        region_code::RegionCode,
        sms_language::SmsLanguage,
        sms_route::{MOST_TRIES, ProviderName, SmsRoutes},
        sms_sender::SmsSenderIds,
    },
    server::sms::{
        provider::Providers,
        registry::{self, PROVIDERS},
    },
};

/// Who delivers.
pub const PROVIDER: Setting = Setting::new("sms", "provider").or(registry::DEFAULT.name());
/// Who takes over when the first fails.
pub const FALLBACK: Setting = Setting::new("sms", "fallback");
/// Other providers for some countries: `IR=http+twilio`.
pub const ROUTES: Setting = Setting::new("sms", "routes");
/// Whether a message that may have gone is sent again by the next provider.
pub const RETRY_UNKNOWN: Setting = Setting::new("sms", "retry_unknown").or("false");
/// The languages of the message; the first is for whoever wants none of them.
pub const LANGUAGES: Setting =
    Setting::new("sms", "languages").or("en, ar, de, es, fa, fr, hi, id, it, ja, ko, pt, ru, tr, zh");

/// Who delivers.
#[derive(Debug, Default)]
pub struct SmsSettings {
    /// Those that a route names.
    pub providers: Providers,
    /// The order, by country.
    pub routes: SmsRoutes,
    /// What the message is written in.
    pub languages: Vec<SmsLanguage>,
    /// Who it is from, where that is not the provider's own sender.
    pub senders: SmsSenderIds,
    /// Other ways than a text message.
    pub channels: ChannelSettings,
}

/// Reads `[sms]` and the sections of the providers it names. Production refuses what delivers to nobody, unless it was
/// allowed in plain words.
pub fn read(reader: &mut Reader, environment: Environment) -> SmsSettings {
    let first = reader.required(&PROVIDER, None, |value| provider(Reader::text(value)?).map(Some));
    let fallback = reader.optional(&FALLBACK, |value| provider(Reader::text(value)?));
    if fallback.is_some() && fallback == first {
        let remedy = "Name another provider, or leave it out.";
        reader.complain(&FALLBACK, Complaint::new("is the same as [sms] provider", remedy));
    }
    let everywhere = first.into_iter().chain(fallback).collect();
    let countries = reader.optional(&ROUTES, routes).unwrap_or_default();
    let retry_unknown = reader.flag(&RETRY_UNKNOWN);
    let routes = SmsRoutes { everywhere, countries, retry_unknown };
    refuse_unreal(reader, environment, &routes);
    let named = PROVIDERS.iter().filter(|kind| routes.has(kind.name));
    let providers = named.filter_map(|kind| Some((kind.name, (kind.read)(reader)?))).collect();
    let languages = reader.required(&LANGUAGES, Vec::new(), languages);
    let (senders, channels) = (sms_senders::read(reader), sms_channels::read(reader));
    SmsSettings { providers, routes, languages, senders, channels }
}

fn languages(value: &Value) -> Result<Vec<SmsLanguage>, Complaint> {
    let language = |tag: &str| {
        let exact = SmsLanguage::parse(tag).filter(|language| language.tag() == tag);
        exact.ok_or_else(|| {
            let known: Vec<_> = SmsLanguage::all().into_iter().map(SmsLanguage::tag).collect();
            Complaint::new(quoted(tag), format!("Write some of {}.", known.join(", ")))
        })
    };
    value.entries().into_iter().map(language).collect()
}

fn refuse_unreal(reader: &mut Reader, environment: Environment, routes: &SmsRoutes) {
    let is_allowed = reader.flag(&site::ALLOW_DEVELOPMENT_SMS);
    if environment != Environment::Production || is_allowed {
        return;
    }
    let remedy = "If another program delivers them, say so: [site] allow_development_sms = true.";
    let unreal = PROVIDERS.iter().filter(|kind| !kind.delivers_to_people).map(|kind| kind.name);
    let unreal: Vec<ProviderName> = unreal.collect();
    let has_unreal = |providers: &[ProviderName]| providers.iter().any(|provider| unreal.contains(provider));
    let names = unreal.iter().map(|provider| provider.name()).collect::<Vec<_>>().join(" or ");
    if has_unreal(&routes.everywhere) {
        let problem = format!("is {names}, which send no SMS: nobody could sign in in production");
        reader.complain(&PROVIDER, Complaint::new(problem, remedy));
    }
    if routes.countries.values().any(|providers| has_unreal(providers)) {
        let problem = format!("has {names}, which send no SMS: nobody there could sign in in production");
        reader.complain(&ROUTES, Complaint::new(problem, remedy));
    }
}

fn provider(text: &str) -> Result<ProviderName, Complaint> {
    registry::find(text).map(|kind| kind.name).ok_or_else(|| {
        let names: Vec<_> = PROVIDERS.iter().map(|kind| kind.name.name()).collect();
        let meant = nearest(text, names.iter().copied());
        let meant = meant.map_or(String::new(), |name| format!(" Did you mean “{name}”?"));
        Complaint::new(quoted(text), format!("Write one of {}.{meant}", names.join(", ")))
    })
}

/// `IR=http+twilio, US=vonage`.
fn routes(value: &Value) -> Result<BTreeMap<RegionCode, Vec<ProviderName>>, Complaint> {
    value.entries().into_iter().map(route).collect()
}

fn route(text: &str) -> Result<(RegionCode, Vec<ProviderName>), Complaint> {
    let parts = text.split_once('=').and_then(|(region, names)| Some((RegionCode::parse(region)?, names)));
    let Some((region, names)) = parts else {
        let remedy = "Write a country and its providers in their order: IR=http+twilio.";
        return Err(Complaint::new(quoted(text), remedy));
    };
    let names: Vec<_> = names.split('+').map(|name| provider(name.trim())).collect::<Result<_, _>>()?;
    if names.len() > MOST_TRIES {
        let remedy = format!("Name at most {MOST_TRIES}: a message is tried no more often.");
        return Err(Complaint::new(format!("has {} providers for {region}", names.len()), remedy));
    }
    Ok((region, names))
}
