use std::sync::Mutex;

use async_trait::async_trait;
use chrono::DateTime;

use super::*;
use crate::{
    domain::user::UserId,
    server::store::{
        StoreError,
        events::{Appended, PastEvent},
    },
};

/// Keeps what it is given, or fails.
#[derive(Default)]
struct Kept {
    batches: Mutex<Vec<usize>>,
    fails: bool,
}

#[async_trait]
impl EventStore for Kept {
    async fn append_events(&self, events: &[NewEvent], _: &[MessageNews]) -> Result<Appended, StoreError> {
        self.batches.lock().unwrap().push(events.len());
        if self.fails { Err(StoreError { source: "locked".into() }) } else { Ok(Appended::default()) }
    }

    async fn find_events(&self, _: UserId, _: u32) -> Result<Vec<PastEvent>, StoreError> {
        unreachable!()
    }
}

fn event(kind: EventKind, second: i64) -> NewEvent {
    NewEvent::of_nobody(DateTime::UNIX_EPOCH + TimeDelta::seconds(second), kind, "")
}

#[tokio::test]
async fn many_events_are_one_act_and_a_batch_has_a_limit() {
    let store = Arc::new(Kept::default());
    let (record, writer) = Record::new(store.clone());
    for second in 0..450 {
        record.keep(event(EventKind::CodeSent, second));
    }
    tokio::spawn(writer.run());
    record.flush().await;
    assert_eq!(*store.batches.lock().unwrap(), [200, 200, 50]);
}

#[tokio::test]
async fn a_full_queue_drops_and_counts_and_never_waits() {
    let (record, writer) = Record::new(Arc::new(Kept::default()));
    for second in 0..5_000 {
        record.keep(event(EventKind::CodeSent, second));
    }
    assert_eq!(record.dropped.load(Ordering::Relaxed), 5_000 - 4_096);
    drop(writer);
    record.keep(event(EventKind::CodeSent, 0));
    record.flush().await;
}

#[tokio::test]
async fn a_store_that_fails_stops_nothing() {
    let store = Arc::new(Kept { fails: true, ..Kept::default() });
    let (record, writer) = Record::new(store.clone());
    tokio::spawn(writer.run());
    for second in 0..3 {
        record.keep(event(EventKind::SignedIn, second));
        record.flush().await;
    }
    assert_eq!(*store.batches.lock().unwrap(), [1, 1, 1]);
}

#[tokio::test]
async fn refusals_are_kept_sixty_a_minute_and_everything_else_always() {
    let store = Arc::new(Kept::default());
    let (record, writer) = Record::new(store.clone());
    for _ in 0..100 {
        record.keep(event(EventKind::LimitHit, 0));
        record.keep(event(EventKind::SignedIn, 0));
    }
    record.keep(event(EventKind::LimitHit, 60));
    tokio::spawn(writer.run());
    record.flush().await;
    assert_eq!(store.batches.lock().unwrap().iter().sum::<usize>(), 60 + 100 + 1);
}

#[tokio::test]
async fn what_costs_nothing_is_kept_ten_times_a_minute_of_each_kind_and_person() {
    let store = Arc::new(Kept::default());
    let (record, writer) = Record::new(store.clone());
    let by = |person: &str, kind| NewEvent { pseudonym: person.to_owned(), ..event(kind, 0) };
    for _ in 0..20 {
        for kind in [EventKind::DataDownloaded, EventKind::RecoveryCodesMade, EventKind::SignedOut] {
            record.keep(by("one", kind));
        }
    }
    record.keep(by("other", EventKind::DataDownloaded));
    record.keep(NewEvent { pseudonym: "one".to_owned(), ..event(EventKind::DataDownloaded, 60) });
    tokio::spawn(writer.run());
    record.flush().await;
    assert_eq!(store.batches.lock().unwrap().iter().sum::<usize>(), 10 + 10 + 20 + 1 + 1);
}
