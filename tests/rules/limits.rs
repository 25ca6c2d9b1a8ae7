//! What a stranger cannot do to a number or from a network.

use axum::http::StatusCode;
use mobile_auth::domain::{budget::Budget, policy::SignInPolicy};

use super::deletion::clean;
use crate::support::{Answer, App, PHONE, Settings};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

pub async fn app_with(change: impl FnOnce(&mut SignInPolicy)) -> App {
    let mut policy = SignInPolicy::default();
    change(&mut policy);
    App::start_with(Settings { policy, ..Settings::default() }).await
}

/// A browser of its own, elsewhere, that asks for a code and guesses wrongly as often as it may.
pub async fn guess_wrongly(app: &App, phone: &str, times: usize) -> Vec<Answer> {
    let mut stranger = app.browser();
    assert_eq!(stranger.request_code(phone).await.status, StatusCode::OK);
    let wrong = app.wrong_code();
    let mut answers = Vec::new();
    for _ in 0..times {
        answers.push(stranger.verify_code(&wrong).await);
    }
    answers
}

pub fn number(person: u32) -> String {
    // Each in a block and a prefix of its own.
    format!("+98912{person:03}0000")
}

#[tokio::test]
async fn ten_wrong_guesses_at_a_number_in_a_day_whatever_browser_address_and_spelling() {
    let app = App::start().await;
    for spelling in [PHONE, "00989121234567"] {
        let answers = guess_wrongly(&app, spelling, 5).await;
        assert!(answers.iter().all(|answer| answer.status == StatusCode::UNPROCESSABLE_ENTITY));
        app.advance(HOUR);
    }
    let mut stranger = app.browser();
    let refused = stranger.request_code(PHONE).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "no code is sent that nobody may guess at");
    let wait: i64 = refused.header("retry-after").parse().unwrap();
    assert_eq!(refused.json()["retry_after_seconds"], wait);
    assert_eq!(wait, DAY - 2 * HOUR);
    app.advance(wait);
    assert_eq!(stranger.request_code(PHONE).await.status, StatusCode::OK, "open again, as told");
}

#[tokio::test]
async fn over_the_limit_a_right_guess_is_answered_like_a_wrong_one() {
    let app = App::start().await;
    let mut late = app.browser();
    guess_wrongly(&app, PHONE, 5).await;
    app.advance(30);
    late.request_code(PHONE).await;
    let right = app.last_code();
    app.advance(60);
    guess_wrongly(&app, PHONE, 5).await;
    let answers = [late.verify_code(&right).await, late.verify_code(&app.wrong_code()).await];
    for answer in &answers {
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(answers[0].everything(), answers[1].everything());
    assert!(!late.is_signed_in().await);
}

#[tokio::test]
async fn the_owners_success_does_not_refill_the_strangers_budget() {
    let app = App::start().await;
    guess_wrongly(&app, PHONE, 5).await;
    app.advance(60);
    guess_wrongly(&app, PHONE, 4).await;
    app.advance(120);
    let mut owner = app.browser();
    owner.request_code(PHONE).await;
    assert_eq!(owner.verify_code(&app.last_code()).await.status, StatusCode::OK);
    app.advance(300);
    let answers = guess_wrongly(&app, PHONE, 2).await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses, [422, 429]);
}

#[tokio::test]
async fn a_restart_refills_no_limit() {
    let app = App::start().await;
    guess_wrongly(&app, PHONE, 5).await;
    app.advance(60);
    guess_wrongly(&app, PHONE, 5).await;
    let mut browser = app.browser().moved_to(app.restart().await);
    app.advance(120);
    assert_eq!(browser.request_code(PHONE).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_hundred_wrong_guesses_in_a_row_switch_a_number_off_until_the_operator_switches_it_on() {
    let app = App::start().await;
    for _ in 0..10 {
        guess_wrongly(&app, PHONE, 5).await;
        app.advance(60);
        guess_wrongly(&app, PHONE, 5).await;
        app.advance(DAY + HOUR);
        // What is old goes; that they were so many in a row stays.
        clean(&app).await;
    }
    let mut owner = app.browser();
    for later in [0, 30 * DAY, 365 * DAY] {
        app.advance(later);
        let refused = owner.request_code(PHONE).await;
        assert_eq!(refused.json(), serde_json::json!({ "error": "phone_disabled" }), "{later} s later");
    }
    app.operator(&["reopen", "+98 912 123 4567"]).await.unwrap();
    assert_eq!(owner.request_code(PHONE).await.status, StatusCode::OK);
    assert_eq!(owner.verify_code(&app.last_code()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_right_code_ends_the_wrong_ones_in_a_row() {
    let app = app_with(|policy| policy.guesses.consecutive_failures = 10).await;
    guess_wrongly(&app, PHONE, 5).await;
    app.advance(60);
    guess_wrongly(&app, PHONE, 4).await;
    app.advance(120);
    let mut owner = app.browser();
    owner.request_code(PHONE).await;
    assert_eq!(owner.verify_code(&app.last_code()).await.status, StatusCode::OK);
    app.advance(DAY);
    guess_wrongly(&app, PHONE, 5).await;
    app.advance(60);
    assert_eq!(app.browser().request_code(PHONE).await.status, StatusCode::OK, "five in a row, not fourteen");
}

/// Asks for codes to so many numbers, each from one of the addresses in turn; says how many were sent.
pub async fn codes_from(app: &App, addresses: &[String], numbers: u32) -> usize {
    let mut sent = 0;
    for (person, address) in (0..numbers).zip(addresses.iter().cycle()) {
        let answer = app.browser().at(address).request_code(&number(person)).await;
        sent += usize::from(answer.status == StatusCode::OK);
    }
    sent
}

#[tokio::test]
async fn one_address_gets_ten_codes_in_ten_minutes_however_it_is_written() {
    let app = App::start().await;
    let addresses: Vec<String> = (0..200).map(|host| format!("2001:db8:7:9::{host:x}")).collect();
    assert_eq!(codes_from(&app, &addresses, 40).await, 10);
    assert_eq!(codes_from(&app, &["2001:db8:7:a::1".to_owned()], 1).await, 0, "a number waits for itself");
    let neighbour = app.browser().at("2001:db8:7:a::1").request_code(&number(500)).await;
    assert_eq!(neighbour.status, StatusCode::OK, "the next /64 has a budget of its own");
    app.advance(601);
    let again = app.browser().at("2001:DB8:7:9::ffff").request_code(&number(501)).await;
    assert_eq!(again.status, StatusCode::OK);
}

#[tokio::test]
async fn a_network_gets_a_hundred_codes_an_hour_from_all_its_addresses() {
    let app = app_with(|policy| policy.budget.site = Budget::default()).await;
    let addresses: Vec<String> = (1..255).map(|host| format!("203.0.113.{host}")).collect();
    assert_eq!(codes_from(&app, &addresses, 120).await, 100);
    let elsewhere = app.browser().request_code(&number(500)).await;
    assert_eq!(elsewhere.status, StatusCode::OK);
}

#[tokio::test]
async fn thirty_wrong_guesses_an_hour_from_one_address_at_whatever_numbers() {
    let app = app_with(|policy| policy.sends.per_address = vec![]).await;
    let mut judged = 0;
    for person in 0..8 {
        let mut browser = app.browser().at("198.51.100.7");
        if browser.request_code(&number(person)).await.status != StatusCode::OK {
            break;
        }
        for _ in 0..5 {
            judged += usize::from(
                browser.verify_code(&app.wrong_code()).await.status == StatusCode::UNPROCESSABLE_ENTITY,
            );
        }
    }
    assert_eq!(judged, 30);
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_a_budget_and_a_stranger_cannot_choose_one() {
    let proxies = vec!["192.0.2.0/24".parse().unwrap()];
    let app = App::start_with(Settings { trusted_proxies: proxies, ..Settings::default() }).await;
    let ask = async |peer: &str, forwarded: String, person: u32| {
        let mut browser = app.browser().at(peer);
        browser.forwarded_for = Some(forwarded);
        browser.request_code(&number(person)).await.status
    };
    for person in 0..10 {
        assert_eq!(ask("192.0.2.1", "198.51.100.1".to_owned(), person).await, StatusCode::OK);
    }
    assert_eq!(ask("192.0.2.1", "198.51.100.1".to_owned(), 10).await, StatusCode::TOO_MANY_REQUESTS);
    let forged = "6.6.6.6, 198.51.100.1".to_owned();
    assert_eq!(
        ask("192.0.2.2", forged, 11).await,
        StatusCode::TOO_MANY_REQUESTS,
        "the right-most hop counts"
    );
    assert_eq!(ask("192.0.2.1", "198.51.100.2".to_owned(), 12).await, StatusCode::OK, "another client");
    let mut sent = 0;
    for person in 20..40 {
        sent += usize::from(ask("203.0.113.9", format!("10.0.{person}.1"), person).await == StatusCode::OK);
    }
    assert_eq!(sent, 10, "whoever is no proxy is believed nothing");
}
