//! How often a code is sent to one number.

use std::sync::Arc;

use mobile_auth::{
    domain::{
        limit::{Limit, RecordOnly},
        throttle::Wait,
    },
    server::store::{NewChallenge, NewCode, Refund, SendClaim, Store},
};

use super::samples::{
    at, begin, by_rules, challenge_id, code_digest, guess, is_granted, new_challenge, new_code, new_guess,
    sends, spender, together,
};

fn granted(claims: &[SendClaim]) -> usize {
    claims.iter().filter(|claim| is_granted(claim)).count()
}

fn refused_for(claim: &SendClaim) -> Option<u32> {
    let SendClaim::Refused(excess) = claim else { return None };
    excess.wait.map(Wait::seconds)
}

pub async fn a_hundred_requests_at_once_for_one_number_are_one_send(store: Arc<dyn Store>) {
    for phone in 0..5 {
        let claims = together(100, |n| {
            let (store, new) = (Arc::clone(&store), new_challenge(phone * 100 + n, phone, 0));
            async move { store.create_challenge(&new).await.unwrap().unwrap() }
        });
        let claims = claims.await;
        assert_eq!(granted(&claims), 1, "number {phone}: messages sent");
        assert!(claims.iter().all(|claim| is_granted(claim) || refused_for(claim) == Some(30)));
        assert_eq!(sends(&*store, phone, 60).await, [at(0)]);
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
        assert_eq!(sends(&*store, phone, 60).await, [at(0), at(30)]);
        assert_eq!(store.find_challenge(&challenge_id(phone)).await.unwrap().unwrap().codes.len(), 2);
    }
}

pub async fn different_numbers_do_not_wait_for_each_other(store: Arc<dyn Store>) {
    let claims = together(50, |n| {
        let (store, new) = (Arc::clone(&store), new_challenge(n, n, 0));
        async move { store.create_challenge(&new).await.unwrap().unwrap() }
    });
    assert_eq!(granted(&claims.await), 50);
}

pub async fn asking_every_second_of_an_hour_gives_what_the_ladder_says(store: Arc<dyn Store>) {
    let mut sent = Vec::new();
    for second in 0..=3_600 {
        let new = new_challenge(second, 1, i64::try_from(second).unwrap());
        if is_granted(&store.create_challenge(&new).await.unwrap().unwrap()) {
            sent.push(second);
        }
    }
    assert_eq!(sent, [0, 30, 90, 210, 510, 3_600]);
}

/// Not even the challenge that would have been replaced dies.
pub async fn a_refused_request_changes_nothing(store: Arc<dyn Store>) {
    begin(&*store, 1, 1, 0).await;
    let new = NewChallenge { earlier: Some(challenge_id(1)), ..new_challenge(2, 1, 29) };
    assert_eq!(refused_for(&store.create_challenge(&new).await.unwrap().unwrap()), Some(1));
    assert_eq!(refused_for(&store.create_code(&new_code(1, 1, 20)).await.unwrap()), Some(10));

    assert!(store.find_challenge(&challenge_id(2)).await.unwrap().is_none());
    assert_eq!(sends(&*store, 1, 60).await, [at(0)]);
    let earlier = guess(&*store, &new_guess(1, 1, 31)).await.unwrap();
    assert_eq!((earlier.codes.len(), earlier.is_consumed), (1, false));
}

/// Not even the challenge that would have been replaced dies.
pub async fn a_challenge_whose_name_is_taken_changes_nothing(store: Arc<dyn Store>) {
    begin(&*store, 1, 1, 0).await;
    begin(&*store, 2, 2, 0).await;
    let new = NewChallenge { earlier: Some(challenge_id(2)), ..new_challenge(1, 1, 31) };
    assert!(store.create_challenge(&new).await.unwrap().is_none());

    assert_eq!(sends(&*store, 1, 60).await, [at(0)]);
    let [same, earlier] = [1, 2].map(challenge_id);
    assert_eq!(store.find_challenge(&same).await.unwrap().unwrap().codes.len(), 1);
    assert!(!store.find_challenge(&earlier).await.unwrap().unwrap().is_consumed);
    assert!(is_granted(&store.create_code(&new.code).await.unwrap()), "the wait is over");
}

pub async fn record_only_counts_and_refuses_nothing(store: Arc<dyn Store>) {
    let recorded = |challenge, digest| {
        let spender = by_rules(spender(1, 0), |policy| policy.record_only = RecordOnly::Everything);
        let code = NewCode { spender, digest: code_digest(digest), ..new_code(challenge, 1, 0) };
        NewChallenge { code, ..new_challenge(challenge, 1, 0) }
    };
    let over = |claim| match claim {
        SendClaim::Granted(granted) => granted.over.into_iter().map(|excess| excess.limit).collect(),
        SendClaim::Refused(excess) => panic!("{excess:?}"),
    };
    let mut limits: Vec<Vec<Limit>> = Vec::new();
    for number in 1..=20 {
        limits.push(over(store.create_challenge(&recorded(number, number)).await.unwrap().unwrap()));
    }
    assert_eq!(limits[0], []);
    assert_eq!(limits[1], [Limit::PhoneWait]);
    assert_eq!(limits[19], [Limit::PhoneWait, Limit::PhoneSends, Limit::AddressSends]);
    assert_eq!(sends(&*store, 1, 0).await.len(), 20, "all in one millisecond");

    store.cancel_code(&recorded(7, 7).code, Refund::Everything).await.unwrap();
    assert_eq!(sends(&*store, 1, 0).await.len(), 19, "one is taken back");
    let enforced = store.create_challenge(&new_challenge(21, 1, 1)).await.unwrap().unwrap();
    assert!(refused_for(&enforced).is_some(), "the recorded ones count: {enforced:?}");
}

pub async fn a_cancelled_first_code_leaves_nothing_behind(store: Arc<dyn Store>) {
    let new = new_challenge(1, 1, 0);
    store.create_challenge(&new).await.unwrap().unwrap();
    store.cancel_code(&new.code, Refund::Everything).await.unwrap();
    assert!(store.find_challenge(&challenge_id(1)).await.unwrap().is_none());
    assert!(sends(&*store, 1, 60).await.is_empty());
    store.cancel_code(&new.code, Refund::Everything).await.unwrap();
    assert!(is_granted(&store.create_challenge(&new_challenge(2, 1, 0)).await.unwrap().unwrap()), "no wait");
}

pub async fn a_cancelled_resend_leaves_the_first_code(store: Arc<dyn Store>) {
    begin(&*store, 1, 1, 0).await;
    guess(&*store, &new_guess(1, 1, 1)).await.unwrap();
    let again = new_code(1, 1, 30);
    assert!(is_granted(&store.create_code(&again).await.unwrap()));
    store.cancel_code(&again, Refund::Everything).await.unwrap();

    let kept = store.find_challenge(&challenge_id(1)).await.unwrap().unwrap();
    assert_eq!((kept.codes.len(), kept.guesses), (1, 1));
    assert!(kept.codes[0].digest.matches(&code_digest(0)));
    assert_eq!(sends(&*store, 1, 60).await, [at(0)]);
    assert!(is_granted(&store.create_code(&new_code(1, 1, 31)).await.unwrap()));
}

pub async fn sends_are_found_by_their_name_and_time(store: Arc<dyn Store>) {
    const DAY: i64 = 24 * 60 * 60;
    begin(&*store, 1, 1, 0).await;
    begin(&*store, 2, 2, 5).await;
    store.create_code(&new_code(1, 1, 30)).await.unwrap();
    assert_eq!(sends(&*store, 1, DAY).await, [at(0), at(30)]);
    assert_eq!(sends(&*store, 1, DAY + 1).await, [at(30)]);
    assert_eq!(sends(&*store, 2, DAY).await, [at(5)]);
    assert!(sends(&*store, 3, DAY).await.is_empty());
}

pub async fn a_code_for_an_unknown_challenge_is_not_counted(store: Arc<dyn Store>) {
    assert!(store.create_code(&new_code(1, 1, 0)).await.is_err());
    assert!(sends(&*store, 1, 60).await.is_empty());
}
