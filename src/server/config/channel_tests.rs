use super::*;
use crate::{
    domain::{channel::Channel, region_code::RegionCode, served_regions::ServedRegions},
    server::sms::other_provider::OtherProvider,
};

fn load(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    let file = ConfigFile::parse(Path::new("x.toml"), text).map_err(|fault| fault.to_string())?;
    let variables = variables.iter().map(|&(name, value)| (name.into(), value.into())).collect();
    Config::read(Some(&file), &variables, DateTime::UNIX_EPOCH).map_err(|faults| Faults(faults).to_string())
}

fn assert_told(text: &str, parts: &[&str]) {
    let faults = load(text, &[]).err().unwrap_or_default();
    for part in parts {
        assert!(faults.contains(part), "{part}\nis not in\n{faults}");
    }
}

const TOKEN: (&str, &str) = ("MOBILE_AUTH_TWILIO_AUTH_TOKEN", "hunter2hunter2");
const TWILIO: &str = "[twilio]\naccount_sid = \"AC1\"\ncall_from = \"+15005550006\"\n";

#[test]
fn nobody_is_called_by_default() {
    let config = load("", &[]).unwrap();
    assert!(config.sms.channels.providers.is_empty());
    assert_eq!(config.rules().channels.open(RegionCode::parse("IR"), 9), []);
}

#[test]
fn whoever_is_called_is_called_where_codes_go_unless_that_is_told() {
    let config = load(&format!("[sms]\ncall = \"twilio\"\n{TWILIO}"), &[TOKEN]).unwrap();
    let OtherProvider::TwilioCall(call) = &config.sms.channels.providers[&Channel::Call] else {
        panic!("nobody calls")
    };
    assert_eq!((call.url.as_str(), call.from.as_str()), ("https://api.twilio.com", "+15005550006"));
    assert_eq!(config.rules().channels.call, Some(ServedRegions::All));
    assert!(!config.has_inbox(), "a page with codes of real phones");
    assert!(load("", &[]).unwrap().has_inbox());
    let text = format!("[sms]\ncall = \"twilio\"\ncall_countries = [\"GB\"]\n{TWILIO}");
    let channels = load(&text, &[TOKEN]).unwrap().rules().channels;
    assert_eq!(channels.open(RegionCode::parse("GB"), 2), [Channel::Call]);
    assert_eq!(channels.open(RegionCode::parse("IR"), 2), []);
}

#[test]
fn what_a_call_needs_and_does_not_have_is_told_once() {
    assert_told("[sms]\ncall = \"pigeon\"\n", &["[sms] call is “pigeon”", "Write twilio or vonage"]);
    assert_told("[sms]\ncall_countries = [\"GB\"]\n", &["[sms] call_countries is given, and nobody calls"]);
    assert_told(
        "[sms]\ncall = \"twilio\"\ncall_countries = [\"XX\"]\n",
        &[
            "[twilio] account_sid is missing",
            "[twilio] auth_token is missing",
            "[twilio] call_from is missing",
            "call_countries",
        ],
    );
    for bad in ["15005550006", "Tea House", "+1", "+1500555000612345"] {
        let text = format!("[sms]\ncall = \"twilio\"\n[twilio]\ncall_from = \"{bad}\"\n");
        assert_told(&text, &[&format!("[twilio] call_from is “{bad}”")]);
    }
    let both = load("[sms]\nprovider = \"twilio\"\ncall = \"twilio\"\n", &[]).err().unwrap();
    assert_eq!(both.matches("[twilio] account_sid is missing").count(), 1, "{both}");
}

#[test]
fn a_call_has_a_price_of_its_own() {
    let budget = |text: &str| load(text, &[]).unwrap().policy.budget;
    let [iran, britain] = ["IR", "GB"].map(RegionCode::parse);
    let text = "[budget]\nprice = \"0.01\"\nprices = [\"IR=0.10\"]\ncall_price = \"0.30\"\ncall_prices = [\"IR=0.90\"]\n";
    let cost = |channel, region| budget(text).for_channel(channel).price_to(region).to_string();
    assert_eq!([cost(Channel::Text, iran), cost(Channel::Text, britain)], ["0.10", "0.01"]);
    assert_eq!([cost(Channel::Call, iran), cost(Channel::Call, britain)], ["0.90", "0.30"]);
    assert_eq!(cost(Channel::WhatsApp, iran), "0.05");
    assert_eq!(budget("").for_channel(Channel::Call).price_to(iran).to_string(), "0.20");
}

#[test]
fn vonage_calls_with_an_application_and_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("private.key");
    let text = format!(
        "[sms]\ncall = \"vonage\"\n[vonage]\napplication_id = \"a1\"\ncall_from = \"15005550006\"\nprivate_key_file = {:?}\n",
        path.display().to_string()
    );
    assert_told(&text, &["[vonage] private_key_file is", "could not be read"]);
    std::fs::write(&path, "-----BEGIN PRIVATE KEY-----\nAQID\n-----END PRIVATE KEY-----\n").unwrap();
    assert_told(&text, &["holds no RSA key", "-----BEGIN PRIVATE KEY-----"]);
    assert_told(
        "[sms]\ncall = \"vonage\"\n",
        &[
            "[vonage] application_id is missing",
            "[vonage] private_key_file is missing",
            "[vonage] call_from is missing",
        ],
    );
    assert_told(
        "[sms]\ncall = \"vonage\"\n[vonage]\ncall_from = \"+15005550006\"\n",
        &["[vonage] call_from is “+"],
    );
}

#[test]
fn whatsapp_needs_a_sender_and_a_template() {
    assert_told("[sms]\nwhatsapp = \"vonage\"\n", &["[sms] whatsapp is “vonage”", "Write twilio or bird"]);
    assert_told(
        "[sms]\nwhatsapp = \"twilio\"\n",
        &[
            "[twilio] whatsapp_from is missing",
            "[twilio] whatsapp_content_sid is missing",
            "[twilio] auth_token",
        ],
    );
    assert_told(
        "[sms]\nwhatsapp = \"bird\"\n",
        &[
            "[bird] access_key is missing",
            "[bird] whatsapp_channel_id is missing",
            "[bird] whatsapp_template_namespace is missing",
            "[bird] whatsapp_template_name is missing",
        ],
    );
    let text = "[sms]\nwhatsapp = \"twilio\"\n[twilio]\naccount_sid = \"AC1\"\nwhatsapp_from = \"+15005550006\"\n\
        whatsapp_content_sid = \"HX1\"\n";
    let config = load(text, &[TOKEN]).unwrap();
    assert_eq!(config.rules().channels.open(RegionCode::parse("IR"), 2), [Channel::WhatsApp]);
    assert!(!config.has_inbox());
}
