//! The log: lines for people in development, JSON lines in production, on standard error.

use std::{error::Error, fs::File, io::IsTerminal as _, os::fd::AsFd as _, sync::Arc};

use tracing::{Subscriber, error};
use tracing_subscriber::{
    EnvFilter, Layer as _,
    filter::{FilterExt as _, LevelFilter, filter_fn},
    fmt::{self, MakeWriter},
    layer::SubscriberExt as _,
    registry::LookupSpan,
    util::SubscriberInitExt as _,
};

use super::{
    config::log::{LogFormat, LogSettings},
    log_queue::LogQueue,
};

/// What is quiet unless the filter names it: SQL statements, which say much and help little.
const QUIET: &[&str] = &["sqlx"];

/// What stays silent whatever the filter says, for it would tell what no log may hold: AWS's signer a token and the digest of the text,
/// and libphonenumber each number that it reads.
const SILENT: &[&str] = &["aws_sigv4", "aws_smithy", "rlibphonenumber"];

/// Starts the log of this process. `RUST_LOG` is not read: the configuration says what is logged.
///
/// # Errors
/// A log was started before, or too many files are open.
pub fn init(settings: &LogSettings) -> Result<Arc<LogQueue>, Box<dyn Error>> {
    let stderr = std::io::stderr();
    let is_terminal = stderr.is_terminal();
    // Not through Rust's own stderr: a thread that is stuck in it holds a lock that everyone else would wait for.
    let (writer, queue) = LogQueue::start(File::from(stderr.as_fd().try_clone_to_owned()?));
    subscriber(settings, is_terminal, writer).try_init()?;
    std::panic::set_hook(Box::new(|panic| {
        // The place and no more: the message may hold what was being worked on.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        error!(event = "panic", place);
    }));
    Ok(queue)
}

fn subscriber<W>(settings: &LogSettings, is_terminal: bool, writer: W) -> impl Subscriber + use<W>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let tells_secrets = |target: &str| SILENT.iter().any(|name| target.starts_with(name));
    // Without the hint every library's every line would be made and looked at, whatever the filter says.
    let may_be_told =
        filter_fn(move |metadata| !tells_secrets(metadata.target())).with_max_level_hint(LevelFilter::TRACE);
    let filter = filter(&settings.filter).and(may_be_told);
    tracing_subscriber::registry().with(layer(settings, is_terminal, writer).with_filter(filter))
}

fn layer<S, W>(
    settings: &LogSettings,
    is_terminal: bool,
    writer: W,
) -> Box<dyn tracing_subscriber::Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let layer = fmt::layer().with_writer(writer);
    match settings.format {
        LogFormat::Text => layer.compact().with_ansi(is_terminal).boxed(),
        LogFormat::Json => {
            layer.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed()
        }
    }
}

/// The configuration has read the filter before, so nothing of it is lost here.
fn filter(text: &str) -> EnvFilter {
    let quiet = QUIET.iter().filter(|name| !text.contains(**name)).map(|name| format!("{name}=warn"));
    let directives: Vec<String> = quiet.chain([text.to_owned()]).collect();
    EnvFilter::new(directives.join(","))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::{debug, info, info_span, subscriber::with_default, trace, warn};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn log(format: LogFormat, filter: &str, act: impl FnOnce()) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let settings = LogSettings { format, filter: filter.to_owned() };
        with_default(subscriber(&settings, false, move || writer.clone()), act);
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn json_is_one_object_a_line_whatever_a_visitor_sent() {
        let hostile = "a\r\n{\"event\":\"forged\"}\u{1b}[31m\u{202e}";
        let text = log(LogFormat::Json, "info", || {
            let _span = info_span!("request", id = "r1").entered();
            info!(event = "code_sent", phone = "ab…67", hostile);
            warn!(event = "store_failed", error = %hostile);
        });
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert_eq!(lines[0]["event"], "code_sent");
        assert_eq!(lines[0]["span"]["id"], "r1");
        assert!(lines[0]["timestamp"].as_str().unwrap().ends_with('Z'), "UTC");
    }

    #[test]
    fn text_is_one_line_without_terminal_control() {
        let text = log(LogFormat::Text, "info", || info!(event = "x", agent = "a\n\u{1b}[31mb"));
        assert!(text.lines().count() == 1 && !text.contains('\u{1b}'), "{text:?}");
    }

    #[test]
    fn what_would_tell_a_secret_is_silent_whatever_the_filter_says() {
        let act = || {
            trace!(target: "aws_sigv4::http_request::sign", "x-amz-security-token:hunter2");
            trace!(target: "rlibphonenumber::phonenumberutil", "Number '9121234567' is a mobile number.");
            trace!("ours");
        };
        let text = log(LogFormat::Text, "trace,aws_sigv4::http_request=trace,rlibphonenumber=trace", act);
        assert!(text.contains("ours") && !text.contains("hunter2") && !text.contains("9121234567"), "{text}");
    }

    #[test]
    fn what_the_filter_leaves_out_is_not_even_made() {
        let settings = LogSettings { format: LogFormat::Text, filter: "info".to_owned() };
        let hint = subscriber(&settings, false, std::io::sink).max_level_hint();
        assert_eq!(hint, Some(LevelFilter::INFO));
    }

    #[test]
    fn statements_are_quiet_unless_the_filter_asks_for_them() {
        let act = || {
            trace!(target: "sqlx::query", "select 1");
            trace!("ours");
            debug!(target: "sqlx::query", "select 2");
        };
        let text = log(LogFormat::Text, "trace", act);
        assert!(text.contains("ours") && !text.contains("select"), "{text}");
        let text = log(LogFormat::Text, "trace,sqlx=debug", act);
        assert!(text.contains("select 2") && !text.contains("select 1"), "{text}");
    }
}
