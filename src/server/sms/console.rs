//! Prints messages in the terminal: for development.

use std::{
    io::{self, Write as _},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use tokio::{sync::Mutex, task::spawn_blocking, time::timeout};

use super::{
    SmsMessage, SmsSender,
    provider::{Provider, ProviderKind, SenderParts},
};
use crate::domain::{sms_outcome::SmsOutcome, sms_route::ProviderName};

/// The name.
pub const NAME: ProviderName = ProviderName::new("console");

/// The terminal's entry in the registry.
pub static KIND: ProviderKind = ProviderKind {
    name: NAME,
    delivers_to_people: false,
    settings: &[],
    read: |_| Some(Box::new(ConsoleSender::default())),
};

/// For a terminal that takes nothing: 5 s, as for a provider.
const PATIENCE: Duration = Duration::from_secs(5);

/// Writes each message to standard output, apart from the log on standard error.
#[derive(Clone, Debug, Default)]
pub struct ConsoleSender {
    /// One thread at a time, so that a terminal that is stuck holds up one and not all.
    turn: Arc<Mutex<()>>,
}

impl Provider for ConsoleSender {
    fn sender(&self, _parts: &mut SenderParts) -> io::Result<Arc<dyn SmsSender>> {
        Ok(Arc::new(self.clone()))
    }

    fn instead_of_sending(&self) -> Option<String> {
        Some("printed here".to_owned())
    }
}

impl ConsoleSender {
    async fn print(&self, text: String) -> io::Result<()> {
        let turn = self.turn.clone().lock_owned().await;
        let print = move || {
            let _turn = turn;
            let mut terminal = io::stdout().lock();
            terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush())
        };
        spawn_blocking(print).await?
    }
}

#[async_trait]
impl SmsSender for ConsoleSender {
    async fn send(&self, message: &SmsMessage) -> SmsOutcome {
        let text = message.text.replace('\n', "\n  │ ");
        let text = format!("\n  ┌─ SMS to {}\n  │ {text}\n  └─\n", message.to.e164());
        match timeout(PATIENCE, self.print(text)).await {
            Ok(Ok(())) => SmsOutcome::accepted(None),
            Ok(Err(error)) => {
                SmsOutcome::elsewhere(format!("the message could not be printed to standard output: {error}"))
            }
            Err(_) => {
                SmsOutcome::elsewhere("standard output takes nothing: is the terminal stopped?".to_owned())
            }
        }
    }
}
