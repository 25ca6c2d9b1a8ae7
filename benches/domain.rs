//! What the rules cost: `cargo bench --bench domain`.

use std::hint::black_box;

use chrono::{DateTime, TimeDelta};
use criterion::{Criterion, criterion_group, criterion_main};
use mobile_auth::domain::{
    challenge::{Challenge, ChallengeSecret, Purpose, SentCode},
    one_time_code::{CodeDigest, OneTimeCode},
    phone_number::PhoneNumber,
    policy::{ChallengePolicy, SignInPolicy},
    region_code::RegionCode,
    send_limits::{SendHistory, excesses},
    site_key::SiteKey,
    user::UserId,
};
use rand::{SeedableRng as _, rngs::ChaCha20Rng};

fn domain(criterion: &mut Criterion) {
    let mut random = ChaCha20Rng::seed_from_u64(1);
    let key = SiteKey::new([1; 32]).derive("code");
    let region = RegionCode::parse("IR");
    let Ok(phone) = PhoneNumber::parse("0912 123 4567", region) else { return };
    let id = ChallengeSecret::generate(&mut random).digest();
    let code = OneTimeCode::generate(&mut random);
    let start = DateTime::UNIX_EPOCH;
    let challenge = Challenge {
        id,
        user_id: UserId::new(1),
        purpose: Purpose::SignIn,
        phone: phone.clone(),
        phone_as_typed: String::new(),
        region,
        started_at: start,
        guesses: 1,
        is_consumed: false,
        codes: vec![SentCode { digest: CodeDigest::new(&key, &id, &phone, &code), sent_at: start }],
    };
    let now = start + TimeDelta::seconds(60);
    let policy = ChallengePolicy::default();
    let sends: Vec<_> = (0..10).map(|hour| start + TimeDelta::hours(hour)).collect();

    criterion.bench_function("parse a phone number", |bencher| {
        bencher.iter(|| PhoneNumber::parse(black_box("0912 123 4567"), region));
    });
    criterion
        .bench_function("generate a code", |bencher| bencher.iter(|| OneTimeCode::generate(&mut random)));
    criterion.bench_function("verify a code", |bencher| {
        bencher.iter(|| challenge.verify(black_box(now), &code, &key, &policy));
    });
    let history = SendHistory { phone: sends.clone(), address: sends, ..SendHistory::default() };
    let limits = SignInPolicy::default();
    criterion.bench_function("judge the next code by every limit, after ten", |bencher| {
        bencher.iter(|| excesses(black_box(&history), now, &limits));
    });
}

criterion_group!(benches, domain);
criterion_main!(benches);
