//! Another number for an account: a code of each, and what ends with the change.

use axum::http::StatusCode;
use tokio::task::JoinSet;

use crate::support::{Answer, App, Browser, PHONE, count};

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 3600;
const NEW: &str = "+98 912 765 4321";
const THIRD: &str = "+98 912 111 2233";

pub async fn signed_in(app: &App, phone: &str) -> Browser {
    let mut browser = app.browser();
    browser.request_code(phone).await;
    assert_eq!(browser.verify_code(&app.last_code()).await.status, StatusCode::OK);
    browser
}

/// Asks for the number and gives the code that is sent there.
pub async fn ask(app: &App, browser: &mut Browser, phone: &str) -> String {
    let answer = browser.submit("/api/change_number", &[("phone", phone), ("region", "")]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in/code"));
    app.last_code()
}

pub async fn change(app: &App, browser: &mut Browser, phone: &str) -> Answer {
    let code = ask(app, browser, phone).await;
    browser.submit("/api/verify_code", &[("code", &code)]).await
}

#[tokio::test]
async fn a_change_needs_a_code_of_the_last_ten_minutes_and_one_of_the_new_number() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    app.advance(11 * MINUTE);
    let fields = [("phone", NEW), ("region", "")];
    let refused = owner.fetch("/api/change_number", &fields).await;
    assert_eq!(
        (refused.status, refused.json()["error"].as_str()),
        (StatusCode::FORBIDDEN, Some("confirmation_needed"))
    );
    assert_eq!(owner.submit("/api/change_number", &fields).await.location(), "/account");
    assert!(owner.get("/account/number").await.body.contains("/api/confirm"));
    assert_eq!(app.messages().len(), 1, "nothing is sent to the new number");

    owner.submit("/api/confirm", &[]).await;
    owner.submit("/api/verify_code", &[("code", &app.last_code())]).await;
    app.advance(9 * MINUTE);
    let code = ask(&app, &mut owner, NEW).await;
    let wrong = owner.fetch("/api/verify_code", &[("code", &app.wrong_code())]).await;
    assert_eq!(wrong.json()["error"], "code_incorrect");
    assert_eq!(count(&app, "SELECT count(*) FROM users WHERE phone = '+989121234567'").await, 1);
    let answer = owner.submit("/api/verify_code", &[("code", &code)]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/account"));
    let page = owner.get("/account").await.body;
    assert!(page.contains("Your number is changed.") && page.contains("•••21"), "{page}");
    assert_eq!(owner.get("/account/data.json").await.json()["number"], "+989127654321");
}

#[tokio::test]
async fn a_change_ends_other_sessions_and_forgets_devices_and_keeps_the_account() {
    let app = App::start().await;
    let mut other = signed_in(&app, PHONE).await;
    app.advance(MINUTE);
    let mut waiting = app.browser();
    waiting.request_code(PHONE).await;
    let code_of_old = app.last_code();
    app.advance(2 * MINUTE - 1);
    let mut owner = signed_in(&app, PHONE).await;
    let before = owner.cookies["session"].clone();
    change(&app, &mut owner, NEW).await;
    assert!(owner.is_signed_in().await && !other.is_signed_in().await);
    assert_ne!(owner.cookies["session"], before, "a new session");
    let mut old_cookie = owner.clone();
    old_cookie.cookies.insert("session".to_owned(), before);
    assert!(!old_cookie.is_signed_in().await);
    assert_eq!(
        count(&app, "SELECT count(*) FROM devices").await,
        1,
        "this browser, which proved the new number"
    );
    let late = waiting.verify_code(&code_of_old).await;
    assert_eq!(late.json()["error"], "challenge_missing", "a code of the old number opens nothing");

    app.advance(DAY);
    let mut again = signed_in(&app, NEW).await;
    assert_eq!(count(&app, "SELECT count(*) FROM users").await, 1);
    assert_eq!(
        count(&app, "SELECT count(*) FROM sessions WHERE user_id = 1").await,
        2,
        "the account is the same"
    );
    assert!(again.is_signed_in().await);
}

#[tokio::test]
async fn the_account_can_go_back_to_its_number_by_itself() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    change(&app, &mut owner, NEW).await;
    app.advance(MINUTE);
    assert_eq!(change(&app, &mut owner, PHONE).await.location(), "/account");
    assert_eq!(owner.get("/account/data.json").await.json()["number"], "+989121234567");
    assert_eq!(count(&app, "SELECT count(*) FROM former_numbers WHERE phone = '+989127654321'").await, 1);
    assert_eq!(count(&app, "SELECT count(*) FROM former_numbers").await, 1);
}

#[tokio::test]
async fn whether_a_number_has_an_account_is_told_only_to_whoever_has_the_number() {
    let app = App::start().await;
    let mut other = signed_in(&app, NEW).await;
    app.advance(MINUTE);
    let mut owner = signed_in(&app, PHONE).await;
    let mut answers = Vec::new();
    for phone in [NEW, THIRD] {
        let answer = owner.fetch("/api/change_number", &[("phone", phone), ("region", "")]).await;
        let page = owner.get("/sign-in/code").await.body.len();
        answers.push((answer.status, answer.body, page / 32));
        let wrong = owner.verify_code(&app.wrong_code()).await;
        assert_eq!(wrong.json()["error"], "code_incorrect");
        app.advance(MINUTE);
    }
    assert_eq!(answers[0], answers[1]);
    let answer = change(&app, &mut owner, NEW).await;
    assert_eq!(answer.location(), "/account/number");
    assert!(owner.get("/account/number").await.body.contains("cannot become yours"));
    assert!(other.is_signed_in().await && owner.is_signed_in().await);
    assert_eq!(owner.get("/account/data.json").await.json()["number"], "+989121234567");
    assert_eq!(other.get("/account/data.json").await.json()["number"], "+989127654321");
    let own = owner.fetch("/api/change_number", &[("phone", PHONE), ("region", "")]).await;
    assert_eq!(own.json()["error"], "phone_unchanged");
}

#[tokio::test]
async fn a_change_stops_when_the_owner_ends_the_session_meanwhile() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    app.advance(MINUTE);
    let mut thief = signed_in(&app, PHONE).await;
    let code = ask(&app, &mut thief, NEW).await;
    owner.submit("/api/end_other_sessions", &[]).await;
    let answer = thief.submit("/api/verify_code", &[("code", &code)]).await;
    assert_eq!(answer.location(), "/sign-in");
    assert_eq!(owner.get("/account/data.json").await.json()["number"], "+989121234567");
    let mut elsewhere = signed_in(&app, THIRD).await;
    app.advance(MINUTE);
    let code = ask(&app, &mut owner, NEW).await;
    elsewhere.cookies.insert("challenge".to_owned(), owner.cookies["challenge"].clone());
    let answer = elsewhere.verify_code(&code).await;
    assert_eq!(answer.json()["error"], "session_missing", "a session of another account does not do");
}

#[tokio::test]
async fn a_code_for_another_number_signs_nobody_in_with_it() {
    let app = App::start().await;
    let mut other = signed_in(&app, NEW).await;
    app.advance(MINUTE);
    let mut owner = signed_in(&app, PHONE).await;
    let code = ask(&app, &mut owner, NEW).await;
    owner.cookies.remove("session");
    let answer = owner.verify_code(&code).await;
    assert_eq!(answer.json()["error"], "session_missing");
    assert!(!owner.is_signed_in().await && other.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_accounts_that_want_one_number_at_once_one_gets_it() {
    let app = App::start().await;
    let [mut first, mut second] = [signed_in(&app, PHONE).await, signed_in(&app, THIRD).await];
    let mut asked = Vec::new();
    for browser in [&mut first, &mut second] {
        asked.push(ask(&app, browser, NEW).await);
        app.advance(31);
    }
    let mut tasks = JoinSet::new();
    for (mut browser, code) in [first, second].into_iter().zip(asked) {
        tasks.spawn(async move { browser.verify_code(&code).await.body });
    }
    let bodies = tasks.join_all().await;
    assert_eq!(bodies.iter().filter(|body| *body == "null").count(), 1, "{bodies:?}");
    assert_eq!(
        count(&app, "SELECT count(*) FROM users WHERE phone = '+989127654321' AND is_active = 1").await,
        1
    );
    assert_eq!(count(&app, "SELECT count(*) FROM users").await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_at_once_with_one_code_one_changes_the_number() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    let code = ask(&app, &mut owner, NEW).await;
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let (mut browser, code) = (owner.clone(), code.clone());
        tasks.spawn(async move { browser.verify_code(&code).await.status });
    }
    let statuses = tasks.join_all().await;
    assert_eq!(statuses.iter().filter(|&&status| status == StatusCode::OK).count(), 1);
    assert_eq!(count(&app, "SELECT count(*) FROM sessions").await, 1);
    let told = app.messages().iter().filter(|message| message.text.contains("Undo")).count();
    assert_eq!(told, 1);
}

#[tokio::test]
async fn a_used_up_attempt_leads_to_the_act_it_was_for() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    app.advance(MINUTE);
    for (act, fields) in [("change_number", vec![("phone", NEW), ("region", "")]), ("confirm", vec![])] {
        owner.submit(&format!("/api/{act}"), &fields).await;
        for _ in 0..5 {
            owner.verify_code(&app.wrong_code()).await;
        }
        let page = owner.get("/sign-in/code").await.body;
        assert!(page.contains(&format!("action=\"/api/{act}\"")), "{act}: {page}");
    }
}
