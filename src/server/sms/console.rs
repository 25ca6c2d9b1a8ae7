//! Prints messages in the terminal: for development.

use std::io::Write as _;

use async_trait::async_trait;

use super::{SmsMessage, SmsSender};
use crate::domain::sms_outcome::SmsOutcome;

/// Writes each message to standard output, apart from the log on standard error.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConsoleSender;

#[async_trait]
impl SmsSender for ConsoleSender {
    async fn send(&self, message: &SmsMessage) -> SmsOutcome {
        let text = message.text.replace('\n', "\n  │ ");
        let mut terminal = std::io::stdout().lock();
        let printed = writeln!(terminal, "\n  ┌─ SMS to {}\n  │ {text}\n  └─", message.to.e164())
            .and_then(|()| terminal.flush());
        match printed {
            Ok(()) => SmsOutcome::accepted(None),
            Err(error) => {
                SmsOutcome::elsewhere(format!("the message could not be printed to standard output: {error}"))
            }
        }
    }
}
