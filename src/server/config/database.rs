//! `[database]`: where everything is remembered.

use super::{
    fault::Complaint,
    reader::{Reader, quoted},
    setting::Setting,
};

/// A `SQLite` file.
pub const URL: Setting = Setting::new("database", "url").or("sqlite://data/mobile-auth.db");

/// Reads `[database] url`: `sqlite://` and the path of a file.
pub fn read(reader: &mut Reader) -> String {
    reader.required(&URL, String::new(), |value| {
        let text = Reader::text(value)?;
        let path = path(text).ok_or_else(|| {
            let shown = text.split_once("://").map_or(quoted(text), |(scheme, _)| format!("is {scheme}://…"));
            Complaint::new(shown, "Write sqlite:// and the path of a file: sqlite://data/mobile-auth.db.")
        })?;
        if path.contains(":memory:") {
            let problem = format!("{}, which each connection would have for itself", quoted(text));
            return Err(Complaint::new(problem, "Name a file: sqlite://data/mobile-auth.db."));
        }
        Ok(text.to_owned())
    })
}

/// The file's path in a `sqlite:` address, relative to the working directory unless it begins with a slash.
pub fn path(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
    let path = rest.split('?').next().unwrap_or_default();
    (!path.is_empty()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_what_follows_the_scheme() {
        assert_eq!(path("sqlite://data/x.db"), Some("data/x.db"));
        assert_eq!(path("sqlite:///var/lib/x.db?mode=rwc"), Some("/var/lib/x.db"));
        for wrong in ["postgres://user:word@host/db", "data/x.db", "sqlite://", ""] {
            assert_eq!(path(wrong), None, "{wrong}");
        }
    }
}
