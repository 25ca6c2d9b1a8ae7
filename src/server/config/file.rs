//! Reads the configuration file.

use std::path::{Path, PathBuf};

use super::{fault::Fault, setting::Value};

/// Looked for in the working directory when no file is named.
pub const DEFAULT_PATH: &str = "Leptos.toml";

/// The table that holds leptos's own section, `[package.metadata.leptos]`.
pub const LEPTOS_TABLE: &str = "package";

/// A file that is TOML, whatever it says.
#[derive(Debug)]
pub struct ConfigFile {
    /// As the operator named it.
    pub path: PathBuf,
    /// All of it.
    pub table: toml::Table,
}

impl ConfigFile {
    /// Reads the named file, or else the default one. `Ok(None)`: none was named and there is no default one, which
    /// is fine in development.
    ///
    /// # Errors
    /// The named file is missing, a file cannot be read, or is not TOML.
    pub fn read(named: Option<&Path>) -> Result<Option<Self>, Fault> {
        let path = named.unwrap_or(Path::new(DEFAULT_PATH));
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(path, &text).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => Ok(None),
            Err(error) => {
                let remedy = "Name a file that this user can read: `mobile-auth serve --config Leptos.toml`.";
                Err(Fault::of_whole(path.display(), format!("could not be read: {error}"), remedy))
            }
        }
    }

    /// Reads the text of a file; the error shows where it is wrong, but no line of it, for it may hold a key.
    ///
    /// # Errors
    /// It is not TOML.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Fault> {
        let table = text.parse::<toml::Table>().map_err(|error| {
            let place = error.span().map_or(String::new(), |span| place(text, span.start));
            // Some messages span lines; the first says it all.
            let message = error.message().lines().next().unwrap_or_default().to_owned();
            let subject = format!("{}{place}", path.display());
            Fault::of_whole(subject, format!("is not TOML: {message}"), "See https://toml.io for the format.")
        })?;
        Ok(Self { path: path.to_owned(), table })
    }
}

/// Line and column, from 1, as editors count them.
fn place(text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!(", line {line}, column {column},")
}

/// A value of the file as text; `None`: a kind that no setting has (a fraction, a date, a table).
pub fn value(value: &toml::Value) -> Option<Value> {
    match value {
        toml::Value::Array(entries) => entries.iter().map(text).collect::<Option<_>>().map(Value::Many),
        value => text(value).map(Value::One),
    }
}

fn text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(flag) => Some(flag.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        ConfigFile::parse(Path::new("Leptos.toml"), text).unwrap_err().to_string()
    }

    #[test]
    fn a_syntax_error_shows_line_and_column_but_not_the_line() {
        let fault = fault("[site]\nname = \"x\"\nsecret_key = \"c2VjcmV0\" oops\n");
        assert!(fault.starts_with("Leptos.toml, line 3, column 25, is not TOML: "), "{fault}");
        assert!(!fault.contains("c2VjcmV0"), "{fault}");
    }

    #[test]
    fn a_missing_file_is_a_fault_only_when_it_was_named() {
        let missing = Path::new("no/such/file.toml");
        let fault = ConfigFile::read(Some(missing)).unwrap_err().to_string();
        assert!(fault.starts_with("no/such/file.toml could not be read: "), "{fault}");
    }
}
