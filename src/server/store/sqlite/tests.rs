//! What cannot be seen from outside the adapter.

use std::sync::Arc;

use chrono::TimeDelta;
use sqlx::{AssertSqlSafe, Row as _};
use tempfile::TempDir;

use super::*;
use crate::{
    domain::{
        challenge::Purpose,
        event::EventKind,
        one_time_code::CodeDigest,
        phone_number::PhoneNumber,
        policy::SignInPolicy,
        recovery_code::{RecoveryCode, RecoveryDigest},
        session::SessionDigest,
        site_key::SiteKey,
        throttle::ThrottleKey,
        user::UserId,
    },
    server::store::{
        GuessId,
        account::{AccountStore as _, EndedSessions, SessionHolder},
        events::NewEvent,
        operator::OperatorStore as _,
    },
};

pub(super) async fn store() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/store.db", folder.path().display());
    (SqliteStore::open(&url).await.unwrap(), folder)
}

async fn pragma(connections: &Connections, name: &str) -> String {
    let mut connection = connections.acquire().await.unwrap();
    let row = sqlx::query(AssertSqlSafe(format!("PRAGMA {name}"))).fetch_one(&mut *connection).await.unwrap();
    row.try_get::<String, _>(0)
        .or_else(|_| row.try_get::<i64, _>(0).map(|number| number.to_string()))
        .unwrap()
}

#[tokio::test]
async fn the_writer_waits_for_the_disk() {
    let (store, _folder) = store().await;
    let expected = [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        ("busy_timeout", "5000"),
        ("secure_delete", "2"),
    ];
    for (name, value) in expected {
        assert_eq!(pragma(&store.writer, name).await, value, "{name}");
    }
}

#[tokio::test]
async fn there_is_one_writer() {
    let (_, folder) = store().await;
    let url = format!("sqlite://{}/store.db", folder.path().display());
    let store = SqliteStore::open_with_patience(&url, Duration::from_secs(2)).await.unwrap();
    let _writer = store.writer.acquire().await.unwrap();
    assert!(matches!(store.writer.acquire().await, Err(sqlx::Error::PoolTimedOut)));
}

/// More probes than there are readers wait for the writer, and a page is read all the same.
#[tokio::test]
async fn probes_that_wait_for_the_writer_keep_no_reader() {
    let (store, _folder) = store().await;
    let _writer = store.writer.acquire().await.unwrap();
    let probes = futures_util::future::join_all((0..8).map(|_| store.is_ready()));
    tokio::pin!(probes);
    assert!(tokio::time::timeout(Duration::from_millis(300), &mut probes).await.is_err(), "they wait");
    // Less than the patience of the probes, after which they would give back what they keep.
    let found = tokio::time::timeout(Duration::from_secs(3), store.find_overrides(DateTime::UNIX_EPOCH));
    tokio::select! {
        _ = &mut probes => panic!("the writer is taken"),
        found = found => assert!(matches!(found, Ok(Ok(_))), "{found:?}"),
    }
}

#[tokio::test]
async fn readers_cannot_write() {
    let (store, _folder) = store().await;
    let error = sqlx::query("DELETE FROM users")
        .execute(&mut *store.readers.acquire().await.unwrap())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("readonly"), "{error}");
}

/// A full disk: SQLite ends the transaction by itself, sqlx does not notice, and would refuse every later one.
#[tokio::test]
async fn the_writer_works_again_after_the_disk_was_full() {
    let (store, _folder) = store().await;
    let new = new_challenge();
    let too_large = NewChallenge { phone_as_typed: "x".repeat(1_000_000), ..new.clone() };
    for act in ["in a transaction", "again"] {
        let pages = pragma(&store.writer, "page_count").await;
        pragma(&store.writer, &format!("max_page_count = {pages}")).await;
        let error = store.create_challenge(&too_large).await.unwrap_err();
        assert!(error.to_string().contains("full"), "{act}: {error}");
        assert!(store.find_challenge(&new.code.challenge).await.unwrap().is_none(), "{act}");
    }
    assert!(matches!(store.create_challenge(&new).await.unwrap().unwrap(), SendClaim::Granted(_)));
    let guess =
        NewGuess { challenge: new.code.challenge, id: GuessId::new([4; 16]), spender: new.code.spender };
    assert!(matches!(store.begin_guess(&guess).await.unwrap(), GuessClaim::Begun(_)));
}

fn new_challenge() -> NewChallenge {
    let key = |kind| ThrottleKey::new([kind; 32]);
    let spender = Spender {
        phone: PhoneNumber::from_stored("+989120000001".to_owned()),
        country: None,
        device: None,
        keys: BudgetKeys {
            phone: key(1),
            block: key(2),
            prefix: key(3),
            address: key(4),
            network: key(5),
            known: key(6),
            recovery: key(7),
            opt_out: key(8),
        },
        at: DateTime::UNIX_EPOCH + TimeDelta::days(1),
        policy: Arc::new(SignInPolicy::default()),
    };
    let code = NewCode {
        challenge: ChallengeDigest::from_bytes([1; 32]),
        digest: CodeDigest::from_bytes([2; 32]),
        spender,
    };
    NewChallenge {
        code,
        purpose: Purpose::SignIn,
        phone_as_typed: "0912 000 0001".to_owned(),
        region: None,
        earlier: None,
    }
}

/// An act of the operator of which nothing tells would look like an intruder's.
#[tokio::test]
async fn what_the_operator_does_and_the_event_that_tells_of_it_are_one_act() {
    let (store, _folder) = store().await;
    let trigger = "CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no'); END";
    sqlx::query(trigger).execute(&mut *store.writer.acquire().await.unwrap()).await.unwrap();
    let now = DateTime::UNIX_EPOCH + TimeDelta::days(1);
    let event = NewEvent::of_nobody(now, EventKind::LimitsSet, "stage = open");
    let new = Override { name: "stage".to_owned(), value: "open".to_owned(), until: None };
    store.set_override(&new, &event).await.unwrap_err();
    assert_eq!(store.find_overrides(now).await.unwrap(), []);
    sqlx::query("DROP TRIGGER refuse").execute(&mut *store.writer.acquire().await.unwrap()).await.unwrap();
    store.set_override(&new, &event).await.unwrap();
    assert_eq!(store.find_overrides(now).await.unwrap(), [new]);
}

/// Between the question and the act another device, or an undone change of number, may have ended the session that acts.
#[tokio::test]
async fn a_session_that_is_over_does_nothing_more() {
    const USER: &str = "INSERT INTO users (id, phone, is_active, created_at_ms, activated_at_ms, deletes_at_ms) VALUES (1, '+989120000001', 1, 0, 0, 5)";
    const SESSION: &str =
        "INSERT INTO sessions (digest, user_id, created_at_ms, last_seen_at_ms) VALUES ($1, 1, 0, 0)";
    const DEVICE: &str = "INSERT INTO devices (digest, user_id, lane, browser, created_at_ms, last_used_at_ms) \
         VALUES ($1, 1, $1, '', 0, 0)";
    let (store, _folder) = store().await;
    {
        let mut writer = store.writer.acquire().await.unwrap();
        sqlx::query(USER).execute(&mut *writer).await.unwrap();
        sqlx::query(SESSION).bind([1; 32].as_slice()).execute(&mut *writer).await.unwrap();
        sqlx::query(DEVICE).bind([1; 32].as_slice()).execute(&mut *writer).await.unwrap();
    }
    let (now, at) = (DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH + TimeDelta::days(1));
    let code = RecoveryCode::parse("0000-0000-0000-0000").unwrap();
    let codes = [RecoveryDigest::new(&SiteKey::new([3; 32]).derive("test"), UserId::new(1), &code)];
    let alive = SessionHolder { user_id: UserId::new(1), session: SessionDigest::from_bytes([1; 32]) };
    let over = SessionHolder { session: SessionDigest::from_bytes([2; 32]), ..alive };
    let foreign = SessionHolder { user_id: UserId::new(2), ..alive };
    for nobody in [over, foreign] {
        assert_eq!(store.end_sessions(&nobody, EndedSessions::All).await.unwrap(), None);
        assert_eq!(store.end_sessions(&nobody, EndedSessions::Others).await.unwrap(), None);
        assert_eq!(store.forget_devices(&nobody, None).await.unwrap(), None);
        assert_eq!(store.mark_for_deletion(&nobody, at).await.unwrap(), None);
        assert_eq!(store.cancel_deletion(&nobody, now).await.unwrap(), None);
        assert_eq!(store.replace_recovery_codes(&nobody, &codes, at).await.unwrap(), None);
    }
    assert_eq!(store.count_recovery_codes(alive.user_id).await.unwrap(), 0);
    assert_eq!(store.cancel_deletion(&alive, now).await.unwrap(), Some(true), "it was still to be deleted");
    assert_eq!(store.cancel_deletion(&alive, now).await.unwrap(), Some(false));
    assert_eq!(store.mark_for_deletion(&alive, at).await.unwrap(), Some(()));
    assert_eq!(store.replace_recovery_codes(&alive, &codes, at).await.unwrap(), Some(()));
    assert_eq!(store.count_recovery_codes(alive.user_id).await.unwrap(), 1);
    assert_eq!(store.forget_devices(&alive, None).await.unwrap(), Some(1));
    assert_eq!(store.end_sessions(&alive, EndedSessions::All).await.unwrap(), Some(1));
    assert_eq!(store.end_sessions(&alive, EndedSessions::All).await.unwrap(), None, "that was itself");
}
