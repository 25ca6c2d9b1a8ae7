//! Browsers that are known for a number, and the lane they have.

use std::sync::Arc;

use mobile_auth::{
    domain::limit::Limit,
    server::store::{
        DEVICES_PER_USER, GuessClaim, NewChallenge, NewCode, NewDevice, NewGuess, NewSession, Refund,
        SendClaim, Spender, Store,
    },
};

use super::samples::{
    at, begin, challenge_id, device_digest, guess, is_granted, new_challenge, new_code, new_guess,
    new_session, session_for, sign_in, spender,
};

const HOUR: i64 = 3600;

/// Signs in with the device's number as its session; `earlier` is what the browser was known by.
async fn sign_in_again(
    store: &dyn Store,
    challenge: u64,
    phone: u64,
    device: u64,
    earlier: Option<u64>,
    seconds: i64,
) {
    begin(store, challenge, phone, seconds).await;
    let new = new_session(store, challenge, device, seconds).await;
    let known = NewDevice { earlier: earlier.map(device_digest), ..new.device };
    assert!(store.consume(&NewSession { device: known, ..new }).await.unwrap().is_some());
}

fn known(device: u64, phone: u64, seconds: i64) -> Spender {
    Spender { device: Some(device_digest(device)), ..spender(phone, seconds) }
}

async fn is_known(store: &dyn Store, device: u64, phone: u64) -> bool {
    store.find_send_history(&known(device, phone, 0)).await.unwrap().is_known()
}

/// Asks for a code with this device, in a challenge of its own.
async fn ask(store: &dyn Store, challenge: u64, spender: Spender) -> SendClaim {
    let code = NewCode { spender, ..new_code(challenge, 0, i64::try_from(challenge).unwrap()) };
    store.create_challenge(&NewChallenge { code, ..new_challenge(challenge, 0, 0) }).await.unwrap().unwrap()
}

pub async fn a_browser_is_known_for_the_number_it_signed_in_with_and_for_no_other(store: Arc<dyn Store>) {
    sign_in(&*store, 1, 0).await;
    sign_in(&*store, 2, 0).await;
    assert!(is_known(&*store, 1, 1).await);
    assert!(!is_known(&*store, 1, 2).await, "a foreign device gives nothing");
    assert!(!is_known(&*store, 7, 1).await, "nor does a forged one");
}

pub async fn a_new_sign_in_changes_the_secret_and_keeps_the_lane(store: Arc<dyn Store>) {
    sign_in(&*store, 1, 0).await;
    for number in 0..3 {
        let second = HOUR + number * 400;
        assert!(is_granted(&ask(&*store, 100 + u64::try_from(number).unwrap(), known(1, 1, second)).await));
    }
    sign_in_again(&*store, 5, 1, 5, Some(1), HOUR + 1_300).await;
    assert!(!is_known(&*store, 1, 1).await, "the old secret is worth nothing");
    let history = store.find_send_history(&known(5, 1, HOUR + 1_300)).await.unwrap();
    assert_eq!(history.device.map(|sends| sends.len()), Some(3), "nothing was refilled");
}

pub async fn one_browser_is_known_for_several_numbers(store: Arc<dyn Store>) {
    sign_in(&*store, 1, 0).await;
    sign_in_again(&*store, 2, 2, 2, Some(1), 100).await;
    assert!(is_known(&*store, 2, 1).await && is_known(&*store, 2, 2).await);
    assert!(!is_known(&*store, 1, 2).await, "for the new number only the new secret is good");
}

/// Whoever has copied a browser's cookie can sign in with a number of their own, but takes nothing away by that.
pub async fn a_copy_of_the_cookie_takes_the_lane_from_nobody_and_ends_at_the_next_sign_in(
    store: Arc<dyn Store>,
) {
    sign_in(&*store, 1, 0).await;
    sign_in_again(&*store, 2, 2, 2, Some(1), 100).await;
    assert!(is_known(&*store, 1, 1).await, "the owner's secret is still good");
    assert!(is_granted(&ask(&*store, 100, known(2, 1, HOUR)).await));
    let history = store.find_send_history(&known(1, 1, HOUR + 1)).await.unwrap();
    assert_eq!(history.device.map(|sends| sends.len()), Some(1), "both spend from one budget");
    sign_in_again(&*store, 5, 1, 5, Some(1), 2 * HOUR).await;
    assert!(is_known(&*store, 5, 1).await);
    assert!(!is_known(&*store, 1, 1).await && !is_known(&*store, 2, 1).await, "no copy is");
    assert!(is_known(&*store, 2, 2).await, "of the other number nothing changed");
}

pub async fn of_a_users_devices_the_last_used_stay(store: Arc<dyn Store>) {
    let most = u64::try_from(DEVICES_PER_USER).unwrap();
    for number in 0..=most {
        sign_in_again(&*store, number, 1, number, None, i64::try_from(number).unwrap() * 24 * HOUR).await;
    }
    assert!(!is_known(&*store, 0, 1).await);
    assert!(is_known(&*store, 1, 1).await && is_known(&*store, most, 1).await);
}

/// Each copy is a row, and rows must not push browsers out of the ten.
pub async fn copies_of_a_cookie_take_the_place_of_no_browser_and_have_a_bound(store: Arc<dyn Store>) {
    sign_in(&*store, 1, 0).await;
    sign_in_again(&*store, 50, 1, 50, None, 100).await;
    for copy in 0..15_u8 {
        let (number, earlier) = (100 + u64::from(copy), if copy == 0 { 1 } else { 99 + u64::from(copy) });
        sign_in_again(&*store, number, 2, number, Some(earlier), 24 * HOUR * (1 + i64::from(copy))).await;
    }
    assert!(is_known(&*store, 1, 1).await, "the owner's");
    assert!(is_known(&*store, 114, 1).await && !is_known(&*store, 105, 1).await, "the newest, and not all");
    sign_in_again(&*store, 60, 1, 60, None, 24 * HOUR * 20).await;
    for browser in [1, 50, 60] {
        assert!(is_known(&*store, browser, 1).await, "{browser}");
    }
}

/// The point of it all.
pub async fn strangers_who_use_up_everything_leave_the_lane_alone(store: Arc<dyn Store>) {
    sign_in(&*store, 1, 0).await;
    let start = 24 * HOUR;
    for number in 0..10 {
        assert!(is_granted(
            &ask(&*store, 100 + number, spender(1, start + i64::try_from(number).unwrap() * HOUR)).await
        ));
    }
    let now = start + 10 * HOUR;
    begin(&*store, 50, 2, now).await;
    for stranger in 0..2 {
        for _ in 0..5 {
            let new = NewGuess {
                challenge: challenge_id(109 - stranger),
                ..new_guess(0, 1, now - HOUR * (1 + i64::try_from(stranger).unwrap()))
            };
            assert!(guess(&*store, &new).await.is_some());
        }
    }
    let SendClaim::Refused(excess) = ask(&*store, 200, spender(1, now)).await else { panic!("not used up") };
    assert!([Limit::PhoneSends, Limit::PhoneGuesses].contains(&excess.limit), "{excess:?}");
    assert!(is_granted(&ask(&*store, 201, known(1, 1, now)).await));
    let new = NewGuess { challenge: challenge_id(201), spender: known(1, 1, now + 1), ..new_guess(0, 1, 0) };
    assert_eq!(guess(&*store, &new).await.unwrap().guesses, 1);
    let of_stranger = NewGuess { spender: spender(1, now + 1), ..new };
    assert!(guess(&*store, &of_stranger).await.is_none());
}

pub async fn a_known_device_has_three_codes_an_hour_of_its_own_and_then_those_of_all(store: Arc<dyn Store>) {
    sign_in(&*store, 1, 0).await;
    let start = 24 * HOUR;
    let mut granted = Vec::new();
    for second in (0..HOUR).step_by(10) {
        let challenge = 1_000 + u64::try_from(second).unwrap();
        if is_granted(&ask(&*store, challenge, known(1, 1, start + second)).await) {
            granted.push(second);
        }
    }
    assert_eq!(granted, [0, 30, 90, 210, 510, 810, 1_110, 1_410], "3 + 5, on the ladder of the device");
    let shared = store.find_send_history(&spender(1, start + HOUR - 1)).await.unwrap().phone;
    assert_eq!(shared.len(), 5);
}

/// What is given back for a number's sake is the number's; the wait of whoever asks stays, in the lane as outside.
pub async fn a_known_device_cannot_try_a_refused_number_without_end(store: Arc<dyn Store>) {
    sign_in(&*store, 1, 0).await;
    let now = 48 * HOUR;
    let spent = async |challenge: u64, seconds: i64, refund: Refund| {
        let code = NewCode { spender: known(1, 1, seconds), ..new_code(challenge, 0, seconds) };
        let new = NewChallenge { code, ..new_challenge(challenge, 0, 0) };
        assert!(is_granted(&store.create_challenge(&new).await.unwrap().unwrap()));
        store.cancel_code(&new.code, refund).await.unwrap();
        let history = store.find_send_history(&known(1, 1, seconds)).await.unwrap();
        (history.device.unwrap().len(), history.spending.site.in_day)
    };
    assert_eq!(spent(101, now, Refund::Everything).await, (0, 0), "the provider's fault");
    assert_eq!(spent(102, now, Refund::AllButTheVisitors).await, (1, 0), "no message, and the wait stays");
    let mut granted = Vec::new();
    for second in (10..HOUR).step_by(10) {
        let challenge = 1_000 + u64::try_from(second).unwrap();
        let code = NewCode { spender: known(1, 1, now + second), ..new_code(challenge, 0, now + second) };
        let new = NewChallenge { code, ..new_challenge(challenge, 0, 0) };
        if is_granted(&store.create_challenge(&new).await.unwrap().unwrap()) {
            store.cancel_code(&new.code, Refund::AllButTheVisitors).await.unwrap();
            granted.push(second);
        }
    }
    assert_eq!(granted, [30, 90, 210, 510, 810, 1_110, 1_410], "as if each had arrived");
}

/// A right code is no wrong guess, and ends the failures in a row; what strangers guessed wrongly stays counted.
pub async fn a_right_guess_is_taken_back_and_those_of_strangers_are_not(store: Arc<dyn Store>) {
    begin(&*store, 1, 1, 0).await;
    for _ in 0..3 {
        guess(&*store, &new_guess(1, 1, 1)).await.unwrap();
    }
    let right = match store.begin_guess(&new_guess(1, 1, 2)).await.unwrap() {
        GuessClaim::Begun(begun) => begun,
        claim => panic!("{claim:?}"),
    };
    let before = store.find_send_history(&spender(1, 2)).await.unwrap().guesses;
    assert_eq!((before.phone.len(), before.consecutive), (4, 4), "wrong until it has proved right");
    let new = NewSession {
        phone: right.guess.phone,
        guess: Some(right.guess),
        ..session_for(right.challenge, 1, 2)
    };
    assert!(store.consume(&new).await.unwrap().is_some());
    let after = store.find_send_history(&spender(1, 2)).await.unwrap();
    assert_eq!(
        (after.guesses.phone.len(), after.guesses.address.len(), after.guesses.consecutive),
        (3, 3, 0)
    );
    assert_eq!(after.spending.wrong_guesses.in_day, 3);
    assert_eq!(after.guesses.phone, [at(1); 3]);
}
