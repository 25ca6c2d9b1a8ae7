//! Codes on paper: ten, shown once, each good once, under the limits of every guess.

use axum::http::StatusCode;
use tokio::task::JoinSet;

use crate::support::{Answer, App, Browser, PHONE, count};

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 3600;

/// Somebody signed in with ten codes.
pub async fn with_codes(app: &App) -> (Browser, Vec<String>) {
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    assert_eq!(browser.verify_code(&app.last_code()).await.status, StatusCode::OK);
    let codes = make(&mut browser).await;
    (browser, codes)
}

pub async fn make(browser: &mut Browser) -> Vec<String> {
    assert_eq!(browser.submit("/api/make_recovery_codes", &[]).await.location(), "/account/recovery-codes");
    let page = browser.get("/account/recovery-codes").await.body;
    let items = page.split("<li>").skip(1).filter_map(|item| item.split("</li>").next());
    items.filter(|item| item.len() == 19).map(str::to_owned).collect()
}

pub async fn recover(browser: &mut Browser, phone: &str, code: &str) -> Answer {
    browser.fetch("/api/recover", &[("phone", phone), ("region", ""), ("code", code)]).await
}

#[tokio::test]
async fn whoever_lost_the_phone_signs_in_with_each_code_once() {
    let app = App::start().await;
    let (mut owner, codes) = with_codes(&app).await;
    assert_eq!(codes.len(), 10);
    app.advance(DAY);
    let mut elsewhere = app.browser();
    let typed = codes[3].to_lowercase().replace('-', " ");
    let answer =
        elsewhere.submit("/api/recover", &[("phone", PHONE), ("region", ""), ("code", &typed)]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/account"));
    let page = elsewhere.get("/account").await.body;
    assert!(page.contains("used up") && page.contains("You have 9 left."), "{page}");
    assert!(owner.is_signed_in().await, "other sessions stay");
    let again = recover(&mut app.browser(), PHONE, &codes[3]).await;
    assert_eq!(again.json()["error"], "recovery_code_incorrect");
    assert_eq!(recover(&mut app.browser(), PHONE, &codes[4]).await.status, StatusCode::OK);
    assert_eq!(app.messages().len(), 1, "no message is needed");
}

#[tokio::test]
async fn a_form_that_fails_comes_back_with_the_reason_and_the_number() {
    let app = App::start().await;
    let mut browser = app.browser();
    for (code, sentence) in
        [("0000-0000-0000-0000", "do not fit together"), ("12", "has 16 letters and digits")]
    {
        let fields = [("phone", PHONE), ("region", "IR"), ("code", code)];
        assert_eq!(browser.submit("/api/recover", &fields).await.location(), "/recover");
        let page = browser.get("/recover").await.body;
        assert!(page.contains(sentence) && page.contains(PHONE) && page.contains("Error: "), "{page}");
    }
    let (mut owner, _) = with_codes(&app).await;
    app.advance(11 * MINUTE);
    assert_eq!(owner.submit("/api/make_recovery_codes", &[]).await.location(), "/account");
}

#[tokio::test]
async fn the_codes_are_shown_once_and_kept_as_digests() {
    let app = App::start().await;
    let (mut owner, codes) = with_codes(&app).await;
    assert_eq!(owner.get("/account/recovery-codes").await.location(), "/account", "a reload shows none");
    let bytes = app.database_bytes();
    for code in &codes {
        for form in [code.clone(), code.replace('-', "")] {
            assert!(
                !bytes.windows(form.len()).any(|window| window == form.as_bytes()),
                "{form} is in the database"
            );
        }
    }
}

#[tokio::test]
async fn new_codes_end_the_old_ones_and_want_a_fresh_code() {
    let app = App::start().await;
    let (mut owner, old) = with_codes(&app).await;
    app.advance(11 * MINUTE);
    assert_eq!(owner.fetch("/api/make_recovery_codes", &[]).await.json()["error"], "confirmation_needed");
    owner.submit("/api/confirm", &[]).await;
    owner.submit("/api/verify_code", &[("code", &app.last_code())]).await;
    let new = make(&mut owner).await;
    assert!(new.iter().all(|code| !old.contains(code)));
    assert_eq!(recover(&mut app.browser(), PHONE, &old[0]).await.json()["error"], "recovery_code_incorrect");
    assert_eq!(recover(&mut app.browser(), PHONE, &new[0]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn guesses_at_recovery_codes_are_limited_by_address_and_shut_nobody_else_out() {
    let app = App::start().await;
    let (_, codes) = with_codes(&app).await;
    let mut stranger = app.browser();
    for _ in 0..30 {
        let answer = recover(&mut stranger, PHONE, "0000-0000-0000-0000").await;
        assert_eq!(answer.json()["error"], "recovery_code_incorrect");
    }
    for code in ["0000-0000-0000-0000", &codes[0]] {
        assert_eq!(recover(&mut stranger, PHONE, code).await.status, StatusCode::TOO_MANY_REQUESTS);
    }
    let malformed = recover(&mut stranger, PHONE, "123").await;
    assert_eq!(malformed.json()["error"], "recovery_code_malformed", "what is no code costs no guess");
    assert_eq!(
        recover(&mut app.browser(), PHONE, &codes[0]).await.status,
        StatusCode::OK,
        "the owner, elsewhere"
    );
    app.advance(DAY);
    let mut unknown = app.browser();
    assert_eq!(unknown.request_code(PHONE).await.status, StatusCode::OK, "codes by SMS are not concerned");
    assert_eq!(unknown.verify_code(&app.last_code()).await.status, StatusCode::OK);
    assert_eq!(count(&app, "SELECT count(*) FROM failures").await, 0);
}

#[tokio::test]
async fn a_number_without_an_account_gets_the_same_answers() {
    let app = App::start().await;
    let (_, codes) = with_codes(&app).await;
    let stranger = "+98 912 765 4321";
    let mut story = [Vec::new(), Vec::new()];
    for (phone, answers) in [PHONE, stranger].iter().zip(&mut story) {
        for _ in 0..11 {
            let answer = recover(&mut app.browser(), phone, "0000-0000-0000-0000").await;
            answers.push(format!("{} {}", answer.status, answer.body));
        }
    }
    assert_eq!(story[0], story[1]);
    app.advance(DAY);
    let answer = recover(&mut app.browser(), stranger, &codes[0]).await;
    assert_eq!(answer.json()["error"], "recovery_code_incorrect", "a code fits its own number alone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_at_once_with_one_code_one_signs_in() {
    let app = App::start().await;
    let (_, codes) = with_codes(&app).await;
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let (mut browser, code) = (app.browser(), codes[0].clone());
        tasks.spawn(async move { recover(&mut browser, PHONE, &code).await.status });
    }
    let statuses = tasks.join_all().await;
    assert_eq!(statuses.iter().filter(|&&status| status == StatusCode::OK).count(), 1);
    assert_eq!(count(&app, "SELECT count(*) FROM sessions").await, 2);
}
