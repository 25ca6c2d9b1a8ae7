//! How long a session lasts, and what it is worth.

use crate::support::{App, Browser, PHONE, count};

const DAY: i64 = 24 * 3600;

async fn signed_in(app: &App) -> Browser {
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    browser.verify_code(&app.last_code()).await;
    browser
}

#[tokio::test]
async fn seven_idle_days_end_a_session_and_activity_on_the_sixth_extends_it() {
    let app = App::start().await;
    let mut browser = signed_in(&app).await;
    app.advance(6 * DAY);
    assert!(browser.is_signed_in().await);
    app.advance(6 * DAY);
    assert!(browser.is_signed_in().await);
    app.advance(7 * DAY + 60);
    assert!(!browser.is_signed_in().await);
}

#[tokio::test]
async fn thirty_days_end_a_session_whatever_the_activity() {
    let app = App::start().await;
    let mut browser = signed_in(&app).await;
    for day in 0..30 {
        assert!(browser.is_signed_in().await, "day {day}");
        app.advance(DAY);
    }
    assert!(!browser.is_signed_in().await);
}

#[tokio::test]
async fn every_sign_in_has_a_new_secret_and_ends_the_one_before() {
    let app = App::start().await;
    let first = signed_in(&app).await;
    app.advance(60);
    let mut second = first.clone();
    second.request_code(PHONE).await;
    second.verify_code(&app.last_code()).await;
    assert_ne!(first.cookies["session"], second.cookies["session"]);
    assert!(second.is_signed_in().await);
    assert!(!first.clone().is_signed_in().await, "the browser's earlier session is over");
}

#[tokio::test]
async fn a_session_survives_a_restart() {
    let app = App::start().await;
    let browser = signed_in(&app).await;
    assert!(browser.moved_to(app.restart().await).is_signed_in().await);
}

#[tokio::test]
async fn secrets_are_43_characters_and_never_twice_the_same() {
    let app = App::start().await;
    let mut seen = std::collections::HashSet::new();
    for person in 0..40 {
        let mut browser = app.browser();
        browser.request_code(&format!("+98 912 {person:03} 0000")).await;
        assert_eq!(browser.cookies["challenge"].len(), 43);
        assert!(seen.insert(browser.cookies["challenge"].clone()));
        browser.verify_code(&app.last_code()).await;
        assert_eq!(browser.cookies["session"].len(), 43);
        assert!(seen.insert(browser.cookies["session"].clone()));
    }
}

#[tokio::test]
async fn a_cookie_set_before_signing_in_never_becomes_a_session() {
    let app = App::start().await;
    let fixed = "A".repeat(43);
    let mut victim = app.browser();
    victim.cookies.insert("session".to_owned(), fixed.clone());
    victim.request_code(PHONE).await;
    victim.verify_code(&app.last_code()).await;
    assert!(victim.is_signed_in().await);
    let mut attacker = app.browser();
    attacker.cookies.insert("session".to_owned(), fixed);
    assert!(!attacker.is_signed_in().await);
}

/// A browser that loses its sessions and stays known is one device, whose number is far from the most.
#[tokio::test]
async fn the_oldest_of_more_than_twenty_sessions_ends_also_where_one_browser_began_them_all() {
    let app = App::start().await;
    let mut browser = signed_in(&app).await;
    let mut first = browser.clone();
    for another in 1..=20 {
        app.advance(6 * 3600);
        browser.cookies.remove("session");
        browser.request_code(PHONE).await;
        browser.verify_code(&app.last_code()).await;
        assert_eq!(first.is_signed_in().await, another < 20, "{another}");
    }
    assert_eq!(count(&app, "SELECT count(*) FROM devices").await, 1);
}
