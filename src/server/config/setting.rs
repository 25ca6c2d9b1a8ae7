//! What a setting is, what was given for it, and where it came from.

use std::path::PathBuf;

use zeroize::Zeroize as _;

/// A setting that the server knows. Each concern's file defines its own; [`super::known`] lists them all.
#[derive(Debug)]
pub struct Setting {
    /// The section of the file; without an underscore, so that an environment variable reads one way only.
    pub section: &'static str,
    /// The key within the section.
    pub key: &'static str,
    /// What holds when nothing is given; `None`: nothing, or it follows from other settings.
    pub default: Option<&'static str>,
    /// Whether the value must never be shown.
    pub is_secret: bool,
}

impl Setting {
    /// A setting without a default.
    pub const fn new(section: &'static str, key: &'static str) -> Self {
        Self { section, key, default: None, is_secret: false }
    }

    /// The same with a default.
    #[must_use]
    pub const fn or(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }

    /// The same, never to be shown.
    #[must_use]
    pub const fn secret(self) -> Self {
        Self { is_secret: true, ..self }
    }

    /// The environment variable that overrides it: `MOBILE_AUTH_SMS_PROVIDER` for `[sms] provider`.
    pub fn variable(&self) -> String {
        format!("MOBILE_AUTH_{}_{}", self.section.to_uppercase(), self.key.to_uppercase())
    }
}

impl std::fmt::Display for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{}] {}", self.section, self.key)
    }
}

/// Where a value came from. A later one wins over an earlier one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The product's own default.
    Default,
    /// This file.
    File(PathBuf),
    /// This environment variable.
    Environment(String),
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => write!(f, "environment, {name}"),
        }
    }
}

/// What was given for a setting, before it is read as a number, a list, ….
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// One value as text: from the environment, or a string, number or boolean of the file.
    One(String),
    /// An array of the file.
    Many(Vec<String>),
}

impl Value {
    /// The entries of a list; a comma separates them where there is only text, as in the environment.
    pub fn entries(&self) -> Vec<&str> {
        let entries: Vec<&str> = match self {
            Self::One(text) => text.split(',').collect(),
            Self::Many(entries) => entries.iter().map(String::as_str).collect(),
        };
        entries.into_iter().map(str::trim).filter(|entry| !entry.is_empty()).collect()
    }

    /// Overwrites the value, in memory too.
    pub fn wipe(&mut self) {
        match self {
            Self::One(text) => text.zeroize(),
            Self::Many(entries) => entries.zeroize(),
        }
    }

    /// Whether nothing but spaces was given.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::One(text) => text.trim().is_empty(),
            Self::Many(entries) => entries.is_empty(),
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::One(text) => f.write_str(text),
            Self::Many(entries) => f.write_str(&entries.join(", ")),
        }
    }
}

/// A value with its origin. No `Debug`, for the value may be a secret.
#[derive(Clone)]
pub struct Given {
    /// What was given.
    pub value: Value,
    /// By whom.
    pub source: Source,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_variable_is_section_and_key() {
        assert_eq!(Setting::new("sms", "outbox_path").variable(), "MOBILE_AUTH_SMS_OUTBOX_PATH");
    }

    #[test]
    fn a_list_is_an_array_or_text_with_commas() {
        let array = Value::Many(vec!["IR".to_owned(), " GB".to_owned()]);
        assert_eq!(array.entries(), ["IR", "GB"]);
        assert_eq!(Value::One(" IR, GB,".to_owned()).entries(), ["IR", "GB"]);
        assert!(Value::One("  ".to_owned()).is_empty());
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
        let file = Source::File(PathBuf::from("Leptos.toml"));
        assert!(Source::Default < file && file < Source::Environment("A".to_owned()));
    }
}
