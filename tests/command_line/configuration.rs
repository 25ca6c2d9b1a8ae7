use super::running::Folder;

const KEY: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

#[test]
fn help_tells_the_rule_of_the_environment_and_shows_examples() {
    let output = Folder::new().run(&["--help"], &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    for part in [
        "serve",
        "migrate",
        "config",
        "--config",
        "MOBILE_AUTH_SMS_PROVIDER",
        "Examples:",
        "LEPTOS_SITE_ADDR",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn the_version_is_the_packages() {
    let output = Folder::new().run(&["--version"], &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.trim(), concat!("mobile-auth ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_wrong_word_is_a_fault_of_usage() {
    let output = Folder::new().run(&["sevre"], &[]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("serve"), "{text}");
}

#[test]
fn a_good_configuration_is_shown_with_its_sources_and_without_secrets() {
    let folder = Folder::new();
    folder.write("Leptos.toml", "[site]\nname = \"Tea House\"\n");
    let variables = [("MOBILE_AUTH_SITE_SECRET_KEY", KEY), ("MOBILE_AUTH_CODE_GUESSES", "3")];
    let output = folder.run(&["config", "check"], &variables);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    let line = |setting: &str| text.lines().find(|line| line.starts_with(setting)).unwrap().to_owned();
    assert!(line("[site] name").contains("Tea House") && line("[site] name").ends_with("Leptos.toml"));
    assert!(line("[code] guesses").ends_with("environment, MOBILE_AUTH_CODE_GUESSES"), "{text}");
    assert!(line("[sms] provider").ends_with("default"), "{text}");
    assert!(!text.contains(KEY), "{text}");
    assert!(!folder.path("data").exists(), "looking makes nothing");
}

#[test]
fn everything_wrong_is_told_at_once() {
    let folder = Folder::new();
    folder.write("Leptos.toml", "[sms]\nprovder = \"console\"\n");
    let text = folder.fail(&["config", "check"], &[("MOBILE_AUTH_CODE_GUESSES", "many")]);
    for part in [
        "has 2 faults",
        "[sms] provder is not a known setting (from Leptos.toml). Did you mean “provider”?",
        "[code] guesses is “many” (from environment, MOBILE_AUTH_CODE_GUESSES). Write a whole number from 1 to 10.",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn an_unknown_variable_is_a_fault_with_the_nearest_name() {
    let text = Folder::new().fail(&[], &[("MOBILE_AUTH_SITE_ENVIROMENT", "production")]);
    assert!(text.contains("Did you mean MOBILE_AUTH_SITE_ENVIRONMENT?"), "{text}");
}

#[test]
fn a_named_file_must_be_there_and_must_be_toml() {
    let folder = Folder::new();
    let text = folder.fail(&["serve", "--config", "nowhere.toml"], &[]);
    assert!(text.contains("nowhere.toml could not be read"), "{text}");
    folder.write("broken.toml", "[site]\nname = \n");
    let text = folder.fail(&["config", "check", "--config", "broken.toml"], &[]);
    assert!(text.contains("broken.toml, line 2, column"), "{text}");
}

#[test]
fn production_refuses_what_is_only_for_trying_out() {
    let text = Folder::new().fail(&["serve"], &[("MOBILE_AUTH_SITE_ENVIRONMENT", "production")]);
    for part in
        ["[site] url", "[site] secret_key", "[phone] countries", "[sms] provider", "allow_development_sms"]
    {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}
