use std::any::Any;

use super::*;
use crate::{
    domain::{one_time_code::OneTimeCode, phone_number::PhoneNumber},
    server::sms::{
        console,
        http_template::HttpTemplate,
        provider::Provider,
        smpp::Smpp,
        telnyx::Telnyx,
        twilio::{self, Twilio},
    },
};

fn load(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    let file = ConfigFile::parse(Path::new("x.toml"), text).map_err(|fault| fault.to_string())?;
    let variables = variables.iter().map(|&(name, value)| (name.into(), value.into())).collect();
    Config::read(Some(&file), &variables, DateTime::UNIX_EPOCH).map_err(|faults| Faults(faults).to_string())
}

fn faults(text: &str) -> String {
    load(text, &[]).err().unwrap_or_default()
}

fn assert_told(faults: &str, parts: &[&str]) {
    for part in parts {
        assert!(faults.contains(part), "{part}\nis not in\n{faults}");
    }
}

/// The one provider that was set up, as its own type.
fn the_one<P: Provider + Clone>(config: &Config) -> P {
    assert_eq!(config.sms.providers.len(), 1);
    let provider: &dyn Any = &**config.sms.providers.values().next().unwrap();
    provider.downcast_ref::<P>().unwrap().clone()
}

const TWILIO: &str = "[twilio]\naccount_sid = \"AC1\"\nfrom = \"+15005550006\"\n";
const TOKEN: (&str, &str) = ("MOBILE_AUTH_TWILIO_AUTH_TOKEN", "hunter2hunter2");

const PRODUCTION: &str = "[site]\nenvironment = \"production\"\nurl = \"https://example.com\"\n\
    secret_key = \"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=\"\n[phone]\ncountries = [\"IR\", \"GB\"]\n";

#[test]
fn a_provider_is_three_lines_and_a_token_and_production_takes_it() {
    let config = load(&format!("{PRODUCTION}[sms]\nprovider = \"twilio\"\n{TWILIO}"), &[TOKEN]).unwrap();
    let twilio: Twilio = the_one(&config);
    assert_eq!((twilio.url.as_str(), twilio.account_sid.as_str()), ("https://api.twilio.com", "AC1"));
    assert_eq!(twilio.auth_token.reveal(), TOKEN.1);
}

#[test]
fn receipts_are_asked_for_over_https_and_where_they_can_be_verified() {
    let config = |text: &str| load(text, &[TOKEN]).unwrap();
    let asked_of_twilio = |text: &str| the_one::<Twilio>(&config(text)).status_callback;
    let asked = |text: &str| the_one::<Telnyx>(&config(text)).webhook_url;
    let twilio = format!("[sms]\nprovider = \"twilio\"\n{TWILIO}");
    let url = |provider| Some(format!("https://example.com/webhooks/sms/{provider}"));
    assert_eq!(asked_of_twilio(&format!("{PRODUCTION}{twilio}")), url("twilio"));
    assert_eq!(asked_of_twilio(&twilio), None, "nobody outside reaches http://localhost:3000");
    let telnyx = "[sms]\nprovider = \"telnyx\"\n[telnyx]\napi_key = \"k\"\nfrom = \"+15005550006\"\n";
    assert_eq!(asked(&format!("{PRODUCTION}{telnyx}")), None);
    let key = "public_key = \"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=\"\n";
    assert_eq!(asked(&format!("{PRODUCTION}{telnyx}{key}")), url("telnyx"));
    assert_told(&faults(&format!("{telnyx}public_key = \"AQID\"\n")), &["[telnyx] public_key", "32 bytes"]);
}

#[test]
fn receipts_of_any_other_provider_need_a_secret_and_nothing_else() {
    let text = "[sms]\nprovider = \"http\"\n[http]\nurl = \"https://sms.example/?to={to}&text={text}\"\nmethod = \"GET\"\n";
    let receipts = |config: Config| the_one::<HttpTemplate>(&config).receipts;
    assert_eq!(receipts(load(text, &[]).unwrap()), None);
    let secret = ("MOBILE_AUTH_HTTP_RECEIPT_SECRET", "a-long-random-word");
    for bad in ["fifteen-letters", "a-long/random-word-"] {
        let told = load(text, &[(secret.0, bad)]).unwrap_err();
        assert!(told.contains("is too short, or does not fit") && !told.contains(bad), "{told}");
    }
    let taken = receipts(load(text, &[secret]).unwrap()).unwrap();
    assert_eq!((taken.id.as_str(), taken.state.as_str()), ("id", "status"));
    assert_eq!((taken.delivered, taken.failed), (vec!["delivered".to_owned()], vec!["failed".to_owned()]));
}

#[test]
fn a_credential_is_never_shown_and_not_kept_beside_its_provider() {
    let config = load(&format!("[sms]\nprovider = \"twilio\"\n{TWILIO}"), &[TOKEN]).unwrap();
    let report = report::report(&config);
    assert!(report.contains("[twilio] auth_token") && !report.contains(TOKEN.1), "{report}");
    assert!(!format!("{config:?}").contains(TOKEN.1));
    let token = twilio::KIND.settings.iter().find(|setting| setting.key == "auth_token").unwrap();
    assert!(config.settings.get(token).is_some_and(|given| given.value.is_empty()));
}

#[test]
fn a_credential_may_be_in_a_file_and_the_environment_overrides_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "from-file\n").unwrap();
    let text = format!("[sms]\nprovider = \"twilio\"\n{TWILIO}auth_token_file = \"{}\"\n", path.display());
    let token = |config: Config| the_one::<Twilio>(&config).auth_token.reveal().to_owned();
    assert_eq!(token(load(&text, &[]).unwrap()), "from-file");
    assert_eq!(token(load(&text, &[TOKEN]).unwrap()), TOKEN.1);
    assert_told(
        &faults(&format!("{text}auth_token = \"x\"\n")),
        &["[twilio] auth_token_file are both given"],
    );
}

#[test]
fn what_a_provider_lacks_is_told_at_once() {
    assert_told(
        &faults(
            "[sms]\nprovider = \"twilio\"\nfallback = \"vonage\"\n[vonage]\nurl = \"http://rest.nexmo.com\"\nfrom = \"Café\"",
        ),
        &[
            "[twilio] account_sid is missing, which [sms] needs for this provider. Write AC… from Twilio's console.",
            "[twilio] auth_token is missing",
            "Give it in MOBILE_AUTH_TWILIO_AUTH_TOKEN, or in a file that [twilio] auth_token_file names.",
            "[twilio] from is missing",
            "[vonage] url is not https: codes could be read on the way (from x.toml).",
            "[vonage] from is “Café” (from x.toml). Write at most 34 plain characters",
        ],
    );
    assert!(load(TWILIO, &[]).is_ok(), "a section that no route names is not asked for more");
}

#[test]
fn routes_name_countries_and_at_most_two_providers_each() {
    let text = format!("[sms]\nprovider = \"console\"\nroutes = [\"ir=twilio+console\"]\n{TWILIO}");
    let config = load(&text, &[TOKEN]).unwrap();
    let iran = crate::domain::region_code::RegionCode::parse("IR");
    assert_eq!(config.sms.routes.to(iran), [twilio::NAME, console::NAME]);
    assert_eq!(config.sms.routes.to(None), [console::NAME]);
    for (routes, told) in [
        (
            "IR",
            "[sms] routes is “IR” (from x.toml). Write a country and its providers in their order: IR=http+twilio.",
        ),
        ("XX=twilio", "[sms] routes is “XX=twilio”"),
        ("IR=twillio", "Did you mean “twilio”?"),
        ("IR=console+http+twilio", "[sms] routes has 3 providers for IR"),
    ] {
        assert_told(&faults(&format!("[sms]\nroutes = [\"{routes}\"]")), &[told]);
    }
    assert_told(&faults("[sms]\nfallback = \"console\""), &["[sms] fallback is the same as [sms] provider"]);
}

#[test]
fn production_refuses_a_route_that_delivers_to_nobody() {
    let text = format!("{PRODUCTION}[sms]\nprovider = \"twilio\"\nroutes = [\"GB=console\"]\n{TWILIO}");
    assert_told(&load(&text, &[TOKEN]).unwrap_err(), &["[sms] routes has console or outbox"]);
    let fallback = format!("{PRODUCTION}[sms]\nprovider = \"twilio\"\nfallback = \"console\"\n{TWILIO}");
    assert_told(&load(&fallback, &[TOKEN]).unwrap_err(), &["is console or outbox"]);
}

#[test]
fn a_described_request_must_carry_the_number_the_text_and_its_secret() {
    let http = |rest: &str| format!("[sms]\nprovider = \"http\"\n[http]\n{rest}");
    assert_told(&faults(&http("")), &["[http] url is missing"]);
    let no_text = http("url = \"https://sms.example/?to={to}\"\n");
    assert_told(&faults(&no_text), &["[http] url and [http] body send no number or no text"]);
    let no_secret = http("url = \"https://sms.example/?to={to}&text={text}&key={secret}\"\n");
    assert_told(&faults(&no_secret), &["has {secret}, but none is given"]);
    let body_of_a_get = http("method = \"GET\"\nurl = \"https://sms.example/?to={to}\"\nbody = \"{text}\"\n");
    assert_told(&faults(&body_of_a_get), &["send no number or no text"]);
    let config = load(&no_secret, &[("MOBILE_AUTH_HTTP_SECRET", "k")]).unwrap();
    assert_eq!(the_one::<HttpTemplate>(&config).accepted_status, [200, 201, 202]);
}

#[test]
fn only_a_development_server_that_this_machine_alone_reaches_shows_its_messages() {
    let outbox = ("MOBILE_AUTH_SMS_OUTBOX_PATH", "outbox.jsonl");
    let shows = |text: &str| load(text, &[TOKEN, outbox]).unwrap().has_inbox();
    assert!(shows(""));
    assert!(shows("[sms]\nprovider = \"outbox\"\n"));
    assert!(!shows("[package.metadata.leptos]\nsite-addr = \"0.0.0.0:3000\"\n"), "the network could read it");
    assert!(!shows("[site]\nurl = \"http://192.168.1.2:3000\"\n"));
    assert!(!shows("[site]\nurl = \"https://tea.example\"\n"));
    assert!(!shows(&format!("[sms]\nprovider = \"twilio\"\n{TWILIO}")));
    assert!(!shows(&format!("[sms]\nroutes = [\"IR=twilio\"]\n{TWILIO}")));
    let production = PRODUCTION.replace("[phone]", "allow_development_sms = true\n[phone]");
    assert!(!shows(&production));
}

#[test]
fn the_languages_are_those_that_are_written() {
    let config = load("[sms]\nlanguages = [\"fa\", \"en\"]\n", &[]).unwrap();
    assert_eq!(config.sms.languages.iter().map(|language| language.tag()).collect::<Vec<_>>(), ["fa", "en"]);
    let all = load("", &[]).unwrap().sms.languages;
    assert_eq!(all, crate::domain::sms_language::SmsLanguage::all(), "the default is all of them");
    assert_told(
        &faults("[sms]\nlanguages = [\"fa-IR\"]\n"),
        &["[sms] languages is “fa-IR”", "Write some of en, ar,"],
    );
}

#[test]
fn a_message_is_from_the_sender_of_its_numbers_country() {
    let config = load("[sms]\nsenders = [\"US=+15005550006\", \"IR=Tea\"]\n", &[]).unwrap();
    let (message, code) = (config.rules().message, OneTimeCode::parse("012345").unwrap());
    let from = |to: &str| {
        let sent = message.compose(&PhoneNumber::parse(to, None).unwrap(), &code, DateTime::UNIX_EPOCH, &[]);
        sent.from.map(|from| from.as_str().to_owned())
    };
    assert_eq!(from("+989121234567").as_deref(), Some("Tea"));
    assert_eq!(from("+12025550123").as_deref(), Some("+15005550006"));
    assert_eq!(from("+14165550123"), None, "Canada shares the calling code and nothing else");
    let http = "[sms]\nprovider = \"http\"\n[http]\nurl = \"https://sms.example/?from={from}&to={to}&text={text}\"\nmethod = \"GET\"\n";
    assert_told(&faults(http), &["has {from}, but none is given", "Write in [http] from"]);
    assert!(load(&format!("{http}from = \"Tea\"\n"), &[]).is_ok());
}

#[test]
fn an_smsc_is_four_settings_of_the_protocols_lengths() {
    let smpp = |rest: &str| format!("[sms]\nprovider = \"smpp\"\n[smpp]\n{rest}");
    let good = smpp("url = \"smpps://smsc.example.com\"\nsystem_id = \"tester\"\nfrom = \"Tea\"\n");
    let config = load(&good, &[("MOBILE_AUTH_SMPP_PASSWORD", "hunter22")]).unwrap();
    let account: Smpp = the_one(&config);
    assert_eq!((account.url.port, account.system_type.as_str()), (3550, ""));
    assert!(!format!("{config:?}").contains("hunter22"));
    let long = load(&good, &[("MOBILE_AUTH_SMPP_PASSWORD", "hunter222")]).unwrap_err();
    assert_told(&long, &["[smpp] password is longer than SMPP allows"]);
    assert!(!long.contains("hunter"), "{long}");
    assert_told(
        &faults(&smpp(
            "url = \"smpp://smsc.example.com\"\nsystem_id = \"sixteen-letters-\"\nsystem_type = \"thirteen-----\"",
        )),
        &[
            "[smpp] url is not smpps: codes and the password could be read on the way (from x.toml).",
            "[smpp] system_id is “sixteen-letters-” (from x.toml). Write at most 15 plain characters",
            "[smpp] system_type is “thirteen-----” (from x.toml). Write at most 12 plain characters",
            "[smpp] password is missing",
            "[smpp] from is missing",
        ],
    );
}
