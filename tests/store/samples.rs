//! Values to store, named by small numbers.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};
use mobile_auth::{
    domain::{
        challenge::{Challenge, ChallengeDigest, Purpose},
        known_device::DeviceDigest,
        one_time_code::CodeDigest,
        phone_number::PhoneNumber,
        policy::{SessionPolicy, SignInPolicy},
        region_code::RegionCode,
        session::SessionDigest,
        throttle::{Quota, ThrottleKey},
        user::UserId,
    },
    server::store::{
        BudgetKeys, GuessClaim, GuessId, NewChallenge, NewCode, NewDevice, NewGuess, NewSession, Proof,
        SendClaim, Spender, Store,
    },
};
use tokio::sync::Barrier;

/// A moment, counted in seconds from an arbitrary start.
pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::seconds(seconds)
}

fn bytes(kind: u8, number: u64) -> [u8; 32] {
    let mut bytes = [kind; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes
}

pub fn challenge_id(number: u64) -> ChallengeDigest {
    ChallengeDigest::from_bytes(bytes(b'c', number))
}

pub fn code_digest(number: u64) -> CodeDigest {
    CodeDigest::from_bytes(bytes(b'd', number))
}

pub fn session_digest(number: u64) -> SessionDigest {
    SessionDigest::from_bytes(bytes(b's', number))
}

pub fn device_digest(number: u64) -> DeviceDigest {
    DeviceDigest::from_bytes(bytes(b'v', number))
}

pub fn throttle(phone: u64) -> ThrottleKey {
    ThrottleKey::new(bytes(b't', phone))
}

pub fn phone(number: u64) -> PhoneNumber {
    PhoneNumber::from_stored(format!("+98912{number:07}"))
}

/// Someone who asks with a number from a network of their own.
pub fn spender(number: u64, seconds: i64) -> Spender {
    let name = |kind| ThrottleKey::new(bytes(kind, number));
    Spender {
        phone: phone(number),
        country: RegionCode::parse("IR"),
        device: None,
        keys: BudgetKeys {
            phone: throttle(number),
            block: name(b'b'),
            prefix: name(b'p'),
            address: name(b'a'),
            network: name(b'n'),
            known: name(b'k'),
            recovery: name(b'r'),
            opt_out: name(b'o'),
        },
        at: at(seconds),
        policy: Arc::new(SignInPolicy::default()),
    }
}

/// The same by other rules.
pub fn by_rules(spender: Spender, change: impl FnOnce(&mut SignInPolicy)) -> Spender {
    let mut policy = (*spender.policy).clone();
    change(&mut policy);
    Spender { policy: Arc::new(policy), ..spender }
}

/// A code for a challenge; the code's number is the second it is sent, so that each is another one.
pub fn new_code(challenge: u64, phone: u64, seconds: i64) -> NewCode {
    NewCode {
        challenge: challenge_id(challenge),
        digest: code_digest(seconds.unsigned_abs()),
        spender: spender(phone, seconds),
    }
}

pub fn new_challenge(challenge: u64, phone: u64, seconds: i64) -> NewChallenge {
    NewChallenge {
        code: new_code(challenge, phone, seconds),
        purpose: Purpose::SignIn,
        phone_as_typed: format!("0912 {phone:07}"),
        region: None,
        earlier: None,
    }
}

/// A guess at a challenge; limits beyond the challenge's own are those of the number and the network of that name.
pub fn new_guess(challenge: u64, phone: u64, seconds: i64) -> NewGuess {
    NewGuess { challenge: challenge_id(challenge), id: guess_id(), spender: spender(phone, seconds) }
}

/// Another one each time.
fn guess_id() -> GuessId {
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    GuessId::new(u128::from(DRAWN.fetch_add(1, Ordering::Relaxed)).to_be_bytes())
}

/// The challenge with the guess counted, if it may be judged.
pub async fn guess(store: &dyn Store, new: &NewGuess) -> Option<Challenge> {
    match store.begin_guess(new).await.unwrap() {
        GuessClaim::Begun(begun) => Some(begun.challenge),
        GuessClaim::NotBegun | GuessClaim::Refused(_) => None,
    }
}

/// A session for a challenge, after a right guess that nobody counted.
pub async fn new_session(store: &dyn Store, challenge: u64, session: u64, seconds: i64) -> NewSession {
    let challenge = store.find_challenge(&challenge_id(challenge)).await.unwrap().unwrap();
    session_for(challenge, session, seconds)
}

pub fn session_for(challenge: Challenge, session: u64, seconds: i64) -> NewSession {
    let key = throttle(u64::MAX);
    NewSession {
        proof: Proof::Code(challenge),
        guess: None,
        phone: key,
        digest: session_digest(session),
        earlier: None,
        created_at: at(seconds),
        browser: "Firefox, Linux".to_owned(),
        network: "203.0.113.0/24".to_owned(),
        device: NewDevice {
            digest: device_digest(session),
            earlier: None,
            lane: throttle(session + 1_000_000),
        },
        policy: SessionPolicy::default(),
    }
}

/// When codes were sent to a number.
pub async fn sends(store: &dyn Store, number: u64, seconds: i64) -> Vec<DateTime<Utc>> {
    let reader = by_rules(spender(number, seconds), |policy| {
        policy.sends.per_phone = vec![Quota::new(1_000, TimeDelta::hours(24))];
    });
    let mut sends = store.find_send_history(&reader).await.unwrap().phone;
    sends.sort_unstable();
    sends
}

pub fn is_granted(claim: &SendClaim) -> bool {
    matches!(claim, SendClaim::Granted(_))
}

/// Begins a challenge, which must be granted, and says whose it is.
pub async fn begin(store: &dyn Store, challenge: u64, phone: u64, seconds: i64) -> UserId {
    let claim = store.create_challenge(&new_challenge(challenge, phone, seconds)).await.unwrap().unwrap();
    assert!(is_granted(&claim), "{claim:?}");
    store.find_challenge(&challenge_id(challenge)).await.unwrap().unwrap().user_id
}

/// Begins a challenge and consumes it: challenge, phone and session of the same number.
pub async fn sign_in(store: &dyn Store, number: u64, seconds: i64) -> UserId {
    let user_id = begin(store, number, number, seconds).await;
    assert!(store.consume(&new_session(store, number, number, seconds).await).await.unwrap().is_some());
    user_id
}

/// Runs `count` acts that are released in the same instant, and waits for all.
pub async fn together<T, F>(count: u64, act: impl Fn(u64) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(usize::try_from(count).unwrap()));
    let release = |act: F| {
        let barrier = Arc::clone(&barrier);
        tokio::spawn(async move {
            barrier.wait().await;
            act.await
        })
    };
    let tasks: Vec<_> = (0..count).map(act).map(release).collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}
