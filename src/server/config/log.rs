//! `[log]`: what is logged, and in which form.

use tracing_subscriber::EnvFilter;

use super::{
    fault::Complaint,
    reader::{Environment, Reader, quoted},
    setting::Setting,
};

/// `text` or `json`; text in development, JSON in production.
pub const FORMAT: Setting = Setting::new("log", "format");
/// What is logged, in the language of tracing-subscriber's `EnvFilter`.
pub const FILTER: Setting = Setting::new("log", "filter").or("info");

/// The form of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// A line for people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

/// What `[log]` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// The form.
    pub format: LogFormat,
    /// A filter that `EnvFilter` reads.
    pub filter: String,
}

/// Reads `[log]`.
pub fn read(reader: &mut Reader, environment: Environment) -> LogSettings {
    reader.fill(&FORMAT, if environment == Environment::Development { "text" } else { "json" });
    LogSettings {
        format: reader.choice(&FORMAT, &[("text", LogFormat::Text), ("json", LogFormat::Json)]),
        filter: reader.required(&FILTER, String::new(), |value| {
            let text = value.to_string();
            match EnvFilter::try_new(&text) {
                Ok(_) => Ok(text),
                Err(error) => {
                    let problem = format!("{}: {error}", quoted(&text));
                    Err(Complaint::new(problem, "Write a level such as info, or info,mobile_auth=debug."))
                }
            }
        }),
    }
}
