//! The dead are deleted, the living stay.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use mobile_auth::{
    domain::policy::{RetentionPolicy, SessionPolicy},
    server::store::{Deleted, Store},
};

use super::samples::{
    at, begin, challenge_id, guess, is_granted, new_challenge, new_guess, sends, session_digest, session_for,
    sign_in, together,
};

const DAY: i64 = 24 * 60 * 60;

async fn clean(store: &dyn Store, now: DateTime<Utc>, batch: u32) -> Deleted {
    let retention = RetentionPolicy { batch, ..RetentionPolicy::default() };
    store.delete_expired(now, &retention, &SessionPolicy::default()).await.unwrap()
}

pub async fn the_dead_are_deleted_and_the_living_stay(store: Arc<dyn Store>) {
    // Signed in at 0 (idle), 1 (seen until the absolute timeout), and after 29 days (alive).
    for (number, day) in [(1, 0), (2, 0), (3, 29)] {
        sign_in(&*store, number, day * DAY).await;
    }
    for week in 1..=4 {
        store.touch_session(&session_digest(2), at(week * 6 * DAY)).await.unwrap();
    }
    assert_eq!(clean(&*store, at(7 * DAY - 1), 500).await.sessions, 0, "idle for a second less than 7 days");
    assert_eq!(clean(&*store, at(7 * DAY), 500).await.sessions, 1);
    assert!(store.find_session(&session_digest(1)).await.unwrap().is_none());
    store.touch_session(&session_digest(2), at(30 * DAY - 1)).await.unwrap();
    assert_eq!(clean(&*store, at(30 * DAY - 1), 500).await.sessions, 0);
    assert_eq!(clean(&*store, at(30 * DAY), 500).await.sessions, 1, "30 days old, whatever its activity");
    assert!(store.find_session(&session_digest(2)).await.unwrap().is_none());
    assert!(store.find_session(&session_digest(3)).await.unwrap().is_some());
}

pub async fn a_clean_up_deletes_a_batch_of_each_kind(store: Arc<dyn Store>) {
    for number in 0..7 {
        sign_in(&*store, number, 0).await;
    }
    for number in 7..14 {
        begin(&*store, number, number, 0).await;
    }
    begin(&*store, 14, 14, 40 * DAY).await;
    let now = at(40 * DAY);
    let mut total = Deleted::default();
    for _ in 0..10 {
        let deleted = clean(&*store, now, 3).await;
        let kinds = [
            deleted.challenges,
            deleted.sends,
            deleted.wrong_guesses,
            deleted.tallies,
            deleted.sessions,
            deleted.users,
        ];
        assert!(kinds.iter().all(|&rows| rows <= 3), "{deleted:?}");
        total.challenges += deleted.challenges;
        total.sessions += deleted.sessions;
        total.users += deleted.users;
    }
    assert_eq!((total.challenges, total.sessions, total.users), (14, 7, 7));
    while clean(&*store, now, 3).await != Deleted::default() {}

    assert!(store.find_challenge(&challenge_id(14)).await.unwrap().is_some());
    assert_eq!(sends(&*store, 14, 40 * DAY).await.len(), 1);
    assert!(sends(&*store, 0, 0).await.is_empty());
}

/// Someone who tried yesterday and tries again now must not lose the user that the code belongs to.
pub async fn an_unverified_user_waits_for_the_last_challenge(store: Arc<dyn Store>) {
    let user_id = begin(&*store, 1, 1, 0).await;
    assert_eq!(begin(&*store, 2, 1, DAY - 60).await, user_id);
    assert_eq!(clean(&*store, at(DAY - 1), 500).await, Deleted::default(), "a second less than 24 h");
    let deleted = clean(&*store, at(DAY), 500).await;
    assert_eq!((deleted.challenges, deleted.users), (1, 0));
    assert!(guess(&*store, &new_guess(2, 1, DAY - 50)).await.is_some());

    let deleted = clean(&*store, at(2 * DAY), 500).await;
    assert_eq!((deleted.challenges, deleted.users), (1, 1));
    assert_ne!(begin(&*store, 3, 1, 2 * DAY).await, user_id, "a new user, whose number is not the old one's");
}

pub async fn a_verified_user_stays_without_a_session(store: Arc<dyn Store>) {
    let user_id = sign_in(&*store, 1, 0).await;
    store.delete_session(&session_digest(1)).await.unwrap();
    let deleted = clean(&*store, at(400 * DAY), 500).await;
    assert_eq!((deleted.sessions, deleted.devices, deleted.users), (0, 1, 0));
    assert_eq!(begin(&*store, 2, 1, 400 * DAY).await, user_id);
}

pub async fn people_sign_in_while_the_dead_are_deleted(store: Arc<dyn Store>) {
    for number in 0..40 {
        begin(&*store, number, number, 0).await;
    }
    let signed_in = together(60, |n| {
        let store = Arc::clone(&store);
        async move {
            if n % 3 == 0 {
                clean(&*store, at(2 * DAY), 2).await;
                return true;
            }
            let (challenge, now) = (1_000 + n, 2 * DAY);
            let claim = store.create_challenge(&new_challenge(challenge, n, now)).await.unwrap().unwrap();
            assert!(is_granted(&claim));
            let begun = guess(&*store, &new_guess(challenge, n, now)).await.unwrap();
            store.consume(&session_for(begun, challenge, now)).await.unwrap().is_some()
        }
    });
    assert!(signed_in.await.into_iter().all(|signed_in| signed_in));
    while clean(&*store, at(2 * DAY), 2).await != Deleted::default() {}
    for n in (0..60).filter(|n| n % 3 != 0) {
        assert!(store.find_session(&session_digest(1_000 + n)).await.unwrap().is_some(), "session {n}");
    }
}

pub async fn a_store_that_works_is_ready(store: Arc<dyn Store>) {
    store.is_ready().await.unwrap();
    sign_in(&*store, 1, 0).await;
    store.is_ready().await.unwrap();
    assert!(store.find_session(&session_digest(1)).await.unwrap().is_some());
}
