//! `[sms]`: who delivers the codes.

use std::path::PathBuf;

use super::{
    fault::Complaint,
    reader::{Environment, Reader},
    setting::Setting,
    site,
};

/// `console` or `outbox`.
pub const PROVIDER: Setting = Setting::new("sms", "provider").or("console");
/// The file that `outbox` appends to.
pub const OUTBOX_PATH: Setting = Setting::new("sms", "outbox_path");

/// Who delivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SmsProvider {
    /// Prints to standard output.
    Console,
    /// Appends JSON lines to this file.
    Outbox(PathBuf),
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Name {
    #[default]
    Console,
    Outbox,
}

/// Reads `[sms]`. Production refuses what delivers to nobody, unless it was allowed in plain words.
pub fn read(reader: &mut Reader, environment: Environment) -> SmsProvider {
    let name = reader.choice(&PROVIDER, &[("console", Name::Console), ("outbox", Name::Outbox)]);
    let is_allowed = reader.flag(&site::ALLOW_DEVELOPMENT_SMS);
    if environment == Environment::Production && !is_allowed {
        let problem = "is console or outbox, which send no SMS: nobody could sign in in production";
        let remedy = "If another program delivers them, say so: [site] allow_development_sms = true.";
        reader.complain(&PROVIDER, Complaint::new(problem, remedy));
    }
    let path = reader.optional(&OUTBOX_PATH, |value| Ok(PathBuf::from(Reader::text(value)?)));
    match (name, path) {
        (Name::Console, _) => SmsProvider::Console,
        (Name::Outbox, Some(path)) => SmsProvider::Outbox(path),
        (Name::Outbox, None) => {
            let remedy = "Name the file that messages are appended to: data/outbox.jsonl.";
            reader.complain(&OUTBOX_PATH, Complaint::new("is missing, which the outbox needs", remedy));
            SmsProvider::Console
        }
    }
}
