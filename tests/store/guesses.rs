//! A guess is spent before it is looked at, and there are five.

use std::sync::Arc;

use chrono::TimeDelta;
use mobile_auth::{
    domain::region_code::RegionCode,
    server::store::{NewChallenge, SendClaim, Store},
};

use super::samples::{
    at, begin, challenge_id, code_digest, new_challenge, new_code, new_session, session_digest, together,
};

pub async fn a_challenge_comes_back_as_it_was_kept(store: Arc<dyn Store>) {
    let new = NewChallenge {
        phone_as_typed: "\"'; DROP TABLE users; --\\ ۰۹۱۲ ¿% 📱 \u{e9}e\u{301}".to_owned(),
        region: RegionCode::parse("IR"),
        ..new_challenge(1, 1, 0)
    };
    assert_eq!(store.create_challenge(&new).await.unwrap(), SendClaim::Granted);
    assert_eq!(store.create_code(&new_code(1, 1, 30)).await.unwrap(), SendClaim::Granted);

    let kept = store.find_challenge(&challenge_id(1)).await.unwrap().unwrap();
    assert_eq!((kept.id, &kept.phone), (challenge_id(1), &new.phone));
    assert_eq!((&kept.phone_as_typed, kept.region), (&new.phone_as_typed, new.region));
    assert_eq!((kept.started_at, kept.guesses, kept.is_consumed), (at(0), 0, false));
    let codes: Vec<_> = kept.codes.iter().map(|code| code.sent_at).collect();
    assert_eq!(codes, [at(0), at(30)]);
    assert!(kept.codes[0].digest.matches(&code_digest(0)) && kept.codes[1].digest.matches(&code_digest(30)));

    let guessed = store.begin_guess(&challenge_id(1), 5, at(-1)).await.unwrap().unwrap();
    assert_eq!((guessed.guesses, guessed.codes.len(), guessed.phone), (1, 2, new.phone));
    assert_eq!(store.find_challenge(&challenge_id(1)).await.unwrap().unwrap().guesses, 1);
    assert!(store.find_challenge(&challenge_id(2)).await.unwrap().is_none());
}

pub async fn two_hundred_guesses_at_once_are_five(store: Arc<dyn Store>) {
    for round in 0..5 {
        begin(&*store, round, round, 0).await;
        let begun = together(200, |_| {
            let store = Arc::clone(&store);
            async move { store.begin_guess(&challenge_id(round), 5, at(-600)).await.unwrap() }
        });
        let mut granted: Vec<_> = begun.await.into_iter().flatten().map(|begun| begun.guesses).collect();
        granted.sort_unstable();
        assert_eq!(granted, [1, 2, 3, 4, 5], "round {round}: guesses that were evaluated");
        assert!(store.begin_guess(&challenge_id(round), 5, at(-600)).await.unwrap().is_none());
        assert_eq!(store.find_challenge(&challenge_id(round)).await.unwrap().unwrap().guesses, 5);
    }
}

pub async fn a_refused_guess_costs_nothing(store: Arc<dyn Store>) {
    begin(&*store, 1, 1, 0).await;
    assert!(store.begin_guess(&challenge_id(2), 5, at(-600)).await.unwrap().is_none(), "unknown");
    assert!(store.begin_guess(&challenge_id(1), 5, at(0)).await.unwrap().is_none(), "as old as the limit");
    assert!(store.begin_guess(&challenge_id(1), 5, at(9)).await.unwrap().is_none(), "older than the limit");
    assert!(store.begin_guess(&challenge_id(1), 0, at(-600)).await.unwrap().is_none(), "no guesses at all");
    let just_inside = at(0) - TimeDelta::milliseconds(1);
    let begun = store.begin_guess(&challenge_id(1), 5, just_inside).await.unwrap().unwrap();
    assert_eq!(begun.guesses, 1, "the refused ones were not counted");
}

pub async fn a_new_code_refills_no_guesses(store: Arc<dyn Store>) {
    begin(&*store, 1, 1, 0).await;
    for _ in 0..5 {
        assert!(store.begin_guess(&challenge_id(1), 5, at(-600)).await.unwrap().is_some());
    }
    assert_eq!(store.create_code(&new_code(1, 1, 30)).await.unwrap(), SendClaim::Granted);
    assert!(store.begin_guess(&challenge_id(1), 5, at(-600)).await.unwrap().is_none());
}

/// One right code among a hundred guesses: the ones begun before it count, none begins after it.
pub async fn guesses_and_a_right_code_at_once_agree(store: Arc<dyn Store>) {
    for round in 0..5 {
        let user_id = begin(&*store, round, round, 0).await;
        let begun = together(101, |n| {
            let (store, session) = (Arc::clone(&store), new_session(round, user_id, round, 1));
            async move {
                if n == 50 {
                    assert!(store.consume(&session).await.unwrap(), "round {round}");
                    return None;
                }
                store.begin_guess(&challenge_id(round), 100, at(-600)).await.unwrap()
            }
        });
        let begun: Vec<_> = begun.await.into_iter().flatten().collect();
        assert!(begun.iter().all(|challenge| !challenge.is_consumed), "round {round}: guessed when consumed");
        let kept = store.find_challenge(&challenge_id(round)).await.unwrap().unwrap();
        assert!(kept.is_consumed);
        assert_eq!(begun.len(), usize::try_from(kept.guesses).unwrap(), "round {round}: guesses counted");
        assert!(store.begin_guess(&challenge_id(round), 1_000, at(-600)).await.unwrap().is_none());
        assert!(store.find_session(&session_digest(round)).await.unwrap().is_some());
    }
}

/// Whatever number it was for: a browser has one attempt at a time.
pub async fn the_earlier_challenge_of_a_browser_is_dead(store: Arc<dyn Store>) {
    let user_id = begin(&*store, 1, 1, 0).await;
    begin(&*store, 2, 2, 0).await;
    let new = NewChallenge { earlier: Some(challenge_id(1)), ..new_challenge(3, 3, 10) };
    assert_eq!(store.create_challenge(&new).await.unwrap(), SendClaim::Granted);

    assert!(store.find_challenge(&challenge_id(1)).await.unwrap().unwrap().is_consumed);
    assert!(
        store.begin_guess(&challenge_id(1), 5, at(-600)).await.unwrap().is_none(),
        "a guess at a dead one"
    );
    assert!(!store.consume(&new_session(1, user_id, 1, 11)).await.unwrap(), "a dead one was consumed");
    for living in [2, 3] {
        assert!(store.begin_guess(&challenge_id(living), 5, at(-600)).await.unwrap().is_some());
    }
}
