//! Puts file and environment together: which value holds for each setting, and who gave it.

use std::{collections::BTreeMap, ffi::OsString, path::Path};

use super::{
    fault::{Fault, nearest},
    file::{self, ConfigFile},
    known::KNOWN,
    setting::{Given, Setting, Source, Value},
};

/// The environment's variables.
pub type Variables = Vec<(OsString, OsString)>;

/// What begins the name of every variable of ours.
const PREFIX: &str = "MOBILE_AUTH_";

/// The values that were given. What was not given has its default.
#[derive(Clone, Default)]
pub struct Settings {
    given: BTreeMap<(&'static str, &'static str), Given>,
}

impl Settings {
    /// What holds for a setting; `None`: nothing was given and it has no default.
    pub fn get(&self, setting: &Setting) -> Option<Given> {
        let default = |value: &str| Given { value: Value::One(value.to_owned()), source: Source::Default };
        let given = self.given.get(&(setting.section, setting.key)).cloned();
        given.or_else(|| setting.default.map(default))
    }

    /// Fills in a default that follows from other settings; does nothing when a value was given.
    pub fn fill(&mut self, setting: &Setting, value: impl Into<String>) {
        let given = Given { value: Value::One(value.into()), source: Source::Default };
        self.given.entry((setting.section, setting.key)).or_insert(given);
    }

    /// Forgets what was given for a setting, but not by whom: a secret is needed once and must not linger in memory.
    pub fn forget(&mut self, setting: &Setting) {
        if let Some(given) = self.given.get_mut(&(setting.section, setting.key)) {
            given.value.wipe();
        }
    }

    fn set(&mut self, setting: &Setting, value: Value, source: Source) {
        self.given.insert((setting.section, setting.key), Given { value, source });
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Settings(…)")
    }
}

/// Reads `file`, then lets `variables` override it. Faults are added to `faults`; what could be read is returned.
pub fn gather(file: Option<&ConfigFile>, variables: &Variables, faults: &mut Vec<Fault>) -> Settings {
    let mut settings = Settings::default();
    if let Some(ConfigFile { path, table }) = file {
        for (section, content) in table.iter().filter(|(section, _)| *section != file::LEPTOS_TABLE) {
            gather_section(path, section, content, &mut settings, faults);
        }
    }
    for (name, value) in variables {
        if let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) {
            gather_variable(name, value, &mut settings, faults);
        }
    }
    settings
}

fn gather_section(
    path: &Path,
    section: &str,
    content: &toml::Value,
    settings: &mut Settings,
    faults: &mut Vec<Fault>,
) {
    let origin = || Some(Source::File(path.to_owned()));
    let Some(table) = content.as_table() else {
        let (subject, problem) = (format!("“{section}”"), "stands in no section".to_owned());
        let remedy = match KNOWN.iter().find(|setting| setting.key == section) {
            Some(Setting { section, key, .. }) => format!("Write {key} on a line below [{section}]."),
            None => "Each setting stands below its [section].".to_owned(),
        };
        faults.push(Fault { subject, origin: origin(), problem, remedy });
        return;
    };
    let mut sections: Vec<&str> = KNOWN.iter().map(|setting| setting.section).collect();
    sections.dedup();
    if !sections.contains(&section) {
        let remedy = match nearest(section, sections.iter().copied()) {
            Some(name) => format!("Did you mean [{name}]?"),
            None => format!("The sections are [{}].", sections.join("], [")),
        };
        let (subject, problem) = (format!("[{section}]"), "is not a known section".to_owned());
        faults.push(Fault { subject, origin: origin(), problem, remedy });
        return;
    }
    for (key, value) in table {
        let setting = KNOWN.iter().find(|setting| setting.section == section && setting.key == key);
        match (setting, file::value(value)) {
            (Some(setting), Some(value)) => {
                settings.set(setting, value, Source::File(path.to_owned()));
            }
            (Some(setting), None) => {
                let problem = format!("is a {}", value.type_str());
                let remedy =
                    "Write text in quotes, a whole number, true or false, or an array of these.".to_owned();
                faults.push(Fault { subject: setting.to_string(), origin: origin(), problem, remedy });
            }
            (None, _) => {
                let (subject, problem) = (format!("[{section}] {key}"), "is not a known setting".to_owned());
                faults.push(Fault { subject, origin: origin(), problem, remedy: meant(section, key) });
            }
        }
    }
}

/// Offers the most alike key of the section, else the setting of that key in another section, else the list.
fn meant(section: &str, key: &str) -> String {
    let keys: Vec<&str> =
        KNOWN.iter().filter(|setting| setting.section == section).map(|setting| setting.key).collect();
    let elsewhere = KNOWN.iter().find(|setting| setting.key == key);
    match (elsewhere, nearest(key, keys.iter().copied())) {
        (Some(setting), _) => format!("Did you mean {setting}?"),
        (None, Some(name)) => format!("Did you mean “{name}”?"),
        (None, None) => format!("[{section}] knows {}.", keys.join(", ")),
    }
}

fn gather_variable(name: &str, value: &OsString, settings: &mut Settings, faults: &mut Vec<Fault>) {
    let Some(setting) = KNOWN.iter().find(|setting| setting.variable() == name) else {
        let names: Vec<String> = KNOWN.iter().map(|setting| setting.variable()).collect();
        let remedy = match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => format!("Did you mean {near}?"),
            None => "The name is section and key; Leptos.toml shows every setting.".to_owned(),
        };
        faults.push(Fault::of_whole(name, "in the environment is not a known setting", remedy));
        return;
    };
    match value.to_str() {
        Some(text) => {
            settings.set(setting, Value::One(text.to_owned()), Source::Environment(name.to_owned()));
        }
        None => faults.push(Fault::of_whole(name, "in the environment is not UTF-8", "Write it in UTF-8.")),
    }
}
