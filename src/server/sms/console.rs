//! Prints messages in the terminal: for development.

use std::io::Write as _;

use async_trait::async_trait;

use super::{SmsError, SmsMessage, SmsSender};

/// Writes each message to standard output, apart from the log on standard error.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConsoleSender;

#[async_trait]
impl SmsSender for ConsoleSender {
    async fn send(&self, message: &SmsMessage) -> Result<(), SmsError> {
        let text = message.text.replace('\n', "\n  │ ");
        let mut terminal = std::io::stdout().lock();
        writeln!(terminal, "\n  ┌─ SMS to {}\n  │ {text}\n  └─", message.to.e164())
            .and_then(|()| terminal.flush())
            .map_err(|error| {
                SmsError(format!("the message could not be printed to standard output: {error}"))
            })
    }
}
