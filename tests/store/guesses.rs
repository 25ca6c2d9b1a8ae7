//! A guess is spent before it is looked at, and there are five.

use std::sync::Arc;

use chrono::TimeDelta;
use mobile_auth::{
    domain::{limit::RecordOnly, region_code::RegionCode},
    server::store::{NewChallenge, NewGuess, Store},
};

use super::samples::{
    at, begin, by_rules, challenge_id, code_digest, guess, is_granted, new_challenge, new_code, new_guess,
    new_session, session_digest, spender, together,
};

pub async fn a_challenge_comes_back_as_it_was_kept(store: Arc<dyn Store>) {
    let new = NewChallenge {
        phone_as_typed: "\"'; DROP TABLE users; --\\ ۰۹۱۲ ¿% 📱 \u{e9}e\u{301}".to_owned(),
        region: RegionCode::parse("IR"),
        ..new_challenge(1, 1, 0)
    };
    assert!(is_granted(&store.create_challenge(&new).await.unwrap().unwrap()));
    assert!(is_granted(&store.create_code(&new_code(1, 1, 30)).await.unwrap()));

    let kept = store.find_challenge(&challenge_id(1)).await.unwrap().unwrap();
    assert_eq!((kept.id, &kept.phone), (challenge_id(1), &new.code.spender.phone));
    assert_eq!((&kept.phone_as_typed, kept.region), (&new.phone_as_typed, new.region));
    assert_eq!((kept.started_at, kept.guesses, kept.is_consumed), (at(0), 0, false));
    let codes: Vec<_> = kept.codes.iter().map(|code| code.sent_at).collect();
    assert_eq!(codes, [at(0), at(30)]);
    assert!(kept.codes[0].digest.matches(&code_digest(0)) && kept.codes[1].digest.matches(&code_digest(30)));

    let guessed = guess(&*store, &new_guess(1, 1, 60)).await.unwrap();
    assert_eq!((guessed.guesses, guessed.codes.len(), guessed.phone), (1, 2, new.code.spender.phone));
    assert_eq!(store.find_challenge(&challenge_id(1)).await.unwrap().unwrap().guesses, 1);
    assert!(store.find_challenge(&challenge_id(2)).await.unwrap().is_none());
}

pub async fn two_hundred_guesses_at_once_are_five(store: Arc<dyn Store>) {
    for round in 0..5 {
        begin(&*store, round, round, 0).await;
        let begun = together(200, |_| {
            let store = Arc::clone(&store);
            async move { guess(&*store, &new_guess(round, round, 1)).await }
        });
        let mut granted: Vec<_> = begun.await.into_iter().flatten().map(|begun| begun.guesses).collect();
        granted.sort_unstable();
        assert_eq!(granted, [1, 2, 3, 4, 5], "round {round}: guesses that were evaluated");
        assert!(guess(&*store, &new_guess(round, round, 1)).await.is_none());
        assert_eq!(store.find_challenge(&challenge_id(round)).await.unwrap().unwrap().guesses, 5);
    }
}

pub async fn a_refused_guess_costs_nothing(store: Arc<dyn Store>) {
    let long_code = |new: NewGuess| NewGuess {
        spender: by_rules(new.spender, |policy| policy.challenge.code_lifetime = TimeDelta::seconds(600)),
        ..new
    };
    begin(&*store, 1, 1, 0).await;
    assert!(guess(&*store, &new_guess(2, 2, 1)).await.is_none(), "unknown");
    assert!(guess(&*store, &long_code(new_guess(1, 1, 600))).await.is_none(), "the challenge is over");
    assert!(guess(&*store, &new_guess(1, 1, 121)).await.is_none(), "no code is alive");
    let none = by_rules(spender(1, 1), |policy| policy.challenge.guesses = 0);
    assert!(
        guess(&*store, &NewGuess { spender: none, ..new_guess(1, 1, 1) }).await.is_none(),
        "no guesses at all"
    );
    let just_inside = guess(&*store, &new_guess(1, 1, 120)).await.unwrap();
    assert_eq!(just_inside.guesses, 1, "the refused ones were not counted");
    let counted = store.find_send_history(&spender(1, 120)).await.unwrap().guesses;
    assert_eq!((counted.phone.len(), counted.address.len(), counted.consecutive), (1, 1, 1));
}

pub async fn a_new_code_refills_no_guesses(store: Arc<dyn Store>) {
    begin(&*store, 1, 1, 0).await;
    for _ in 0..5 {
        assert!(guess(&*store, &new_guess(1, 1, 1)).await.is_some());
    }
    assert!(is_granted(&store.create_code(&new_code(1, 1, 30)).await.unwrap()));
    assert!(guess(&*store, &new_guess(1, 1, 31)).await.is_none());
}

/// One right code among a hundred guesses: the ones begun before it count, none begins after it.
pub async fn guesses_and_a_right_code_at_once_agree(store: Arc<dyn Store>) {
    let without_limits = |new: NewGuess| NewGuess {
        spender: by_rules(new.spender, |policy| {
            policy.challenge.guesses = 1_000;
            policy.record_only = RecordOnly::Everything;
        }),
        ..new
    };
    for round in 0..5 {
        begin(&*store, round, round, 0).await;
        let session = new_session(&*store, round, round, 1).await;
        let begun = together(101, |n| {
            let (store, session) = (Arc::clone(&store), session.clone());
            async move {
                if n == 50 {
                    assert!(store.consume(&session).await.unwrap().is_some(), "round {round}");
                    return None;
                }
                guess(&*store, &without_limits(new_guess(round, round, 1))).await
            }
        });
        let begun: Vec<_> = begun.await.into_iter().flatten().collect();
        assert!(begun.iter().all(|challenge| !challenge.is_consumed), "round {round}: guessed when consumed");
        let kept = store.find_challenge(&challenge_id(round)).await.unwrap().unwrap();
        assert!(kept.is_consumed);
        assert_eq!(begun.len(), usize::try_from(kept.guesses).unwrap(), "round {round}: guesses counted");
        assert!(guess(&*store, &without_limits(new_guess(round, round, 1))).await.is_none());
        assert!(store.find_session(&session_digest(round)).await.unwrap().is_some());
    }
}

/// Whatever number it was for: a browser has one attempt at a time.
pub async fn the_earlier_challenge_of_a_browser_is_dead(store: Arc<dyn Store>) {
    begin(&*store, 1, 1, 0).await;
    begin(&*store, 2, 2, 0).await;
    let new = NewChallenge { earlier: Some(challenge_id(1)), ..new_challenge(3, 3, 10) };
    assert!(is_granted(&store.create_challenge(&new).await.unwrap().unwrap()));

    let dead = new_session(&*store, 1, 1, 11).await;
    assert!(store.find_challenge(&challenge_id(1)).await.unwrap().unwrap().is_consumed);
    assert!(guess(&*store, &new_guess(1, 1, 11)).await.is_none(), "a guess at a dead one");
    assert!(store.consume(&dead).await.unwrap().is_none(), "a dead one was consumed");
    for living in [2, 3] {
        assert!(guess(&*store, &new_guess(living, living, 11)).await.is_some());
    }
}
