//! Remembers what happened without holding up those to whom it happens: events wait in a bounded queue, and one writer adds
//! them to the store, many in one act. The log has every event too; what finds no room here is missing only from the record.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use tokio::{
    sync::{mpsc, oneshot},
    time::sleep,
};
use tracing::warn;

use super::store::events::{EventStore, NewEvent};

/// Events that wait at most: 4,096, about 1 MB.
const WAITING: usize = 4096;

/// Events in one act of the store: 200, some milliseconds of work for the one writer of the database.
const BATCH: usize = 200;

/// How long the writer gathers after a first event: a quarter of a second, so that a busy server makes four acts a second.
const GATHERING: Duration = Duration::from_millis(250);

/// Refusals that are kept in a minute: 60. A stranger can be refused thousands of times a second and must not fill the disk;
/// the rest is in the log alone.
const REFUSALS_A_MINUTE: u32 = 60;

enum Entry {
    Event(Box<NewEvent>),
    /// Tell when everything before this is kept.
    Flush(oneshot::Sender<()>),
}

/// Where events are handed in.
#[derive(Debug)]
pub struct Record {
    queue: mpsc::Sender<Entry>,
    dropped: AtomicU64,
    refusals: Mutex<(DateTime<Utc>, u32)>,
}

/// What adds them to the store.
pub struct Writer {
    queue: mpsc::Receiver<Entry>,
    store: Arc<dyn EventStore>,
}

impl Record {
    /// A record and its writer, which must run.
    pub fn new(store: Arc<dyn EventStore>) -> (Arc<Self>, Writer) {
        let (queue, entries) = mpsc::channel(WAITING);
        let record =
            Self { queue, dropped: AtomicU64::new(0), refusals: Mutex::new((DateTime::UNIX_EPOCH, 0)) };
        (Arc::new(record), Writer { queue: entries, store })
    }

    /// Hands an event in; never waits.
    pub fn keep(&self, event: NewEvent) {
        if event.kind.is_refusal() && !self.has_room_for_refusal(event.at) {
            return;
        }
        if self.queue.try_send(Entry::Event(Box::new(event))).is_err() {
            let dropped = self.dropped.fetch_add(1, Ordering::Relaxed) + 1;
            // Told at 1, 2, 4, 8, …: often enough to be seen, too seldom to make things worse.
            if dropped.is_power_of_two() {
                warn!(event = "record_full", dropped, "events are missing from the record; the log has them");
            }
        }
    }

    /// Waits until everything handed in so far is kept, or the writer is gone.
    pub async fn flush(&self) {
        let (done, is_done) = oneshot::channel();
        if self.queue.send(Entry::Flush(done)).await.is_ok() {
            // An error is the end of the writer: nothing is left to wait for.
            let _ = is_done.await;
        }
    }

    fn has_room_for_refusal(&self, at: DateTime<Utc>) -> bool {
        let minute = at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at);
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        if refusals.0 != minute {
            *refusals = (minute, 0);
        }
        refusals.1 = refusals.1.saturating_add(1);
        refusals.1 <= REFUSALS_A_MINUTE
    }
}

impl Writer {
    /// Writes until every [`Record`] is dropped.
    pub async fn run(mut self) {
        while let Some(first) = self.queue.recv().await {
            let (events, flushes) = self.gather(first).await;
            if !events.is_empty()
                && let Err(error) = self.store.append_events(&events).await
            {
                warn!(event = "record_failed", lost = events.len(), %error, "the log has these events");
            }
            for done in flushes {
                // Whoever asked may have given up.
                let _ = done.send(());
            }
        }
    }

    async fn gather(&mut self, first: Entry) -> (Vec<NewEvent>, Vec<oneshot::Sender<()>>) {
        let (mut events, mut flushes) = (Vec::new(), Vec::new());
        let over = sleep(GATHERING);
        tokio::pin!(over);
        let mut next = Some(first);
        while let Some(entry) = next {
            match entry {
                Entry::Event(event) => events.push(*event),
                Entry::Flush(done) => flushes.push(done),
            }
            if !flushes.is_empty() || events.len() >= BATCH {
                break;
            }
            next = tokio::select! {
                () = &mut over => None,
                entry = self.queue.recv() => entry,
            };
        }
        (events, flushes)
    }
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
