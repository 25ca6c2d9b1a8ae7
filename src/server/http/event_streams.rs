//! How many answers stay open at once to tell what becomes of a message, and when all of them end.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use crate::domain::challenge::ChallengeDigest;

/// Open at once: 256, a sixteenth of all connections. Who finds none has the page as it is without scripts: it is told by
/// loading it again.
const MOST: usize = 256;

/// Open at once for one attempt: 4, so that a page that is loaded again, or stands in a second tab, is told before the earlier
/// answer has ended, and one attempt cannot take them all.
const MOST_OF_ATTEMPT: usize = 4;

/// The open answers of one server.
#[derive(Clone, Debug)]
pub struct EventStreams {
    open: Arc<Mutex<HashMap<ChallengeDigest, usize>>>,
    stopped: watch::Receiver<()>,
}

/// One of them, until it is dropped.
#[derive(Debug)]
pub struct OpenStream {
    streams: EventStreams,
    challenge: ChallengeDigest,
}

impl EventStreams {
    /// None is open. All end when `stopped` changes or its sender is gone: a server that stops waits for none of them.
    pub fn new(stopped: watch::Receiver<()>) -> Self {
        Self { open: Arc::default(), stopped }
    }

    /// One more for this attempt; `None` when there are too many.
    pub fn open(&self, challenge: ChallengeDigest) -> Option<OpenStream> {
        let mut open = self.lock();
        let of_attempt = open.get(&challenge).copied().unwrap_or_default();
        if of_attempt >= MOST_OF_ATTEMPT || open.values().sum::<usize>() >= MOST {
            return None;
        }
        open.insert(challenge, of_attempt + 1);
        Some(OpenStream { streams: self.clone(), challenge })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ChallengeDigest, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenStream {
    /// Which attempt it is for.
    pub fn challenge(&self) -> ChallengeDigest {
        self.challenge
    }

    /// Waits until the server stops.
    pub async fn stopped(&mut self) {
        // An error means that the sender is gone, which is the end too.
        let _ = self.streams.stopped.changed().await;
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut open = self.streams.lock();
        let left = open.get(&self.challenge).map_or(0, |count| count.saturating_sub(1));
        if left == 0 {
            open.remove(&self.challenge);
        } else {
            open.insert(self.challenge, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(number: u16) -> ChallengeDigest {
        let [high, low] = number.to_be_bytes();
        let mut bytes = [0; 32];
        (bytes[0], bytes[1]) = (high, low);
        ChallengeDigest::from_bytes(bytes)
    }

    #[test]
    fn one_attempt_cannot_take_all_and_all_together_have_a_limit() {
        let streams = EventStreams::new(watch::channel(()).1);
        let own: Vec<_> = std::iter::from_fn(|| streams.open(attempt(0))).collect();
        assert_eq!(own.len(), MOST_OF_ATTEMPT);
        let others: Vec<_> = (1..1000).map_while(|number| streams.open(attempt(number))).collect();
        assert_eq!(own.len() + others.len(), MOST);
        drop(own);
        assert!(streams.open(attempt(0)).is_some());
        drop(others);
        assert!(streams.lock().is_empty(), "nothing is left behind");
    }
}
