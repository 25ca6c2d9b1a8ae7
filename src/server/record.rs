//! Remembers what happened without holding up those to whom it happens: events wait in a bounded queue, and one writer adds
//! them to the store, many in one act. The log has every event too; what finds no room here is missing only from the record.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;
use tokio::{
    sync::{broadcast, mpsc, oneshot},
    time::sleep,
};
use tracing::warn;

use super::{
    minute_counts::MinuteCounts,
    store::{
        events::{EventStore, NewEvent},
        messages::MessageNews,
    },
};
use crate::domain::{challenge::ChallengeDigest, event::EventKind};

/// Events that wait at most: 4,096, about 1 MB.
const WAITING: usize = 4096;

/// Events in one act of the store: 200, some milliseconds of work for the one writer of the database.
const BATCH: usize = 200;

/// How long the writer gathers after a first event: a quarter of a second, so that a busy server makes four acts a second.
const GATHERING: Duration = Duration::from_millis(250);

/// Refusals that are kept in a minute: 60. A stranger can be refused thousands of times a second and must not fill the disk;
/// the rest is in the log alone.
const REFUSALS_A_MINUTE: u32 = 60;

/// Acts of one kind and one person that cost nothing and are kept in a minute: 10. One account must not fill the disk either; and of
/// each kind, or a thief could hide one behind many of another.
const FREE_ACTS_A_MINUTE: u32 = 10;

/// Receipts that name no message and are tried again, the newest: 256. A provider may tell what became of a message before it has told
/// its name.
const STRANGE: usize = 256;

/// For how long: a minute. Even the quickest provider's receipt comes after its answer, or a moment before it.
const STRANGE_FOR: TimeDelta = TimeDelta::minutes(1);

/// Attempts told as changed that a listener may lag behind: 512, more than one act of the writer changes. Who lags is told that
/// it did, and looks again.
const CHANGES: usize = 512;

enum Entry {
    Event(Box<NewEvent>),
    News(Box<MessageNews>),
    /// Tell when everything before this is kept.
    Flush(oneshot::Sender<()>),
}

/// Where events are handed in.
#[derive(Debug)]
pub struct Record {
    queue: mpsc::Sender<Entry>,
    changes: broadcast::Sender<ChallengeDigest>,
    dropped: AtomicU64,
    /// What has a bound, by its kind and, where each person has a bound, the record's name for the number.
    bounded: MinuteCounts<(EventKind, Option<String>)>,
}

/// What adds them to the store.
pub struct Writer {
    queue: mpsc::Receiver<Entry>,
    store: Arc<dyn EventStore>,
    changes: broadcast::Sender<ChallengeDigest>,
    strange: Vec<MessageNews>,
}

/// What the writer adds in one act, and who waits for that.
#[derive(Default)]
struct Batch {
    events: Vec<NewEvent>,
    news: Vec<MessageNews>,
    flushes: Vec<oneshot::Sender<()>>,
}

impl Record {
    /// A record and its writer, which must run.
    pub fn new(store: Arc<dyn EventStore>) -> (Arc<Self>, Writer) {
        let (queue, entries) = mpsc::channel(WAITING);
        let (changes, _) = broadcast::channel(CHANGES);
        let writer = Writer { queue: entries, store, changes: changes.clone(), strange: Vec::new() };
        (
            Arc::new(Self { queue, changes, dropped: AtomicU64::new(0), bounded: MinuteCounts::default() }),
            writer,
        )
    }

    /// Hands an event in; never waits.
    pub fn keep(&self, event: NewEvent) {
        if !self.has_room_for(&event) {
            return;
        }
        self.hand_in(Entry::Event(Box::new(event)));
    }

    /// Hands in what is new of a message; never waits.
    pub fn keep_news(&self, news: MessageNews) {
        self.hand_in(Entry::News(Box::new(news)));
    }

    /// From now on, each attempt with which something changed that its open page should know.
    pub fn changes(&self) -> broadcast::Receiver<ChallengeDigest> {
        self.changes.subscribe()
    }

    /// Tells those who listen that something changed with this attempt; mostly nobody does.
    pub fn tell_change(&self, challenge: ChallengeDigest) {
        let _ = self.changes.send(challenge);
    }

    fn hand_in(&self, entry: Entry) {
        if self.queue.try_send(entry).is_err() {
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

    fn has_room_for(&self, event: &NewEvent) -> bool {
        let NewEvent { kind, pseudonym, at, .. } = event;
        let (person, most) = match kind {
            kind if kind.is_refusal() => (None, REFUSALS_A_MINUTE),
            kind if kind.is_free() => (Some(pseudonym.clone()), FREE_ACTS_A_MINUTE),
            _ => return true,
        };
        self.bounded.add((*kind, person), *at) <= most
    }
}

impl Writer {
    /// Writes until every [`Record`] is dropped.
    pub async fn run(mut self) {
        while let Some(first) = self.queue.recv().await {
            let Batch { events, news, flushes } = self.gather(first).await;
            self.append(&events, news).await;
            for done in flushes {
                // Whoever asked may have given up.
                let _ = done.send(());
            }
        }
    }

    /// One act, or none. Receipts that named no message before are tried again as soon as another message was taken.
    async fn append(&mut self, events: &[NewEvent], mut news: Vec<MessageNews>) {
        if events.is_empty() && news.is_empty() {
            return;
        }
        self.forget_old(&news);
        let has_taken = news.iter().any(|news| matches!(news, MessageNews::Taken(_)));
        let again = if has_taken { std::mem::take(&mut self.strange) } else { Vec::new() };
        news.extend(again);
        match self.store.append_events(events, &news).await {
            Ok(appended) => {
                for challenge in appended.changed {
                    // An error: nobody listens.
                    let _ = self.changes.send(challenge);
                }
                self.strange.extend(appended.strange);
                let too_many = self.strange.len().saturating_sub(STRANGE);
                self.strange.drain(..too_many);
            }
            Err(error) => {
                let lost = events.len() + news.len();
                warn!(event = "record_failed", lost, %error, "the log has these events");
            }
        }
    }

    /// A receipt that names no message a minute later belongs to none of ours; and its name may be given anew to one of ours.
    fn forget_old(&mut self, news: &[MessageNews]) {
        let Some(now) = news.iter().map(MessageNews::at).max() else { return };
        self.strange.retain(|strange| now - strange.at() <= STRANGE_FOR);
    }

    async fn gather(&mut self, first: Entry) -> Batch {
        let mut batch = Batch::default();
        let over = sleep(GATHERING);
        tokio::pin!(over);
        let mut next = Some(first);
        while let Some(entry) = next {
            match entry {
                Entry::Event(event) => batch.events.push(*event),
                Entry::News(news) => batch.news.push(*news),
                Entry::Flush(done) => batch.flushes.push(done),
            }
            if !batch.flushes.is_empty() || batch.events.len() + batch.news.len() >= BATCH {
                break;
            }
            next = tokio::select! {
                () = &mut over => None,
                entry = self.queue.recv() => entry,
            };
        }
        batch
    }
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
