//! Prints messages in the terminal: for development.

use std::{
    io::{self, Write as _},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use tokio::{sync::Mutex, task::spawn_blocking, time::timeout};

use super::{SmsMessage, SmsSender};
use crate::domain::sms_outcome::SmsOutcome;

/// For a terminal that takes nothing: 5 s, as for a provider.
const PATIENCE: Duration = Duration::from_secs(5);

/// Writes each message to standard output, apart from the log on standard error.
#[derive(Clone, Debug, Default)]
pub struct ConsoleSender {
    /// One thread at a time, so that a terminal that is stuck holds up one and not all.
    turn: Arc<Mutex<()>>,
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
