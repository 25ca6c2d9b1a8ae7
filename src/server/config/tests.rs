use super::*;
use crate::domain::limit::RecordOnly;
use crate::domain::served_regions::ServedRegions;
use crate::server::sms::{console, outbox};

fn load(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    let file = ConfigFile::parse(Path::new("x.toml"), text).map_err(|fault| fault.to_string())?;
    let variables = variables.iter().map(|&(name, value)| (name.into(), value.into())).collect();
    Config::read(Some(&file), &variables, DateTime::UNIX_EPOCH).map_err(|faults| Faults(faults).to_string())
}

fn faults(text: &str, variables: &[(&str, &str)]) -> String {
    load(text, variables).err().unwrap_or_default()
}

const KEY: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

const PRODUCTION: &str = "[site]\nenvironment = \"production\"\nurl = \"https://example.com\"\n\
    allow_development_sms = true\nsecret_key = \"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=\"\n\
    [phone]\ncountries = [\"IR\", \"GB\"]\ndefault_region = \"IR\"\n";

#[test]
fn development_needs_no_setting() {
    let config = Config::read(None, &Vec::new(), DateTime::UNIX_EPOCH).unwrap();
    assert_eq!(config.site.url.origin, "http://localhost:3000");
    assert_eq!(config.database_url, "sqlite://data/mobile-auth.db");
    assert_eq!(config.sms.routes.everywhere, [console::NAME]);
    assert_eq!(config.log.format, log::LogFormat::Text);
    assert_eq!(config.phone.served_regions, ServedRegions::All);
    let (policy, default) = (format!("{:?}", config.policy), format!("{:?}", SignInPolicy::default()));
    assert_eq!(policy, default, "the defaults of the settings are those of the policy");
}

#[test]
fn the_shown_defaults_of_leptos_toml_are_the_defaults() {
    let text = include_str!("../../../Leptos.toml");
    let uncommented: Vec<_> = text
        .lines()
        .map(|line| line.strip_prefix("#").filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase())))
        .zip(text.lines())
        .map(|(setting, line)| setting.unwrap_or(line))
        .collect();
    let file = ConfigFile::parse(Path::new("Leptos.toml"), &uncommented.join("\n")).unwrap();
    for setting in known::KNOWN.iter() {
        let shown = file.table.get(setting.section).and_then(|section| section.get(setting.key));
        let shown = shown.and_then(file::value);
        assert!(shown.is_some(), "{setting} is not shown");
        if let Some(default) = setting.default {
            assert_eq!(shown.map(|shown| shown.to_string()).as_deref(), Some(default), "{setting}");
        }
    }
    let as_it_is = load(text, &[]).unwrap();
    assert_eq!(as_it_is.environment, Environment::Development, "a clone starts without a change to the file");
}

#[test]
fn the_environment_overrides_the_file() {
    let variables = [
        ("MOBILE_AUTH_SITE_NAME", "From env"),
        ("MOBILE_AUTH_PHONE_COUNTRIES", "ir,gb"),
        ("MOBILE_AUTH_CODE_RESEND_WAITS_SECONDS", "1,2"),
        ("MOBILE_AUTH_LIMITS_RECORD_ONLY", "true"),
        ("MOBILE_AUTH_SMS_PROVIDER", "outbox"),
        ("MOBILE_AUTH_SMS_OUTBOX_PATH", "/tmp/outbox"),
        ("MOBILE_AUTH_SITE_TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
        ("HOME", "/home/someone"),
    ];
    let config = load("[site]\nname = \"From file\"\nhelp_url = \"mailto:a@b.c\"", &variables).unwrap();
    assert_eq!(
        (config.site.name.as_str(), &config.policy.record_only),
        ("From env", &RecordOnly::Everything)
    );
    assert_eq!(config.site.help_url.as_deref(), Some("mailto:a@b.c"));
    assert_eq!(config.phone.served_regions.list().len(), 2);
    assert_eq!(config.policy.sends.waits, [1, 2].map(chrono::TimeDelta::seconds));
    let path = config.sms.providers[&outbox::NAME].instead_of_sending();
    assert_eq!(path.as_deref(), Some("appended to /tmp/outbox"));
    assert_eq!(config.site.trusted_proxies.len(), 2);
}

#[test]
fn every_fault_is_told_at_once_with_name_origin_and_remedy() {
    let text = "[code]\nguesses = 0\nlifetime_seconds = 600\nchallenge_lifetime_seconds = 300\n[limits]\nrecord_only = \"ture\"";
    let all =
        faults(text, &[("MOBILE_AUTH_SITE_BRAND_COLOUR", "red"), ("MOBILE_AUTH_PHONE_DEFAULT_REGION", "UK")]);
    for part in [
        "has 5 faults",
        "[code] guesses is “0” (from x.toml). Write a whole number from 1 to 10.",
        "[code] challenge_lifetime_seconds is 300, less than the 600 s of one code (from x.toml).",
        "[limits] record_only is “ture” (from x.toml). Write true or false, or limits: ",
        "[site] brand_colour is “red” (from environment, MOBILE_AUTH_SITE_BRAND_COLOUR). Write a colour",
        "[phone] default_region has “UK”, which is no region",
    ] {
        assert!(all.contains(part), "{part}\nis not in\n{all}");
    }
}

#[test]
fn an_unknown_name_is_a_fault_with_the_nearest_known_one() {
    for (text, variables, expected) in [
        (
            "[sms]\nprovder = \"console\"",
            [].as_slice(),
            "[sms] provder is not a known setting (from x.toml). Did you mean “provider”?",
        ),
        (
            "[smss]\nprovider = \"console\"",
            &[],
            "[smss] is not a known section (from x.toml). Did you mean [sms]?",
        ),
        ("[code]\nrecord_only = true", &[], "Did you mean [limits] record_only?"),
        (
            "name = \"x\"",
            &[],
            "“name” stands in no section (from x.toml). Write name on a line below [site].",
        ),
        (
            "",
            &[("MOBILE_AUTH_SMS_PROVIDR", "x")],
            "MOBILE_AUTH_SMS_PROVIDR in the environment is not a known setting. Did you mean MOBILE_AUTH_SMS_PROVIDER?",
        ),
    ] {
        let faults = faults(text, variables);
        assert!(faults.contains(expected), "{expected}\nis not in\n{faults}");
    }
}

#[test]
fn a_value_of_a_wrong_kind_is_told() {
    assert!(faults("[code]\nguesses = 1.5", &[]).contains("[code] guesses is a float (from x.toml)"));
    assert!(faults("[site]\nname = [\"a\", \"b\"]", &[]).contains("[site] name is a list"));
    assert!(faults("", &[("MOBILE_AUTH_CODE_GUESSES", "")]).contains("[code] guesses is empty"));
}

#[test]
fn production_wants_an_https_url_a_key_named_countries_and_a_real_provider() {
    let nothing = faults("[site]\nenvironment = \"production\"", &[]);
    for part in [
        "has 4 faults",
        "[site] url is “http://localhost:3000”, which is not https",
        "[site] secret_key is missing",
        "[phone] countries is missing",
        "[sms] provider is console or outbox",
    ] {
        assert!(nothing.contains(part), "{part}\nis not in\n{nothing}");
    }
    let config = load(PRODUCTION, &[]).unwrap();
    assert_eq!(config.log.format, log::LogFormat::Json);
    assert!(config.site.url.is_https);
    assert_eq!(config.phone.default_region.map(|region| region.to_string()).as_deref(), Some("IR"));
    assert!(load(PRODUCTION, &[("MOBILE_AUTH_PHONE_COUNTRIES", "all")]).is_ok(), "all is legal when named");
}

#[test]
fn no_countries_and_a_default_region_that_is_not_served_are_faults() {
    assert!(faults("[phone]\ncountries = []", &[]).contains("[phone] countries is an empty list"));
    assert!(faults("", &[("MOBILE_AUTH_PHONE_COUNTRIES", "")]).contains("is an empty list"));
    let not_served = faults("[phone]\ncountries = \"IR\"\ndefault_region = \"GB\"", &[]);
    assert!(not_served.contains("is GB, which [phone] countries does not serve"), "{not_served}");
}

#[test]
fn secrets_are_never_shown() {
    let wrong = &KEY[..20];
    let faults = faults("", &[("MOBILE_AUTH_SITE_SECRET_KEY", wrong)]);
    assert!(faults.contains("[site] secret_key holds") && !faults.contains(wrong), "{faults}");
    let config = load(PRODUCTION, &[]).unwrap();
    let report = report::report(&config);
    assert!(report.contains("(not shown)") && !report.contains(KEY), "{report}");
    assert!(!format!("{config:?}").contains(KEY));
    assert!(config.settings.get(&site::SECRET_KEY).is_some_and(|given| given.value.is_empty()));
}

#[test]
fn the_key_may_be_in_a_file_and_the_environment_overrides_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    std::fs::write(&path, format!("{KEY}\n")).unwrap();
    let path = path.to_str().unwrap();
    let config = load("", &[("MOBILE_AUTH_SITE_SECRET_KEY_FILE", path)]).unwrap();
    let expected = *secret_key::parse(KEY).unwrap().reveal();
    assert!(matches!(&config.key, KeySource::Given(key) if *key.reveal() == expected));
    let broken_in_file = "[site]\nsecret_key = \"broken\"";
    assert!(load(broken_in_file, &[("MOBILE_AUTH_SITE_SECRET_KEY_FILE", path)]).is_ok());
    let both = [("MOBILE_AUTH_SITE_SECRET_KEY_FILE", path), ("MOBILE_AUTH_SITE_SECRET_KEY", KEY)];
    assert!(faults("", &both).contains("are both given"));
    let missing = faults("[site]\nsecret_key_file = \"no/such\"", &[]);
    assert!(missing.contains("[site] secret_key_file is no/such, which could not be read"), "{missing}");
}

#[test]
fn the_url_follows_the_port_and_the_message_the_url() {
    let config = load("[package.metadata.leptos]\nsite-addr = \"127.0.0.1:4321\"", &[]).unwrap();
    assert_eq!(config.site.url.origin, "http://localhost:4321");
    assert_eq!(load(PRODUCTION, &[]).unwrap().site.url.host, "example.com");
}
