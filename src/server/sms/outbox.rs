//! Appends messages to a file: for tests and for whoever wants to deliver them by other means.

use std::path::PathBuf;

use async_trait::async_trait;
use chrono::SecondsFormat;
use tokio::{fs::OpenOptions, io::AsyncWriteExt as _, sync::Mutex};

use super::{SmsMessage, SmsSender};
use crate::{domain::sms_outcome::SmsOutcome, server::clock::Clock};

/// Writes one JSON line a message: `to` (E.164), `text`, `sent_at` (RFC 3339).
pub struct OutboxSender {
    path: PathBuf,
    clock: std::sync::Arc<dyn Clock>,
    /// One writer at a time, so that lines never mix.
    line: Mutex<()>,
}

impl OutboxSender {
    /// The file is created when the first message is sent.
    pub fn new(path: PathBuf, clock: std::sync::Arc<dyn Clock>) -> Self {
        Self { path, clock, line: Mutex::new(()) }
    }

    async fn append(&self, line: &str) -> std::io::Result<()> {
        let _one_at_a_time = self.line.lock().await;
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        options.mode(0o600);
        let mut file = options.open(&self.path).await?;
        file.write_all(line.as_bytes()).await?;
        file.flush().await
    }
}

#[async_trait]
impl SmsSender for OutboxSender {
    async fn send(&self, message: &SmsMessage) -> SmsOutcome {
        let line = serde_json::json!({
            "to": message.to.e164(),
            "text": message.text,
            "sent_at": self.clock.now().to_rfc3339_opts(SecondsFormat::Millis, true),
        });
        match self.append(&format!("{line}\n")).await {
            Ok(()) => SmsOutcome::accepted(None),
            Err(error) => SmsOutcome::elsewhere(format!(
                "the message could not be written to {}: {error}; check [sms] outbox_path",
                self.path.display()
            )),
        }
    }
}
