//! Every act leaves one event, in its order, and nothing of a person.

use mobile_auth::domain::{
    event::EventKind,
    limit::{Limit, RecordOnly},
    policy::SignInPolicy,
    throttle::Quota,
};
use sqlx::{Connection as _, Row as _, SqliteConnection};

use super::{
    number_change::{change, signed_in},
    number_undo::{undo, undo_code},
    recovery::{make, recover},
};
use crate::support::{App, PHONE, Settings};

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 3600;
const NEW: &str = "+98 912 765 4321";

type Event<'a> = (&'a str, &'a str, Option<i64>);

/// Kind, detail and number of every event so far, oldest first.
pub async fn events(app: &App) -> Vec<(String, String, Option<i64>)> {
    app.record.flush().await;
    let rows = sqlx::query("SELECT kind, detail, number FROM events ORDER BY id");
    let rows = rows.fetch_all(&mut connect(app).await).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

async fn connect(app: &App) -> SqliteConnection {
    SqliteConnection::connect(&format!("sqlite://{}", app.database_path().display())).await.unwrap()
}

#[tokio::test]
async fn a_run_with_everything_in_it_is_recorded_in_its_order() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    browser.verify_code(&app.wrong_code()).await;
    browser.verify_code("12").await;
    browser.resend_code().await;
    app.advance(30);
    app.take_provider_down();
    browser.resend_code().await;
    app.bring_provider_back();
    browser.resend_code().await;
    app.browser().request_code(PHONE).await;
    browser.verify_code(&app.last_code()).await;
    browser.get("/").await;
    browser.submit("/api/sign_out", &[]).await;
    let expected = [
        ("code_sent", "", None),
        ("code_not_accepted", "code_incorrect", Some(1)),
        ("limit_hit", "phone_wait", Some(30)),
        ("code_not_delivered", "", None),
        ("code_sent", "", None),
        ("limit_hit", "phone_wait", Some(60)),
        ("signed_in", "", None),
        ("signed_out", "", None),
    ];
    let expected: Vec<_> =
        expected.iter().map(|&(kind, detail, number)| (kind.to_owned(), detail.to_owned(), number)).collect();
    assert_eq!(events(&app).await, expected);
}

#[tokio::test]
async fn an_event_names_its_user_its_request_and_a_network_and_no_number() {
    let app = App::start().await;
    let mut browser = app.browser().at("203.0.113.7");
    browser.request_code(PHONE).await;
    browser.verify_code(&app.last_code()).await;
    app.record.flush().await;
    let sql = "SELECT user_id = (SELECT id FROM users), phone, network, browser, request, at_ms FROM events";
    for row in sqlx::query(sql).fetch_all(&mut connect(&app).await).await.unwrap() {
        assert_eq!(row.get::<i64, _>(0), 1);
        let phone: String = row.get(1);
        assert!(phone.ends_with("…67") && phone.chars().count() == 11, "{phone}");
        assert_eq!(row.get::<String, _>(2), "203.0.113.0/24");
        assert_eq!(row.get::<String, _>(3), "Unknown browser");
        assert_eq!(row.get::<String, _>(4).len(), 16);
        assert_eq!(row.get::<i64, _>(5), crate::support::START);
    }
}

#[tokio::test]
async fn what_happened_cannot_be_rewritten() {
    let app = App::start().await;
    app.browser().request_code(PHONE).await;
    app.record.flush().await;
    let mut connection = connect(&app).await;
    for change in [
        "UPDATE events SET kind = 'signed_in'",
        "UPDATE events SET user_id = 7",
        "UPDATE events SET at_ms = 0",
        "UPDATE events SET provider = 'vonage'",
        "UPDATE events SET reason = 'another'",
        "UPDATE events SET phone = 'somebody else'",
        "UPDATE events SET user_id = NULL, phone = '', network = '', browser = 'another'",
    ] {
        let error = sqlx::query(change).execute(&mut connection).await.unwrap_err();
        assert!(error.to_string().contains("events"), "{change}: {error}");
    }
    let forget = "UPDATE events SET user_id = NULL, phone = '', network = '', browser = ''";
    sqlx::query(forget).execute(&mut connection).await.unwrap();
}

/// Expects these events and no others since the last call.
async fn follow(app: &App, seen: &mut usize, expected: &[Event<'_>]) {
    let all = events(app).await;
    let new: Vec<Event<'_>> =
        all[*seen..].iter().map(|(kind, detail, number)| (kind.as_str(), detail.as_str(), *number)).collect();
    assert_eq!(new, expected);
    *seen = all.len();
}

/// One quota only records: a second code from one address within ten minutes.
async fn app() -> App {
    let mut policy =
        SignInPolicy { record_only: RecordOnly::Only(vec![Limit::AddressSends]), ..SignInPolicy::default() };
    policy.sends.per_address = vec![Quota::new(1, chrono::TimeDelta::minutes(10))];
    App::start_with(Settings { policy, ..Settings::default() }).await
}

/// Every kind but those of texts that people send to us, which `tests/sms/opt_outs.rs` follows from the provider's call on, and the one
/// after a wrong clock, which is in `wrong_clock.rs`.
#[tokio::test]
async fn every_act_of_a_person_and_of_the_operator_is_one_event() {
    let (app, mut seen) = (app().await, 0);
    an_attempt(&app, &mut seen).await;
    an_account(&app, &mut seen).await;
    another_number_and_back(&app, &mut seen).await;
    a_doubt(&app, &mut seen).await;
    the_operator(&app, &mut seen).await;
    let all = events(&app).await;
    let missing = EventKind::NAMES.map(|(_, name)| name).into_iter();
    let missing: Vec<_> = missing.filter(|name| all.iter().all(|(kind, ..)| kind != name)).collect();
    assert_eq!(missing, ["texts_stopped", "texts_started", "limits_redated"]);
}

async fn an_attempt(app: &App, seen: &mut usize) {
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    browser.verify_code(&app.wrong_code()).await;
    app.browser().request_code(PHONE).await;
    app.advance(MINUTE);
    browser.resend_code().await;
    app.advance(MINUTE);
    app.take_provider_down();
    browser.resend_code().await;
    app.bring_provider_back();
    browser.verify_code(&app.last_code()).await;
    browser.submit("/api/sign_out", &[]).await;
    let expected = [
        ("code_sent", "", None),
        ("code_not_accepted", "code_incorrect", Some(1)),
        ("limit_hit", "phone_wait", Some(30)),
        ("limit_recorded", "address_sends", Some(540)),
        ("code_sent", "", None),
        ("limit_recorded", "address_sends", Some(540)),
        ("code_not_delivered", "", None),
        ("signed_in", "", None),
        ("signed_out", "", None),
    ];
    follow(app, seen, &expected).await;
}

async fn an_account(app: &App, seen: &mut usize) {
    app.advance(DAY);
    let mut owner = signed_in(app, PHONE).await;
    let codes = make(&mut owner).await;
    owner.get("/account/data.json").await;
    owner.submit("/api/delete_account", &[]).await;
    owner.submit("/api/keep_account", &[]).await;
    recover(&mut app.browser(), PHONE, "0000-0000-0000-0000").await;
    recover(&mut app.browser(), PHONE, &codes[0]).await;
    owner.submit("/api/end_other_sessions", &[]).await;
    owner.submit("/api/forget_all_devices", &[]).await;
    owner.submit("/api/end_all_sessions", &[]).await;
    let expected = [
        ("code_sent", "", None),
        ("signed_in", "", None),
        ("recovery_codes_made", "", None),
        ("data_downloaded", "", None),
        ("deletion_asked", "", None),
        ("deletion_cancelled", "", None),
        ("code_not_accepted", "recovery_code_incorrect", None),
        ("recovery_code_used", "", None),
        ("sessions_ended", "", Some(1)),
        ("devices_forgotten", "", Some(3)),
        ("sessions_ended", "", Some(1)),
    ];
    follow(app, seen, &expected).await;
}

async fn another_number_and_back(app: &App, seen: &mut usize) {
    app.advance(DAY);
    let mut owner = signed_in(app, PHONE).await;
    change(app, &mut owner, NEW).await;
    undo(&mut app.browser(), PHONE, &undo_code(app, "+989121234567")).await;
    let expected = [
        ("code_sent", "", None),
        ("signed_in", "", None),
        ("limit_recorded", "address_sends", Some(600)),
        ("code_sent", "", None),
        ("number_changed", "", None),
        ("number_change_undone", "", None),
    ];
    follow(app, seen, &expected).await;
}

async fn a_doubt(app: &App, seen: &mut usize) {
    app.advance(200 * DAY);
    let mut stranger = signed_in(app, PHONE).await;
    stranger.submit("/api/claim_by_waiting", &[]).await;
    stranger.submit("/api/begin_anew", &[]).await;
    let expected = [
        ("code_sent", "", None),
        ("signed_in", "in_doubt", None),
        ("account_claimed", "wait", None),
        ("account_begun_anew", "", None),
    ];
    follow(app, seen, &expected).await;
}

/// An act that changes nothing is none.
async fn the_operator(app: &App, seen: &mut usize) {
    app.advance(DAY);
    let mut stranger = app.browser();
    stranger.request_code(PHONE).await;
    stranger.verify_code(&app.wrong_code()).await;
    app.record.flush().await;
    for words in [
        &["set", "stage.IR", "slow", "--for", "1h"][..],
        &["set", "sends_per_day", "50"],
        &["unset", "stage.IR"],
        &["unset", "stage.IR"],
        &["reopen", PHONE],
        &["reopen", PHONE],
        &["resume", PHONE],
        &["resume", PHONE],
        &["show"],
    ] {
        app.operator(words).await.unwrap();
    }
    for phone in [Some(PHONE), Some(PHONE), None] {
        app.end_sessions(phone).await;
    }
    let expected = [
        ("code_sent", "", None),
        ("code_not_accepted", "code_incorrect", Some(1)),
        ("limits_set", "stage.IR = slow", Some(3600)),
        ("limits_set", "sends_per_day = 50", None),
        ("limits_unset", "stage.IR", None),
        ("number_reopened", "operator", None),
        ("prefix_resumed", "operator", None),
        ("sessions_ended", "operator", Some(1)),
        ("sessions_ended", "operator", Some(0)),
        ("sessions_ended", "operator", Some(0)),
    ];
    follow(app, seen, &expected).await;
}

#[tokio::test]
async fn the_session_that_ends_because_there_are_too_many_is_an_event_of_its_owner() {
    let app = App::start().await;
    let mut first = signed_in(&app, PHONE).await;
    for _ in 1..20 {
        app.advance(3 * 3600);
        signed_in(&app, PHONE).await;
    }
    assert!(first.is_signed_in().await);
    let before = events(&app).await.len();
    app.advance(3 * 3600);
    let mut newest = signed_in(&app, PHONE).await;
    let expected =
        [("code_sent", "", None), ("signed_in", "", None), ("sessions_ended", "too_many", Some(1))];
    follow(&app, &mut { before }, &expected).await;
    assert!(!first.is_signed_in().await);
    let page = newest.get("/account").await.body;
    assert!(page.contains("The oldest sessions ended"), "{page}");
}
