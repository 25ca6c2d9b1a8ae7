//! What `mobile-auth config check` prints.

use super::{
    Config,
    known::KNOWN,
    leptos::SITE_ADDR_VARIABLE,
    reader::Environment,
    secret_key::{DEVELOPMENT_KEY_PATH, KeySource},
    setting::{Setting, Source},
    site::SECRET_KEY,
};

/// Every setting with its value and where that came from, one a line; secrets are not shown.
pub fn report(config: &Config) -> String {
    let mut lines = vec!["The configuration is good.".to_owned(), String::new()];
    lines.extend(KNOWN.iter().map(|setting| line(config, setting)));
    let address = format!("listens on {}, for leptos ({SITE_ADDR_VARIABLE})", config.leptos.site_addr);
    lines.extend([String::new(), address]);
    if config.environment == Environment::Development {
        lines.push("development: codes go nowhere but this machine; set [site] environment = \"production\" to go live".to_owned());
    }
    lines.push(String::new());
    lines.join("\n")
}

fn line(config: &Config, setting: &Setting) -> String {
    let (value, source) = match config.settings.get(setting) {
        Some(given) if setting.is_secret => ("(not shown)".to_owned(), given.source),
        Some(given) => (given.value.to_string(), given.source),
        None if is_made_once(config, setting) => (format!("(in {DEVELOPMENT_KEY_PATH})"), Source::Default),
        None => ("(none)".to_owned(), Source::Default),
    };
    format!("{:<34} {value:<32} {source}", setting.to_string()).trim_end().to_owned()
}

fn is_made_once(config: &Config, setting: &Setting) -> bool {
    setting.key == SECRET_KEY.key && matches!(config.key, KeySource::MadeOnce(_))
}
