//! The signals that end the server.

use std::{io, sync::Arc};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::warn;

use super::log_queue::LogQueue;

/// SIGTERM, as supervisors send it, and SIGINT, as Ctrl-C does.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Listens from now on; the signals no longer end the process by themselves.
    ///
    /// # Errors
    /// The operating system refuses.
    pub fn listen() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for either.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Waits for either and ends the process at once, with exit code 1: the operator does not want to wait. What was
    /// acknowledged is on the disk.
    pub async fn end_at_the_next(mut self, log: Arc<LogQueue>) {
        self.next().await;
        warn!(event = "ended_at_once");
        log.finish();
        std::process::exit(1);
    }
}
