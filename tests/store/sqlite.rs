//! What SQLite adds to the contract: a file that outlives the program, is shared, locked or spoilt.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use mobile_auth::{
    domain::{
        challenge::ChallengeSecret,
        one_time_code::{CodeDigest, OneTimeCode},
        opt_out::OptOutWord,
        policy::{RetentionPolicy, SessionPolicy},
        session::SessionSecret,
        site_key::SiteKey,
        sms_outcome::MessageId,
        sms_route::ProviderName,
    },
    server::store::{
        NewChallenge, NewCode, NewGuess, NewSession, Refund, SendClaim, Store,
        opt_outs::{HeardWord, OptOutStore as _},
        sqlite::SqliteStore,
    },
};
use rand::{SeedableRng as _, rngs::ChaCha20Rng};
use sqlx::{Connection as _, Row as _, SqliteConnection};
use tempfile::TempDir;

use super::samples::{
    at, begin, challenge_id, guess, is_granted, new_challenge, new_code, new_guess, new_session, sends,
    session_digest, session_for, sign_in, together,
};

/// Long enough for a queue of two hundred acts on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

pub struct Place {
    pub folder: TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("store.db")
    }

    pub fn url(&self) -> String {
        url(&self.file())
    }

    pub async fn open(&self) -> SqliteStore {
        SqliteStore::open_with_patience(&self.url(), PATIENCE).await.unwrap()
    }

    /// Another program's connection to the file.
    pub async fn stranger(&self) -> SqliteConnection {
        SqliteConnection::connect(&self.url()).await.unwrap()
    }
}

pub fn url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

pub async fn make() -> (Arc<dyn Store>, TempDir) {
    let place = Place::new();
    (Arc::new(place.open().await), place.folder)
}

#[tokio::test]
async fn what_was_kept_is_there_after_a_new_start() {
    let place = Place::new();
    let store = place.open().await;
    let user_id = sign_in(&store, 1, 0).await;
    begin(&store, 2, 2, 0).await;
    guess(&store, &new_guess(2, 2, 1)).await.unwrap();
    let again_used = new_session(&store, 1, 9, 5).await;
    // A crash closes nothing, a stop does: both must keep everything.
    for crash in [true, false] {
        if crash {
            std::mem::forget(store.clone());
        } else {
            store.close().await;
        }
        let again = place.open().await;
        assert_eq!(again.find_session(&session_digest(1)).await.unwrap().unwrap().user_id, user_id);
        assert!(again.find_challenge(&challenge_id(1)).await.unwrap().unwrap().is_consumed);
        assert!(again.consume(&again_used).await.unwrap().is_none(), "a used code is used for ever");
        assert_eq!(again.find_challenge(&challenge_id(2)).await.unwrap().unwrap().guesses, 1);
        assert_eq!(sends(&again, 2, 1).await, [at(0)]);
    }
}

/// Two programs on one file, as during an upgrade: the rule is in the database and not in the process.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_programs_share_the_guesses_and_the_sends() {
    let place = Place::new();
    let stores = [Arc::new(place.open().await), Arc::new(place.open().await)];
    let either = |n: u64| Arc::clone(&stores[usize::try_from(n % 2).unwrap()]);
    for round in 0..3 {
        let claims = together(50, |n| {
            let (store, new) = (either(n), new_challenge(round * 100 + n, round, 0));
            async move { store.create_challenge(&new).await.unwrap().unwrap() }
        });
        let claims = claims.await;
        let granted: Vec<_> = (0..50).zip(claims).filter(|(_, claim)| is_granted(claim)).collect();
        assert_eq!(granted.len(), 1, "round {round}: messages sent");
        let challenge = round * 100 + granted[0].0;
        let begun = together(100, |n| {
            let store = either(n);
            async move { guess(&*store, &new_guess(challenge, round, 1)).await.is_some() }
        });
        assert_eq!(begun.await.into_iter().filter(|&begun| begun).count(), 5, "round {round}: guesses");
    }
}

/// The person closes the tab, the server drops the request: never a used code without a session.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_act_that_is_dropped_happened_or_did_not() {
    let place = Place::new();
    let store = place.open().await;
    let mut happened = 0;
    for round in 0..100 {
        begin(&store, round, round, 0).await;
        let new = new_session(&store, round, round, 1).await;
        let patience = Duration::from_micros(round * 20);
        let _ = tokio::time::timeout(patience, store.consume(&new)).await;
        // The next act on the one writer comes after whatever is left of the dropped one.
        store.is_ready().await.unwrap();
        let is_consumed = store.find_challenge(&challenge_id(round)).await.unwrap().unwrap().is_consumed;
        let has_session = store.find_session(&session_digest(round)).await.unwrap().is_some();
        assert_eq!(is_consumed, has_session, "round {round}");
        happened += usize::from(has_session);
    }
    println!("{happened} of 100 dropped acts had happened");
}

/// Not in the contract's suite: words are kept by another trait of the same adapter.
#[tokio::test]
async fn a_claim_says_whether_the_numbers_owner_told_us_to_stop() {
    let store = Place::new().open().await;
    let is_stopped = |claim| match claim {
        SendClaim::Granted(granted) => granted.is_opted_out,
        SendClaim::Refused(excess) => panic!("refused: {excess:?}"),
    };
    let [free, stopped] = [1, 2].map(|phone| new_challenge(phone, phone, 0));
    let (phone, id) = (stopped.code.spender.keys.opt_out, MessageId::parse("SM1").unwrap());
    let (word, provider) = (OptOutWord::Stop, ProviderName::new("twilio"));
    let word = HeardWord { phone, word, provider, id, said_at: None, heard_at: at(0) };
    assert!(store.hear_word(&word).await.unwrap());
    for (new, expected) in [(free, false), (stopped, true)] {
        let phone = if expected { 2 } else { 1 };
        assert_eq!(is_stopped(store.create_challenge(&new).await.unwrap().unwrap()), expected);
        assert_eq!(is_stopped(store.create_code(&new_code(phone, phone, 60)).await.unwrap()), expected);
    }
}

#[tokio::test]
async fn the_file_holds_no_code_and_no_token() {
    let mut random = ChaCha20Rng::seed_from_u64(7);
    let (challenge, session) = (ChallengeSecret::generate(&mut random), SessionSecret::generate(&mut random));
    let code = OneTimeCode::parse("493817").unwrap();
    let key = SiteKey::generate(&mut random).derive("code");
    let mut new = new_challenge(1, 1, 0);
    let digest = CodeDigest::new(&key, &challenge.digest(), &new.code.spender.phone, &code);
    new = NewChallenge { code: NewCode { challenge: challenge.digest(), digest, ..new.code }, ..new };

    let place = Place::new();
    let store = place.open().await;
    assert!(is_granted(&store.create_challenge(&new).await.unwrap().unwrap()));
    let begun =
        guess(&store, &NewGuess { challenge: challenge.digest(), ..new_guess(1, 1, 1) }).await.unwrap();
    let new = NewSession { digest: session.digest(), ..session_for(begun, 1, 1) };
    assert!(store.consume(&new).await.unwrap().is_some());

    let mut bytes = Vec::new();
    for file in fs::read_dir(place.folder.path()).unwrap() {
        bytes.extend(fs::read(file.unwrap().path()).unwrap());
    }
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(
        holds(session.digest().as_bytes()) && holds(challenge.digest().as_bytes()),
        "looked in the right place"
    );
    assert!(holds(digest.as_bytes()));
    assert!(!holds(b"493817"), "the code is in the file");
    for secret in [session.reveal(), challenge.reveal()] {
        assert!(!holds(secret.as_bytes()), "a token is in the file");
        assert!(!holds(&URL_SAFE_NO_PAD.decode(secret).unwrap()), "a token is in the file in binary");
    }
}

#[tokio::test]
async fn a_user_is_active_after_the_right_code_and_not_before() {
    let place = Place::new();
    let store = place.open().await;
    let is_active = async || {
        let sql = "SELECT is_active, created_at_ms, activated_at_ms FROM users WHERE phone = '+989120000001'";
        let row = sqlx::query(sql).fetch_one(&mut place.stranger().await).await.unwrap();
        (row.get::<i64, _>(0), row.get::<i64, _>(1), row.get::<Option<i64>, _>(2))
    };
    begin(&store, 1, 1, 0).await;
    assert_eq!(is_active().await, (0, at(0).timestamp_millis(), None));
    store.consume(&new_session(&store, 1, 1, 9).await).await.unwrap();
    let activated = (1, at(0).timestamp_millis(), Some(at(9).timestamp_millis()));
    assert_eq!(is_active().await, activated);
    begin(&store, 2, 1, 60).await;
    store.consume(&new_session(&store, 2, 2, 61).await).await.unwrap();
    assert_eq!(is_active().await, activated, "the first activation is the one that is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_database_refuses_every_write_and_keeps_nothing_of_it() {
    let place = Place::new();
    place.open().await.close().await;
    let store = SqliteStore::open_with_patience(&place.url(), Duration::from_millis(100)).await.unwrap();
    begin(&store, 1, 1, 0).await;
    sign_in(&store, 2, 0).await;
    let session = new_session(&store, 1, 1, 1).await;

    let mut stranger = place.stranger().await;
    let lock = stranger.begin_with("BEGIN EXCLUSIVE").await.unwrap();
    let error = store.create_challenge(&new_challenge(3, 3, 0)).await.unwrap_err();
    assert!(error.to_string().contains("locked"), "{error}");
    store.create_code(&new_code(1, 1, 30)).await.unwrap_err();
    store.cancel_code(&new_code(1, 1, 0), Refund::Everything).await.unwrap_err();
    store.begin_guess(&new_guess(1, 1, 1)).await.unwrap_err();
    store.consume(&session).await.unwrap_err();
    store.touch_session(&session_digest(2), at(99)).await.unwrap_err();
    store.delete_session(&session_digest(2)).await.unwrap_err();
    let (retention, policy) = (RetentionPolicy::default(), SessionPolicy::default());
    store.delete_expired(at(1_000_000_000), &retention, &policy).await.unwrap_err();
    store.is_ready().await.unwrap_err();
    // People who are signed in notice nothing: reading goes on.
    assert_eq!(store.find_session(&session_digest(2)).await.unwrap().unwrap().last_seen_at, at(0));
    lock.rollback().await.unwrap();

    store.is_ready().await.unwrap();
    assert!(store.find_challenge(&challenge_id(3)).await.unwrap().is_none());
    assert_eq!(store.find_session(&session_digest(2)).await.unwrap().unwrap().last_seen_at, at(0));
    let begun = guess(&store, &new_guess(1, 1, 1)).await.unwrap();
    assert_eq!((begun.guesses, begun.codes.len(), begun.is_consumed), (1, 1, false));
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_an_error() {
    let place = Place::new();
    let store = place.open().await;
    begin(&store, 1, 1, 0).await;
    let spoil = sqlx::query("UPDATE challenges SET guesses = 5000000000");
    spoil.execute(&mut place.stranger().await).await.unwrap();
    let error = store.find_challenge(&challenge_id(1)).await.unwrap_err();
    assert!(error.to_string().contains("number of guesses"), "{error}");
    sqlx::query("UPDATE challenges SET guesses = 0, started_at_ms = 9223372036854775807")
        .execute(&mut place.stranger().await)
        .await
        .unwrap();
    let error = store.begin_guess(&new_guess(1, 1, 1)).await.unwrap_err();
    assert!(error.to_string().contains("a time"), "{error}");
}
