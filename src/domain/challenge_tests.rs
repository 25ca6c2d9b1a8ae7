use super::*;
use crate::domain::site_key::SiteKey;

const START: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn key() -> DerivedKey {
    SiteKey::new([1; 32]).derive("code")
}

fn code(digits: &str) -> OneTimeCode {
    OneTimeCode::parse(digits).unwrap()
}

/// A challenge whose codes were sent at the given seconds after the start, and which has spent one guess.
fn challenge(codes: &[(&str, i64)]) -> Challenge {
    let id = ChallengeDigest::from_bytes([2; 32]);
    let phone = PhoneNumber::parse("+989121234567", None).unwrap();
    let sent = |&(digits, second): &(&str, i64)| SentCode {
        digest: CodeDigest::new(&key(), &id, &phone, &code(digits)),
        sent_at: START + TimeDelta::seconds(second),
    };
    Challenge {
        id,
        user_id: UserId::new(1),
        purpose: Purpose::SignIn,
        codes: codes.iter().map(sent).collect(),
        phone,
        phone_as_typed: "0912 123 4567".to_owned(),
        region: RegionCode::parse("IR"),
        started_at: START,
        guesses: 1,
        is_consumed: false,
    }
}

fn verify_at(challenge: &Challenge, now: DateTime<Utc>, digits: &str) -> Result<(), SignInError> {
    challenge.verify(now, &code(digits), &key(), &ChallengePolicy::default())
}

fn verify(challenge: &Challenge, second: i64, digits: &str) -> Result<(), SignInError> {
    verify_at(challenge, START + TimeDelta::seconds(second), digits)
}

#[test]
fn a_code_works_for_exactly_120_seconds() {
    let challenge = challenge(&[("123456", 0)]);
    for second in [0, 60, 119, 120] {
        assert_eq!(verify(&challenge, second, "123456"), Ok(()), "at {second} s");
    }
    let just_after = START + TimeDelta::seconds(120) + TimeDelta::milliseconds(1);
    assert_eq!(verify_at(&challenge, just_after, "123456"), Err(SignInError::CodeExpired));
    for second in [121, 180, 599] {
        assert_eq!(verify(&challenge, second, "123456"), Err(SignInError::CodeExpired), "at {second} s");
    }
}

#[test]
fn a_dead_code_stays_dead_for_ever() {
    let challenge = challenge(&[("123456", 0)]);
    let day = 24 * 3600;
    for second in [600, day, day + 1, day + 60, day + 119, 25 * 3600, 7 * day, 365 * day] {
        assert_eq!(verify(&challenge, second, "123456"), Err(SignInError::ChallengeMissing), "at {second} s");
    }
}

#[test]
fn a_code_from_the_future_is_not_accepted() {
    let challenge = challenge(&[("123456", 0), ("654321", 60)]);
    assert_eq!(verify(&challenge, -1, "123456"), Err(SignInError::ChallengeMissing));
    assert_eq!(verify(&challenge, 59, "654321"), Err(SignInError::CodeExpired));
    assert_eq!(verify(&challenge, 60, "654321"), Ok(()));
}

#[test]
fn a_resend_leaves_the_first_code_its_own_two_minutes() {
    let challenge = challenge(&[("111111", 0), ("222222", 60)]);
    assert_eq!(verify(&challenge, 120, "111111"), Ok(()));
    assert_eq!(verify(&challenge, 121, "111111"), Err(SignInError::CodeExpired));
    assert_eq!(verify(&challenge, 180, "222222"), Ok(()));
    assert_eq!(verify(&challenge, 181, "222222"), Err(SignInError::CodeExpired));
}

#[test]
fn a_wrong_code_tells_the_guesses_that_remain() {
    let mut challenge = challenge(&[("123456", 0)]);
    for (guesses, left) in [(1, 4), (2, 3), (3, 2), (4, 1)] {
        challenge.guesses = guesses;
        assert_eq!(verify(&challenge, 1, "654321"), Err(SignInError::CodeIncorrect { guesses_left: left }));
    }
    challenge.guesses = 5;
    assert_eq!(verify(&challenge, 1, "654321"), Err(SignInError::GuessesExhausted));
}

#[test]
fn the_fifth_guess_may_be_right_and_the_sixth_may_not() {
    let mut challenge = challenge(&[("123456", 0)]);
    challenge.guesses = 5;
    assert_eq!(verify(&challenge, 1, "123456"), Ok(()));
    challenge.guesses = 6;
    assert_eq!(verify(&challenge, 1, "123456"), Err(SignInError::GuessesExhausted));
}

#[test]
fn a_consumed_challenge_accepts_nothing() {
    let mut challenge = challenge(&[("123456", 0)]);
    challenge.is_consumed = true;
    assert_eq!(verify(&challenge, 1, "123456"), Err(SignInError::ChallengeMissing));
}

#[test]
fn a_code_fits_no_other_challenge_and_no_other_number() {
    let mut other_challenge = challenge(&[("123456", 0)]);
    other_challenge.id = ChallengeDigest::from_bytes([3; 32]);
    assert_eq!(verify(&other_challenge, 1, "123456"), Err(SignInError::CodeIncorrect { guesses_left: 4 }));
    let mut other_number = challenge(&[("123456", 0)]);
    other_number.phone = PhoneNumber::parse("+989121234568", None).unwrap();
    assert_eq!(verify(&other_number, 1, "123456"), Err(SignInError::CodeIncorrect { guesses_left: 4 }));
}

#[test]
fn a_resend_needs_a_living_challenge_with_guesses() {
    let policy = ChallengePolicy::default();
    let mut challenge = challenge(&[("123456", 0)]);
    assert_eq!(challenge.may_resend(START + TimeDelta::seconds(599), &policy), Ok(()));
    assert_eq!(
        challenge.may_resend(START + TimeDelta::seconds(600), &policy),
        Err(SignInError::ChallengeMissing)
    );
    challenge.guesses = 5;
    assert_eq!(challenge.may_resend(START, &policy), Err(SignInError::GuessesExhausted));
}

#[test]
fn the_time_left_is_that_of_the_newest_code() {
    let policy = ChallengePolicy::default();
    let challenge = challenge(&[("111111", 0), ("222222", 60)]);
    let left = |second| challenge.code_time_left(START + TimeDelta::seconds(second), &policy).num_seconds();
    assert_eq!((left(60), left(100), left(179), left(180), left(181)), (120, 80, 1, 0, 0));
}

#[test]
fn the_same_form_with_the_same_number_names_the_same_challenge_and_no_other() {
    let keys = [1, 2].map(|byte| SiteKey::new([byte; 32]).derive("form"));
    let nonces =
        ["AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAABA"].map(|text| FormNonce::parse(text).unwrap());
    let phones = ["+989121234567", "+989121234568"].map(|text| PhoneNumber::parse(text, None).unwrap());
    let purposes =
        [Purpose::SignIn, Purpose::ChangeNumber(UserId::new(0)), Purpose::ChangeNumber(UserId::new(1))];
    let mut names = Vec::new();
    for (key, nonce) in keys.iter().flat_map(|key| nonces.iter().map(move |nonce| (key, nonce))) {
        for (phone, purpose) in phones.iter().flat_map(|phone| purposes.map(|purpose| (phone, purpose))) {
            let [one, same] = [(); 2].map(|()| ChallengeSecret::of_form(key, nonce, phone, purpose).reveal());
            assert_eq!(one, same);
            names.push(one);
        }
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 2 * 2 * 2 * 3);
}
