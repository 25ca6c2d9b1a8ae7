//! One right code, one session.

use std::sync::Arc;

use mobile_auth::{
    domain::{challenge::Challenge, user::UserId},
    server::store::{NewSession, SESSIONS_PER_USER, Store},
};

use super::samples::{
    at, begin, challenge_id, new_session, phone, session_digest, session_for, sign_in, together,
};

pub async fn a_hundred_right_codes_at_once_are_one_session(store: Arc<dyn Store>) {
    for round in 0..10 {
        begin(&*store, round, round, 0).await;
        let challenge = store.find_challenge(&challenge_id(round)).await.unwrap().unwrap();
        let consumed = together(100, |n| {
            let (store, session) = (Arc::clone(&store), session_for(challenge.clone(), round * 100 + n, 1));
            async move { store.consume(&session).await.unwrap().is_some() }
        });
        let consumed = consumed.await;
        let mut kept = Vec::new();
        for n in 0..100 {
            kept.push(store.find_session(&session_digest(round * 100 + n)).await.unwrap().is_some());
        }
        assert_eq!(
            consumed.iter().filter(|&&first| first).count(),
            1,
            "round {round}: told that they are first"
        );
        assert_eq!(kept, consumed, "round {round}: a session for the first and for nobody else");
    }
}

pub async fn a_session_comes_back_as_it_was_kept(store: Arc<dyn Store>) {
    let user_id = begin(&*store, 1, 1, 0).await;
    assert!(store.consume(&new_session(&*store, 1, 1, 7).await).await.unwrap().is_some());
    let session = store.find_session(&session_digest(1)).await.unwrap().unwrap();
    assert_eq!((session.user_id, session.phone), (user_id, phone(1)));
    assert_eq!((session.created_at, session.last_seen_at), (at(7), at(7)));
    assert!(store.find_challenge(&challenge_id(1)).await.unwrap().unwrap().is_consumed);
    assert!(store.find_session(&session_digest(2)).await.unwrap().is_none());

    let again = begin(&*store, 2, 1, 60).await;
    assert_eq!(again, user_id, "the same number is the same user");
}

pub async fn a_session_that_cannot_be_kept_burns_no_code(store: Arc<dyn Store>) {
    sign_in(&*store, 1, 0).await;
    begin(&*store, 2, 2, 0).await;
    assert!(store.consume(&new_session(&*store, 2, 1, 1).await).await.is_err(), "a digest that is taken");
    assert!(!store.find_challenge(&challenge_id(2)).await.unwrap().unwrap().is_consumed);
    assert!(
        store.consume(&new_session(&*store, 2, 2, 1).await).await.unwrap().is_some(),
        "the code is still good"
    );
}

pub async fn a_challenge_is_not_consumed_for_another_user(store: Arc<dyn Store>) {
    let owner = begin(&*store, 1, 1, 0).await;
    let stranger = begin(&*store, 2, 2, 0).await;
    let kept = store.find_challenge(&challenge_id(1)).await.unwrap().unwrap();
    let right = new_session(&*store, 1, 1, 1).await;
    for user_id in [stranger, UserId::new(owner.get() + 1_000)] {
        let challenge = Challenge { user_id, ..kept.clone() };
        assert!(store.consume(&session_for(challenge, 1, 1)).await.unwrap().is_none());
        assert!(store.find_session(&session_digest(1)).await.unwrap().is_none());
    }
    let unknown = Challenge { id: challenge_id(3), ..kept.clone() };
    assert!(store.consume(&session_for(unknown, 1, 1)).await.unwrap().is_none(), "an unknown challenge");
    assert!(store.consume(&right).await.unwrap().is_some());
}

pub async fn activity_never_goes_back(store: Arc<dyn Store>) {
    sign_in(&*store, 1, 0).await;
    let last_seen_at = async || store.find_session(&session_digest(1)).await.unwrap().unwrap().last_seen_at;
    store.touch_session(&session_digest(1), at(100)).await.unwrap();
    store.touch_session(&session_digest(1), at(50)).await.unwrap();
    assert_eq!(last_seen_at().await, at(100));
    together(50, |n| {
        let (store, now) = (Arc::clone(&store), at(200 + i64::try_from(n * 37 % 50).unwrap()));
        async move { store.touch_session(&session_digest(1), now).await.unwrap() }
    })
    .await;
    assert_eq!(last_seen_at().await, at(249), "the latest of all, in whatever order they came");

    store.touch_session(&session_digest(2), at(300)).await.unwrap();
    assert!(store.find_session(&session_digest(2)).await.unwrap().is_none(), "a touch makes no session");
}

pub async fn signing_out_ends_this_session_only(store: Arc<dyn Store>) {
    let user_id = sign_in(&*store, 1, 0).await;
    assert_eq!(begin(&*store, 2, 1, 60).await, user_id);
    assert!(store.consume(&new_session(&*store, 2, 2, 61).await).await.unwrap().is_some());

    store.delete_session(&session_digest(1)).await.unwrap();
    assert!(store.find_session(&session_digest(1)).await.unwrap().is_none());
    store.touch_session(&session_digest(1), at(100)).await.unwrap();
    store.delete_session(&session_digest(1)).await.unwrap();
    assert!(store.find_session(&session_digest(1)).await.unwrap().is_none(), "it does not come back");
    assert!(store.find_session(&session_digest(2)).await.unwrap().is_some(), "the other device stays");
}

/// Signing in again in the same browser leaves no session behind that no cookie knows; a refused one ends nothing.
pub async fn a_new_session_ends_the_earlier_one_of_the_browser(store: Arc<dyn Store>) {
    let user_id = sign_in(&*store, 1, 0).await;
    sign_in(&*store, 2, 0).await;
    assert_eq!(begin(&*store, 3, 1, 60).await, user_id);
    let new = NewSession { earlier: Some(session_digest(1)), ..new_session(&*store, 3, 3, 61).await };
    assert!(store.consume(&new).await.unwrap().is_some());
    let is_kept = async |session| store.find_session(&session_digest(session)).await.unwrap().is_some();
    assert_eq!([is_kept(1).await, is_kept(2).await, is_kept(3).await], [false, true, true]);

    let refused = NewSession { earlier: Some(session_digest(2)), ..new_session(&*store, 3, 4, 62).await };
    assert!(store.consume(&refused).await.unwrap().is_none());
    assert!(is_kept(2).await);
}

/// ASVS 7.1.2: a documented number, and the oldest goes.
pub async fn of_one_accounts_sessions_the_newest_twenty_stay(store: Arc<dyn Store>) {
    const WEEK: i64 = 7 * 24 * 3600;
    let most = u64::try_from(SESSIONS_PER_USER).unwrap();
    sign_in(&*store, 999, 0).await;
    for number in 0..=most {
        let seconds = i64::try_from(number).unwrap() * WEEK;
        begin(&*store, number, 1, seconds).await;
        let consumed = store.consume(&new_session(&*store, number, number, seconds).await).await.unwrap();
        assert_eq!(consumed.unwrap().ended, u32::from(number == most), "session {number}");
    }
    assert!(store.find_session(&session_digest(0)).await.unwrap().is_none(), "the oldest has ended");
    for number in (1..=most).chain([999]) {
        assert!(store.find_session(&session_digest(number)).await.unwrap().is_some(), "session {number}");
    }
}
