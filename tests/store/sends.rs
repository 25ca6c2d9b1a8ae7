//! How often a code is sent to one number.

use std::sync::Arc;

use mobile_auth::server::store::{NewChallenge, NewCode, SendClaim, Store};

use super::samples::{at, begin, challenge_id, code_digest, new_challenge, new_code, throttle, together};

fn granted(claims: &[SendClaim]) -> usize {
    claims.iter().filter(|&&claim| claim == SendClaim::Granted).count()
}

fn refused_for(claim: SendClaim) -> Option<u32> {
    let SendClaim::Refused(wait) = claim else { return None };
    Some(wait.seconds())
}

pub async fn a_hundred_requests_at_once_for_one_number_are_one_send(store: Arc<dyn Store>) {
    for phone in 0..5 {
        let claims = together(100, |n| {
            let (store, new) = (Arc::clone(&store), new_challenge(phone * 100 + n, phone, 0));
            async move { store.create_challenge(&new).await.unwrap() }
        });
        let claims = claims.await;
        assert_eq!(granted(&claims), 1, "number {phone}: messages sent");
        assert!(claims.iter().all(|&claim| claim == SendClaim::Granted || refused_for(claim) == Some(30)));
        assert_eq!(store.find_sends(&throttle(phone), at(-1)).await.unwrap(), [at(0)]);
        let mut kept = 0;
        for n in 0..100 {
            kept +=
                usize::from(store.find_challenge(&challenge_id(phone * 100 + n)).await.unwrap().is_some());
        }
        assert_eq!(kept, 1, "number {phone}: challenges kept");
    }
}

pub async fn a_hundred_resends_at_once_are_one_code(store: Arc<dyn Store>) {
    for phone in 0..5 {
        begin(&*store, phone, phone, 0).await;
        let claims = together(100, |n| {
            let (store, new) =
                (Arc::clone(&store), NewCode { digest: code_digest(n), ..new_code(phone, phone, 30) });
            async move { store.create_code(&new).await.unwrap() }
        });
        assert_eq!(granted(&claims.await), 1, "number {phone}: messages sent");
        assert_eq!(store.find_sends(&throttle(phone), at(-1)).await.unwrap(), [at(0), at(30)]);
        assert_eq!(store.find_challenge(&challenge_id(phone)).await.unwrap().unwrap().codes.len(), 2);
    }
}

pub async fn different_numbers_do_not_wait_for_each_other(store: Arc<dyn Store>) {
    let claims = together(50, |n| {
        let (store, new) = (Arc::clone(&store), new_challenge(n, n, 0));
        async move { store.create_challenge(&new).await.unwrap() }
    });
    assert_eq!(granted(&claims.await), 50);
}

pub async fn asking_every_second_of_an_hour_gives_what_the_ladder_says(store: Arc<dyn Store>) {
    let mut sent = Vec::new();
    for second in 0..=3_600 {
        let new = new_challenge(second, 1, i64::try_from(second).unwrap());
        if store.create_challenge(&new).await.unwrap() == SendClaim::Granted {
            sent.push(second);
        }
    }
    assert_eq!(sent, [0, 30, 90, 210, 510, 3_600]);
}

/// Not even the challenge that would have been replaced dies.
pub async fn a_refused_request_changes_nothing(store: Arc<dyn Store>) {
    begin(&*store, 1, 1, 0).await;
    let new = NewChallenge { earlier: Some(challenge_id(1)), ..new_challenge(2, 1, 29) };
    assert_eq!(refused_for(store.create_challenge(&new).await.unwrap()), Some(1));
    assert_eq!(refused_for(store.create_code(&new_code(1, 1, 20)).await.unwrap()), Some(10));

    assert!(store.find_challenge(&challenge_id(2)).await.unwrap().is_none());
    assert_eq!(store.find_sends(&throttle(1), at(-1)).await.unwrap(), [at(0)]);
    let earlier = store.begin_guess(&challenge_id(1), 5, at(-600)).await.unwrap().unwrap();
    assert_eq!((earlier.codes.len(), earlier.is_consumed), (1, false));
}

pub async fn record_only_counts_and_refuses_nothing(store: Arc<dyn Store>) {
    let recorded = |challenge, digest| NewChallenge {
        code: NewCode { record_only: true, digest: code_digest(digest), ..new_code(challenge, 1, 0) },
        ..new_challenge(challenge, 1, 0)
    };
    assert_eq!(store.create_challenge(&recorded(1, 1)).await.unwrap(), SendClaim::Granted);
    for number in 2..=20 {
        let claim = store.create_challenge(&recorded(number, number)).await.unwrap();
        assert!(matches!(claim, SendClaim::GrantedOverLimit(_)), "{claim:?}");
    }
    assert_eq!(store.find_sends(&throttle(1), at(0)).await.unwrap().len(), 20, "all in one millisecond");

    store.cancel_code(&recorded(7, 7).code).await.unwrap();
    assert_eq!(store.find_sends(&throttle(1), at(0)).await.unwrap().len(), 19, "one is taken back");
    let enforced = store.create_challenge(&new_challenge(21, 1, 1)).await.unwrap();
    assert!(refused_for(enforced).is_some(), "the recorded ones count: {enforced:?}");
}

pub async fn a_cancelled_first_code_leaves_nothing_behind(store: Arc<dyn Store>) {
    let new = new_challenge(1, 1, 0);
    store.create_challenge(&new).await.unwrap();
    store.cancel_code(&new.code).await.unwrap();
    assert!(store.find_challenge(&challenge_id(1)).await.unwrap().is_none());
    assert!(store.find_sends(&throttle(1), at(-1)).await.unwrap().is_empty());
    store.cancel_code(&new.code).await.unwrap();
    assert_eq!(store.create_challenge(&new_challenge(2, 1, 0)).await.unwrap(), SendClaim::Granted, "no wait");
}

pub async fn a_cancelled_resend_leaves_the_first_code(store: Arc<dyn Store>) {
    begin(&*store, 1, 1, 0).await;
    store.begin_guess(&challenge_id(1), 5, at(-600)).await.unwrap();
    let again = new_code(1, 1, 30);
    assert_eq!(store.create_code(&again).await.unwrap(), SendClaim::Granted);
    store.cancel_code(&again).await.unwrap();

    let kept = store.find_challenge(&challenge_id(1)).await.unwrap().unwrap();
    assert_eq!((kept.codes.len(), kept.guesses), (1, 1));
    assert!(kept.codes[0].digest.matches(&code_digest(0)));
    assert_eq!(store.find_sends(&throttle(1), at(-1)).await.unwrap(), [at(0)]);
    assert_eq!(store.create_code(&new_code(1, 1, 31)).await.unwrap(), SendClaim::Granted);
}

pub async fn sends_are_found_by_their_name_and_time(store: Arc<dyn Store>) {
    begin(&*store, 1, 1, 0).await;
    begin(&*store, 2, 2, 5).await;
    store.create_code(&new_code(1, 1, 30)).await.unwrap();
    assert_eq!(store.find_sends(&throttle(1), at(0)).await.unwrap(), [at(0), at(30)]);
    assert_eq!(store.find_sends(&throttle(1), at(1)).await.unwrap(), [at(30)]);
    assert_eq!(store.find_sends(&throttle(2), at(0)).await.unwrap(), [at(5)]);
    assert!(store.find_sends(&throttle(3), at(0)).await.unwrap().is_empty());
}

pub async fn a_code_for_an_unknown_challenge_is_not_counted(store: Arc<dyn Store>) {
    assert!(store.create_code(&new_code(1, 1, 0)).await.is_err());
    assert!(store.find_sends(&throttle(1), at(-1)).await.unwrap().is_empty());
}
