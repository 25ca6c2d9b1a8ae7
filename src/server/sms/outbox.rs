//! Appends messages to a file: for tests and for whoever wants to deliver them by other means.

use std::{
    fs::OpenOptions,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use chrono::SecondsFormat;
use tokio::{sync::Mutex, task::spawn_blocking};

use super::{
    SmsMessage, SmsSender,
    provider::{Provider, ProviderKind, SenderParts},
};
use crate::{
    domain::{sms_outcome::SmsOutcome, sms_route::ProviderName},
    server::{
        clock::Clock,
        config::{fault::Complaint, reader::Reader, setting::Setting},
    },
};

/// The name.
pub const NAME: ProviderName = ProviderName::new("outbox");

/// The file's entry in the registry.
pub static KIND: ProviderKind = ProviderKind {
    name: NAME,
    delivers_to_people: false,
    settings: &[&PATH],
    read: |reader| Some(Box::new(read(reader)?)),
};

/// The file.
const PATH: Setting = Setting::new("sms", "outbox_path");

/// A file that messages are appended to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outbox {
    /// Where it is; made when the first message is sent.
    pub path: PathBuf,
}

fn read(reader: &mut Reader) -> Option<Outbox> {
    if reader.given(&PATH).is_none() {
        let remedy = "Name the file that messages are appended to: data/outbox.jsonl.";
        reader.complain(&PATH, Complaint::new("is missing, which the outbox needs", remedy));
    }
    reader.optional(&PATH, |value| Ok(Outbox { path: PathBuf::from(Reader::text(value)?) }))
}

impl Provider for Outbox {
    fn sender(&self, parts: &mut SenderParts) -> io::Result<Arc<dyn SmsSender>> {
        Ok(Arc::new(OutboxSender::new(self.path.clone(), parts.clock.clone())))
    }

    fn instead_of_sending(&self) -> Option<String> {
        Some(format!("appended to {}", self.path.display()))
    }
}

/// Writes one JSON line a message: `to` (E.164), `text`, `sent_at` (RFC 3339).
pub struct OutboxSender {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    /// One writer at a time, so that lines never mix.
    line: Arc<Mutex<()>>,
}

impl OutboxSender {
    /// The file is created when the first message is sent.
    pub fn new(path: PathBuf, clock: Arc<dyn Clock>) -> Self {
        Self { path, clock, line: Arc::default() }
    }

    /// On a thread that may wait for the disk, all at once: each step by itself would be a way there and back.
    async fn append(&self, line: String) -> io::Result<()> {
        let turn = self.line.clone().lock_owned().await;
        let path = self.path.clone();
        let append = move || {
            let _turn = turn;
            append(&path, &line)
        };
        spawn_blocking(append).await?
    }
}

fn append(path: &Path, line: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(line.as_bytes())
}

#[async_trait]
impl SmsSender for OutboxSender {
    async fn send(&self, message: &SmsMessage) -> SmsOutcome {
        let line = serde_json::json!({
            "to": message.to.e164(),
            "text": message.text,
            "sent_at": self.clock.now().to_rfc3339_opts(SecondsFormat::Millis, true),
        });
        match self.append(format!("{line}\n")).await {
            Ok(()) => SmsOutcome::accepted(None),
            Err(error) => SmsOutcome::elsewhere(format!(
                "the message could not be written to {}: {error}; check [sms] outbox_path",
                self.path.display()
            )),
        }
    }
}
