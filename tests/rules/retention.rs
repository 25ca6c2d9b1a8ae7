//! What is kept goes when its time has come, a few rows at a time, and nobody who signs in waits for it.

use mobile_auth::{
    domain::{
        limit::RecordOnly,
        policy::{RetentionPolicy, SessionPolicy, SignInPolicy},
    },
    server::{
        cleanup::run_once,
        store::{Deleted, Store as _, sqlite::SqliteStore},
    },
};
use sqlx::{AssertSqlSafe, ConnectOptions as _, sqlite::SqliteConnectOptions};

use crate::{
    command_line::timing::{MEASURING, Times},
    support::{App, PHONE, START, Settings, count},
};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

async fn store(app: &App) -> SqliteStore {
    SqliteStore::open(&format!("sqlite://{}", app.database_path().display())).await.unwrap()
}

async fn clean(app: &App) -> Deleted {
    run_once(&store(app).await, &*app.clock(), &SignInPolicy::default()).await.unwrap()
}

/// So many rows of each kind, all as old as the test's beginning: events, somebody's devices, and names of those who asked and
/// guessed.
async fn fill(app: &App, rows: i64) {
    let mut somebody = app.browser();
    somebody.request_code(PHONE).await;
    somebody.verify_code(&app.last_code()).await;
    let mut connection = SqliteConnectOptions::new().filename(app.database_path()).connect().await.unwrap();
    let numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $1 - 1)";
    let name = "unhex(printf('%064x', i))";
    for sql in [
        format!(
            "{numbers} INSERT INTO events (at_ms, kind, detail, phone, network, browser, request) \
             SELECT $2, 'code_sent', '', 'x', '203.0.113.0/24', 'Firefox on Linux', '' FROM n"
        ),
        format!(
            "{numbers} INSERT INTO devices (digest, user_id, lane, browser, created_at_ms, last_used_at_ms) \
             SELECT {name}, (SELECT min(id) FROM users), {name}, '', $2, $2 FROM n"
        ),
        format!(
            "{numbers} INSERT INTO sends (throttle, sent_at_ms, digest) SELECT {name}, $2, {name} FROM n"
        ),
        format!(
            "{numbers} INSERT INTO wrong_guesses (throttle, at_ms, guess) \
             SELECT {name}, $2, unhex(printf('%032x', i)) FROM n"
        ),
    ] {
        let fill = sqlx::query(AssertSqlSafe(sql)).bind(rows).bind(START);
        fill.execute(&mut connection).await.unwrap();
    }
}

#[tokio::test]
async fn of_events_and_networks_nothing_is_left_after_thirty_days() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    browser.verify_code(&app.wrong_code()).await;
    browser.verify_code(&app.last_code()).await;
    app.record.flush().await;
    let events = "SELECT count(*) FROM events";
    let networks = "SELECT (SELECT count(*) FROM events WHERE network <> '') + \
         (SELECT count(*) FROM sessions WHERE network <> '')";
    assert_eq!((count(&app, events).await, count(&app, networks).await), (3, 4));
    app.advance(30 * DAY - 1);
    clean(&app).await;
    assert_eq!(count(&app, events).await, 3, "a second less than thirty days");
    app.advance(1);
    clean(&app).await;
    assert_eq!((count(&app, events).await, count(&app, networks).await), (0, 0));
    for (table, rows) in [
        ("SELECT count(*) FROM sends", 0),
        ("SELECT count(*) FROM wrong_guesses", 0),
        ("SELECT count(*) FROM tallies", 0),
        ("SELECT count(*) FROM send_outcomes", 0),
        ("SELECT count(*) FROM messages", 0),
        ("SELECT count(*) FROM sessions", 0),
        ("SELECT count(*) FROM devices", 1),
        ("SELECT count(*) FROM users", 1),
    ] {
        assert_eq!(count(&app, table).await, rows, "{table}");
    }
}

#[tokio::test]
async fn of_attempts_and_their_addresses_nothing_is_left_after_a_day() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    browser.verify_code(&app.wrong_code()).await;
    let attempts = "SELECT (SELECT count(*) FROM challenges) + (SELECT count(*) FROM codes) + \
         (SELECT count(*) FROM sends) + (SELECT count(*) FROM wrong_guesses) + (SELECT count(*) FROM send_outcomes)";
    let before = count(&app, attempts).await;
    assert!(before >= 5, "{before}");
    app.advance(DAY - 1);
    clean(&app).await;
    assert_eq!(count(&app, attempts).await, before, "a second less than a day");
    app.advance(1);
    clean(&app).await;
    assert_eq!(count(&app, attempts).await, 0);
}

/// A session that was ended is gone at once; one that nobody uses, when its seven days of rest are over.
#[tokio::test]
async fn of_a_dead_session_nothing_is_left_seven_days_after_its_last_use() {
    let app = App::start().await;
    let [mut ended, mut idle] = [app.browser(), app.browser()];
    for browser in [&mut ended, &mut idle] {
        browser.request_code(PHONE).await;
        browser.verify_code(&app.last_code()).await;
        app.advance(HOUR);
    }
    ended.submit("/api/sign_out", &[]).await;
    assert_eq!(count(&app, "SELECT count(*) FROM sessions").await, 1);
    app.advance(7 * DAY);
    clean(&app).await;
    assert_eq!(count(&app, "SELECT count(*) FROM sessions").await, 0);
}

#[tokio::test]
async fn a_batch_takes_no_more_than_five_hundred_rows_of_any_kind() {
    let app = App::start().await;
    fill(&app, 1_200).await;
    app.advance(401 * DAY);
    let (store, now) = (store(&app).await, app.clock().now());
    let (retention, sessions) = (RetentionPolicy::default(), SessionPolicy::default());
    for expected in [500, 500, 200] {
        let Deleted { events, devices, sends, wrong_guesses, .. } =
            store.delete_expired(now, &retention, &sessions).await.unwrap();
        for (kind, rows) in
            [("events", events), ("devices", devices), ("sends", sends), ("wrong guesses", wrong_guesses)]
        {
            assert!(
                (expected..=expected + 10).contains(&rows) && rows <= 500,
                "{kind}: {rows} for {expected}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_sign_in_within_a_second_while_fifty_thousand_rows_go() {
    let _alone = MEASURING.lock().await;
    let policy = SignInPolicy { record_only: RecordOnly::Everything, ..SignInPolicy::default() };
    let app = App::start_with(Settings { policy, ..Settings::default() }).await;
    fill(&app, 50_000).await;
    app.advance(401 * DAY);
    let (store, clock) = (store(&app).await, app.clock());
    let purge =
        tokio::spawn(async move { run_once(&store, &*clock, &SignInPolicy::default()).await.unwrap() });
    let mut times = Times::default();
    let mut person = 0;
    while !purge.is_finished() {
        let mut browser = app.browser();
        let (phone, app) = (format!("+98912{person:07}"), &app);
        let sign_in = async move {
            browser.request_code(&phone).await;
            browser.verify_code(&app.last_code()).await;
            browser.is_signed_in().await
        };
        assert!(times.take_async(sign_in).await, "person {person}");
        person += 1;
    }
    let deleted = purge.await.unwrap();
    assert!(deleted.events >= 50_000 && deleted.devices >= 50_000, "{deleted:?}");
    assert!(times.are_quick("during a purge"));
}
