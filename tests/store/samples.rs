//! Values to store, named by small numbers.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use mobile_auth::{
    domain::{
        challenge::ChallengeDigest, known_device::DeviceDigest, one_time_code::CodeDigest, phone_number::PhoneNumber, policy::SendPolicy,
        session::SessionDigest, throttle::ThrottleKey, user::UserId,
    },
    server::store::{NewChallenge, NewCode, NewDevice, NewSession, SendClaim, Store},
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

/// A code for a challenge; the code's number is the second it is sent, so that each is another one.
pub fn new_code(challenge: u64, phone: u64, seconds: i64) -> NewCode {
    NewCode {
        challenge: challenge_id(challenge),
        digest: code_digest(seconds.unsigned_abs()),
        sent_at: at(seconds),
        throttle: throttle(phone),
        policy: SendPolicy::default(),
        record_only: false,
    }
}

pub fn new_challenge(challenge: u64, phone: u64, seconds: i64) -> NewChallenge {
    NewChallenge {
        code: new_code(challenge, phone, seconds),
        phone: PhoneNumber::from_stored(format!("+98912{phone:07}")),
        phone_as_typed: format!("0912 {phone:07}"),
        region: None,
        earlier: None,
    }
}

pub fn new_session(challenge: u64, user_id: UserId, session: u64, seconds: i64) -> NewSession {
    NewSession {
        challenge: challenge_id(challenge),
        user_id,
        digest: session_digest(session),
        earlier: None,
        created_at: at(seconds),
        browser: "Firefox, Linux".to_owned(),
        network: "203.0.113.0/24".to_owned(),
        device: NewDevice { digest: device_digest(session), earlier: None, lane: throttle(session + 1_000) },
    }
}

/// Begins a challenge, which must be granted, and says whose it is.
pub async fn begin(store: &dyn Store, challenge: u64, phone: u64, seconds: i64) -> UserId {
    let claim = store.create_challenge(&new_challenge(challenge, phone, seconds)).await.unwrap();
    assert_eq!(claim, SendClaim::Granted);
    store.find_challenge(&challenge_id(challenge)).await.unwrap().unwrap().user_id
}

/// Begins a challenge and consumes it: challenge, phone and session of the same number.
pub async fn sign_in(store: &dyn Store, number: u64, seconds: i64) -> UserId {
    let user_id = begin(store, number, number, seconds).await;
    assert!(store.consume(&new_session(number, user_id, number, seconds)).await.unwrap());
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
