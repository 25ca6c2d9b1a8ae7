//! Numbers that get no message: none by default, and with every limit where there are some (REQUIREMENTS C-12).

use axum::http::StatusCode;
use chrono::{DateTime, Days, NaiveDate};
use mobile_auth::domain::{one_time_code::OneTimeCode, phone_number::PhoneNumber, test_number::TestNumbers};

use crate::support::{App, Browser, PHONE, START, Settings};

const NUMBER: &str = "+1 202 555 0123";

const CODE: &str = "284917";

/// Codes that the documentation of other products gives for test numbers and master codes.
const DOCUMENTED: [&str; 8] = ["000000", "111111", "123456", "654321", "123321", "424242", "999999", CODE];

fn last_day() -> NaiveDate {
    DateTime::from_timestamp_millis(START).unwrap().date_naive() + Days::new(30)
}

async fn app() -> App {
    let number = PhoneNumber::parse(NUMBER, None).unwrap();
    let test_numbers = TestNumbers::new(vec![(number, OneTimeCode::parse(CODE).unwrap())], last_day());
    App::start_with(Settings { test_numbers, ..Settings::default() }).await
}

async fn error(browser: &mut Browser, code: &str) -> String {
    browser.verify_code(code).await.json()["error"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn documented_test_codes_open_nothing_by_default() {
    let app = App::start().await;
    let numbers = [NUMBER, "+61 491 570 156", "+46 70 174 06 05", PHONE];
    for (number, codes) in numbers.into_iter().zip(DOCUMENTED.chunks(4).cycle()) {
        let before = app.messages().len();
        let mut browser = app.browser();
        assert_eq!(browser.request_code(number).await.status, StatusCode::OK, "{number}");
        assert_eq!(app.messages().len(), before + 1, "{number} gets its message as any other");
        let sent = app.last_code();
        for code in codes.iter().filter(|code| **code != sent) {
            assert_eq!(error(&mut browser, code).await, "code_incorrect", "{number} {code}");
        }
        assert!(!browser.is_signed_in().await);
    }
}

#[tokio::test]
async fn a_test_number_signs_in_by_its_code_and_gets_no_message() {
    let app = app().await;
    let mut browser = app.browser();
    assert_eq!(browser.request_code(NUMBER).await.status, StatusCode::OK);
    app.advance(31);
    assert_eq!(browser.resend_code().await.status, StatusCode::OK);
    assert_eq!(error(&mut browser, "284918").await, "code_incorrect");
    assert_eq!(browser.verify_code(CODE).await.status, StatusCode::OK);
    assert!(browser.is_signed_in().await);
    assert!(app.messages().is_empty());
    let bytes = app.database_bytes();
    assert!(!bytes.windows(CODE.len()).any(|window| window == CODE.as_bytes()), "the code is kept in clear");
}

#[tokio::test]
async fn its_guesses_are_limited() {
    let app = app().await;
    let mut browser = app.browser();
    browser.request_code(NUMBER).await;
    for wrong in ["284910", "284911", "284912", "284913"] {
        assert_eq!(error(&mut browser, wrong).await, "code_incorrect");
    }
    assert_eq!(error(&mut browser, "284914").await, "guesses_exhausted");
    assert_eq!(error(&mut browser, CODE).await, "guesses_exhausted");
    assert!(!browser.is_signed_in().await);
}

#[tokio::test]
async fn its_code_runs_out_and_its_sends_are_counted() {
    let app = app().await;
    let mut browser = app.browser();
    browser.request_code(NUMBER).await;
    let early = browser.resend_code().await;
    assert_eq!(
        (early.status, early.json()["error"].as_str()),
        (StatusCode::TOO_MANY_REQUESTS, Some("too_many_requests"))
    );
    app.advance(121);
    assert_eq!(error(&mut browser, CODE).await, "code_expired");
    for _ in 0..4 {
        app.advance(301);
        assert_eq!(app.browser().request_code(NUMBER).await.status, StatusCode::OK);
    }
    app.advance(301);
    let sixth = app.browser().request_code(NUMBER).await;
    assert_eq!(sixth.status, StatusCode::TOO_MANY_REQUESTS, "five an hour, as any number");
}

#[tokio::test]
async fn its_code_is_used_once_and_is_of_no_other_number() {
    let app = app().await;
    let mut browser = app.browser();
    browser.request_code(NUMBER).await;
    let mut copy = browser.clone();
    browser.verify_code(CODE).await;
    assert_eq!(error(&mut copy, CODE).await, "challenge_missing");
    let mut other = app.browser();
    other.request_code("+1 202 555 0124").await;
    assert_eq!(app.messages().len(), 1, "the neighbour is a number as any other");
    if app.last_code() != CODE {
        assert_eq!(error(&mut other, CODE).await, "code_incorrect");
    }
}

#[tokio::test]
async fn after_its_last_day_it_is_a_number_like_any_other() {
    let app = app().await;
    let end = (last_day() + Days::new(1)).and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp_millis();
    app.advance_milliseconds(end - START - 1);
    let mut last = app.browser();
    last.request_code(NUMBER).await;
    assert!(app.messages().is_empty());
    assert!(
        last.get("/sign-in/code").await.body.contains("has test numbers until 1 February 2026, 00:00 UTC")
    );
    app.advance_milliseconds(1);
    assert!(!last.get("/sign-in/code").await.body.contains("test numbers"));
    app.advance(31);
    last.resend_code().await;
    assert_eq!(app.messages().len(), 1);
    assert_eq!(last.verify_code(&app.last_code()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_pages_say_so_while_there_are_some_and_only_then() {
    let (with, without) = (app().await, App::start().await);
    for (app, is_said) in [(with, true), (without, false)] {
        let mut browser = app.browser();
        let phone_page = browser.get("/sign-in").await.body;
        browser.request_code(PHONE).await;
        let code_page = browser.get("/sign-in/code").await.body;
        for page in [phone_page, code_page] {
            assert_eq!(page.contains("This site has test numbers until"), is_said, "{page}");
        }
        assert_eq!(app.messages().len(), 1);
    }
}

#[tokio::test]
async fn no_account_comes_to_a_test_number_and_none_leaves_one() {
    let app = app().await;
    let mut reviewer = app.browser();
    reviewer.request_code(NUMBER).await;
    reviewer.verify_code(CODE).await;
    let mut person = app.browser();
    person.request_code(PHONE).await;
    person.verify_code(&app.last_code()).await;
    for (browser, to) in [(&mut reviewer, "+98 912 765 4321"), (&mut person, NUMBER)] {
        let answer = browser.fetch("/api/change_number", &[("phone", to), ("region", "")]).await;
        assert_eq!(answer.json()["error"], "region_not_served", "{to}");
    }
}
