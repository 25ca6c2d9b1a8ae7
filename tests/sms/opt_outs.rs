//! People who text STOP and START to our senders, from the provider's call to what the next request for a code comes to.

use axum::http::StatusCode;
use mobile_auth::{
    domain::policy::SignInPolicy,
    server::{cleanup::run_once, store::sqlite::SqliteStore},
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::webhooks::{ORIGIN, TWILIO, app, call, call_as_telnyx, call_router, encoded, signed_by_twilio};
use crate::support::{App, Browser, PHONE, count};

const WAY_BACK: &str = "Text START to where our texts come from";

/// As Twilio's documentation shows the call of a text to one of its numbers.
pub fn text(id: &str, body: &str) -> Value {
    json!({ "MessageSid": id, "SmsSid": id, "SmsMessageSid": id, "SmsStatus": "received", "AccountSid": "AC1", "NumMedia": "0",
        "From": "+989121234567", "To": "+15005550006", "Body": body, "NumSegments": "1", "ApiVersion": "2010-04-01" })
}

pub async fn twilio_tells(app: &App, forms: &[Value]) {
    let signatures = signed_by_twilio(&format!("{ORIGIN}{TWILIO}"), forms);
    for (form, signature) in forms.iter().zip(&signatures) {
        assert_eq!(
            call(app, TWILIO, &[("x-twilio-signature", signature)], encoded(form)).await,
            204,
            "{form}"
        );
    }
}

/// What the next request for a code comes to, and how many messages have gone.
pub async fn asked(app: &App) -> (u16, String, usize) {
    app.advance(31);
    let answer = app.browser().request_code(PHONE).await;
    let error = answer.json()["error"].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), error, app.messages().len())
}

pub fn stopped(messages: usize) -> (u16, String, usize) {
    (422, "number_opted_out".to_owned(), messages)
}

pub fn sent(messages: usize) -> (u16, String, usize) {
    (200, String::new(), messages)
}

#[tokio::test]
async fn stop_stops_the_next_code_before_it_is_handed_over_and_start_takes_it_back() {
    let app = app().await;
    twilio_tells(&app, &[text("SM1", " stop\r\n")]).await;
    assert_eq!(asked(&app).await, stopped(0));
    assert_eq!(asked(&app).await, stopped(0), "however often");
    assert_eq!(count(&app, "SELECT count(*) FROM codes").await, 0);
    assert_eq!(count(&app, "SELECT count(*) FROM challenges").await, 0);
    assert_eq!(count(&app, "SELECT count(*) FROM tallies WHERE count > 0").await, 0, "no money");
    twilio_tells(&app, &[text("SM2", "Start")]).await;
    assert_eq!(asked(&app).await, sent(1));
}

#[tokio::test]
async fn whoever_texted_stop_is_told_how_to_come_back_with_and_without_scripts() {
    let app = app().await;
    let mut browser = app.browser();
    assert_eq!(browser.request_code(PHONE).await.status, 200);
    twilio_tells(&app, &[text("SM1", "STOP")]).await;
    app.advance(31);
    assert_eq!(
        browser.resend_code().await.json()["error"],
        "number_opted_out",
        "nor another in the same attempt"
    );
    let answer = browser.submit("/api/request_code", &[("phone", PHONE), ("region", "")]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/sign-in"));
    assert!(browser.get("/sign-in").await.body.contains(WAY_BACK));
    assert_eq!(app.messages().len(), 1);
}

#[tokio::test]
async fn a_copy_of_an_old_stop_changes_nothing_after_a_start_and_a_copy_of_a_start_nothing_after_a_stop() {
    let app = app().await;
    twilio_tells(&app, &[text("SM1", "STOP"), text("SM2", "START"), text("SM1", "STOP")]).await;
    assert_eq!(asked(&app).await, sent(1));
    twilio_tells(&app, &[text("SM3", "STOP"), text("SM2", "START")]).await;
    assert_eq!(asked(&app).await, stopped(1));
    app.advance(400 * 24 * 3600);
    clean(&app).await;
    twilio_tells(&app, &[text("SM2", "START")]).await;
    assert_eq!(
        asked(&app).await,
        stopped(1),
        "nor a year later: time forgets neither the word nor its message"
    );
}

async fn store(app: &App) -> SqliteStore {
    SqliteStore::open(&format!("sqlite://{}", app.database_path().display())).await.unwrap()
}

async fn clean(app: &App) {
    run_once(&store(app).await, &*app.clock(), &SignInPolicy::default()).await.unwrap();
}

#[tokio::test]
async fn what_is_not_twilios_or_no_word_stops_nothing() {
    let app = app().await;
    let stop = text("SM1", "STOP");
    let signature = &signed_by_twilio(&format!("{ORIGIN}{TWILIO}"), &[text("SM1", "START")])[0];
    for bad in [signature.as_str(), "", "AAAA"] {
        assert_eq!(call(&app, TWILIO, &[("x-twilio-signature", bad)], encoded(&stop)).await, 403, "{bad}");
    }
    assert_eq!(call(&app, TWILIO, &[], encoded(&stop)).await, 403);
    let (mut help, mut other, mut short) = (text("SM2", "STOP"), text("SM3", "STOP"), text("SM4", "STOP"));
    help["OptOutType"] = "HELP".into();
    other["From"] = "whatsapp:+989121234567".into();
    short["From"] = "12345".into();
    let more = ["please stop", "STOP it", "012345", ""].map(|body| text("SM5", body));
    twilio_tells(&app, &[help, other, short]).await;
    twilio_tells(&app, &more).await;
    assert_eq!(asked(&app).await, sent(1));
    let nameless = text("", "STOP");
    let signature = &signed_by_twilio(&format!("{ORIGIN}{TWILIO}"), std::slice::from_ref(&nameless))[0];
    assert_eq!(call(&app, TWILIO, &[("x-twilio-signature", signature)], encoded(&nameless)).await, 400);
}

#[tokio::test]
async fn a_word_of_another_language_is_what_twilio_says_it_is() {
    let app = app().await;
    let (mut stop, mut start) = (text("SM1", "توقف"), text("SM2", "شروع"));
    stop["OptOutType"] = "STOP".into();
    start["OptOutType"] = "START".into();
    twilio_tells(&app, &[stop]).await;
    assert_eq!(asked(&app).await, stopped(0));
    twilio_tells(&app, &[start]).await;
    assert_eq!(asked(&app).await, sent(1));
}

/// As when a provider itself refuses: the person's own tries are not given back, so that nobody finds out for a list of numbers who
/// has opted out.
#[tokio::test]
async fn numbers_cannot_be_tried_out_without_end() {
    let app = app().await;
    let number = |person: usize| format!("+98912{person:03}4567");
    let stop = |person: usize| {
        let mut stop = text(&format!("SM{person}"), "STOP");
        stop["From"] = number(person).into();
        stop
    };
    twilio_tells(&app, &(0..15).map(stop).collect::<Vec<_>>()).await;
    let mut told = 0;
    for person in 0..15 {
        let answer = app.browser().at("198.51.100.7").request_code(&number(person)).await;
        told += usize::from(answer.json()["error"] == "number_opted_out");
    }
    assert_eq!(told, 10, "the tries of an address in ten minutes");
}

#[tokio::test]
async fn a_stop_ends_no_session_and_forgets_no_browser() {
    let app = app().await;
    let mut owner = signed_in(&app).await;
    twilio_tells(&app, &[text("SM1", "STOP")]).await;
    assert!(owner.is_signed_in().await);
    app.record.flush().await;
    let page = owner.get("/account").await.body;
    assert!(page.contains("A text from your number stopped our texts to it"), "{page}");
    assert!(page.contains("To get codes again, text START to where they came from"), "{page}");
    let kept = owner.get("/account/data.json").await.json();
    assert_eq!(kept["texts_stopped_at"], "2026-01-01T00:00:00Z");
    assert_eq!(owner.submit("/api/sign_out", &[]).await.status.as_u16(), 303);
    app.advance(61);
    assert_eq!(owner.request_code(PHONE).await.json()["error"], "number_opted_out", "known or not");
}

async fn signed_in(app: &App) -> Browser {
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    assert_eq!(browser.verify_code(&app.last_code()).await.status, StatusCode::OK);
    app.record.flush().await;
    browser
}

#[tokio::test]
async fn the_word_stays_when_the_account_goes_and_holds_no_number() {
    let app = app().await;
    let mut owner = signed_in(&app).await;
    twilio_tells(&app, &[text("SM1", "STOP")]).await;
    assert_eq!(owner.fetch("/api/delete_account", &[]).await.status, StatusCode::OK);
    app.advance(8 * 24 * 3600);
    clean(&app).await;
    assert_eq!(count(&app, "SELECT count(*) FROM users").await, 0);
    assert_eq!(asked(&app).await, stopped(1));
    app.record.flush().await;
    clean(&app).await;
    assert_eq!(count(&app, "SELECT count(*) FROM opt_outs").await, 1);
    let holds = "SELECT count(*) FROM opt_outs WHERE instr(phone || provider || message, '9121234567') > 0";
    assert_eq!(count(&app, holds).await, 0);
}

/// A provider that calls again before it was answered, and copies of older calls beside it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_calls_at_once_are_one_word_each() {
    let app = app().await;
    let forms = [text("SM1", "STOP"), text("SM2", "START"), text("SM3", "STOP")];
    let signatures = signed_by_twilio(&format!("{ORIGIN}{TWILIO}"), &forms);
    let all_at_once = async |names: Vec<usize>| {
        let mut calls = JoinSet::new();
        for name in names {
            let (router, form) = (app.router.clone(), encoded(&forms[name]));
            let signature = signatures[name].clone();
            calls.spawn(async move {
                call_router(router, TWILIO, &[("x-twilio-signature", &signature)], form).await
            });
        }
        assert!(calls.join_all().await.iter().all(|answer| *answer == 204));
    };
    for name in 0..3 {
        all_at_once(vec![name; 20]).await;
    }
    assert_eq!(count(&app, "SELECT count(*) FROM opt_outs").await, 3);
    assert_eq!(asked(&app).await, stopped(0));
    all_at_once((0..30).map(|call| call % 3).collect()).await;
    assert_eq!(asked(&app).await, stopped(0));
}

#[tokio::test]
async fn the_operator_sees_the_word_and_takes_it_back_and_an_old_copy_does_not_return() {
    let app = app().await;
    assert!(app.operator(&["opt-in", PHONE]).await.unwrap().contains("had not opted out"));
    twilio_tells(&app, &[text("SM1", "STOP")]).await;
    let said = app.doctor(PHONE).await;
    assert!(said.contains("its owner told us to stop on 2026-01-01T00:00:00Z, by twilio"), "{said}");
    assert!(said.contains("The next code would not be sent") && said.contains("limits opt-in"), "{said}");
    assert!(app.operator(&["opt-in", PHONE]).await.unwrap().contains("gets texts again"));
    twilio_tells(&app, &[text("SM1", "STOP")]).await;
    assert!(!app.doctor(PHONE).await.contains("told us to stop"));
    assert_eq!(asked(&app).await, sent(1));
    twilio_tells(&app, &[text("SM2", "STOP")]).await;
    assert_eq!(asked(&app).await, stopped(1), "a new word holds");
    assert!(
        app.operator(&["opt-in", PHONE]).await.unwrap().contains("gets texts again"),
        "as often as it is asked for"
    );
    assert_eq!(asked(&app).await, sent(2));
}

/// What is not known to be allowed is not sent, and the provider tells it again.
#[tokio::test]
async fn a_word_that_cannot_be_kept_is_told_again() {
    let app = app().await;
    let form = text("SM1", "STOP");
    let signature = &signed_by_twilio(&format!("{ORIGIN}{TWILIO}"), std::slice::from_ref(&form))[0];
    rename(&app, "ALTER TABLE opt_outs RENAME TO elsewhere").await;
    assert_eq!(call(&app, TWILIO, &[("x-twilio-signature", signature)], encoded(&form)).await, 503);
    assert_eq!(asked(&app).await, (503, "unavailable".to_owned(), 0));
    rename(&app, "ALTER TABLE elsewhere RENAME TO opt_outs").await;
    twilio_tells(&app, &[form]).await;
    assert_eq!(asked(&app).await, stopped(0));
}

pub async fn rename(app: &App, sql: &'static str) {
    use sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};

    let options = SqliteConnectOptions::new().filename(app.database_path());
    sqlx::query(sql).execute(&mut options.connect().await.unwrap()).await.unwrap();
}

fn telnyx_text(id: &str, body: &str, received_at: &str) -> String {
    let payload = json!({ "record_type": "message", "direction": "inbound", "id": id, "type": "SMS", "text": body,
        "from": { "phone_number": "+989121234567" }, "to": [{ "phone_number": "+15005550006", "status": "delivered" }],
        "received_at": received_at });
    json!({ "data": { "event_type": "message.received", "payload": payload } }).to_string()
}

/// Telnyx tells when a text came: the one that was written last holds, in whatever order they are told.
#[tokio::test]
async fn telnyxs_texts_are_heard_by_their_times() {
    let app = app().await;
    app.advance(60);
    let tell = async |body: &str| assert_eq!(call_as_telnyx(&app, 60, body, body).await, 204);
    tell(&telnyx_text("1", "Stop all", "2026-01-01T00:00:10.000+00:00")).await;
    let start = telnyx_text("2", "UNSTOP", "2026-01-01T00:00:30.000+00:00");
    assert_eq!(
        call_as_telnyx(&app, 60, &start, &start.replace("00:30", "00:40")).await,
        403,
        "not as signed"
    );
    tell(&start).await;
    tell(&telnyx_text("3", "stop", "2026-01-01T00:00:20.000+00:00")).await;
    assert_eq!(asked(&app).await, sent(1), "the late one was written before");
    let tell = async |body: &str| assert_eq!(call_as_telnyx(&app, 91, body, body).await, 204);
    tell(&telnyx_text("4", "end", "2036-01-01T00:00:00.000+00:00")).await;
    assert_eq!(asked(&app).await, stopped(1));
    tell(&telnyx_text("5", "start", "soon")).await;
    assert_eq!(asked(&app).await, sent(2), "a time that is yet to come, or none, holds nobody up");
}
