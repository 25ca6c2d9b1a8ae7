//! The lane of a browser that signed in before, through the whole application.

use axum::http::StatusCode;

use super::limits::app_with;
use crate::support::{App, Browser, PHONE};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

async fn signed_in(app: &App, phone: &str) -> Browser {
    let mut browser = app.browser();
    browser.request_code(phone).await;
    assert_eq!(browser.verify_code(&app.last_code()).await.status, StatusCode::OK);
    browser
}

/// Uses up every budget of a number: the ten wrong guesses, and whatever codes are left.
async fn storm(app: &App, phone: &str) {
    for _ in 0..12 {
        let mut stranger = app.browser();
        if stranger.request_code(phone).await.status == StatusCode::OK {
            for _ in 0..5 {
                stranger.verify_code(&app.wrong_code()).await;
            }
        }
        app.advance(600);
    }
    assert_ne!(app.browser().request_code(phone).await.status, StatusCode::OK);
}

#[tokio::test]
async fn after_a_storm_the_owners_browser_still_gets_a_code_and_signs_in() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    app.advance(DAY);
    owner.submit("/api/sign_out", &[]).await;
    assert!(owner.cookies.contains_key("device"), "signing out does not forget the device");
    storm(&app, PHONE).await;
    assert_eq!(owner.request_code(PHONE).await.status, StatusCode::OK);
    assert_eq!(owner.verify_code(&app.wrong_code()).await.json()["guesses_left"], 4);
    assert_eq!(owner.verify_code(&app.last_code()).await.status, StatusCode::OK);
    assert!(owner.is_signed_in().await);
    assert_eq!(
        app.browser().request_code(PHONE).await.status,
        StatusCode::TOO_MANY_REQUESTS,
        "strangers gain nothing"
    );
}

#[tokio::test]
async fn a_number_that_strangers_switched_off_is_opened_by_its_owners_browser() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    for _ in 0..10 {
        app.advance(DAY);
        storm(&app, PHONE).await;
    }
    app.advance(DAY);
    assert_eq!(app.browser().request_code(PHONE).await.json()["error"], "phone_disabled");
    assert_eq!(owner.request_code(PHONE).await.status, StatusCode::OK);
    assert_eq!(owner.verify_code(&app.last_code()).await.status, StatusCode::OK);
    app.advance(DAY);
    assert_eq!(app.browser().request_code(PHONE).await.status, StatusCode::OK, "a right code ends the row");
}

#[tokio::test]
async fn a_device_that_is_forged_swapped_or_worn_out_gives_no_lane() {
    let app = App::start().await;
    let other = "+98 912 765 4321";
    let mut owner = signed_in(&app, PHONE).await;
    let worn_out = owner.cookies["device"].clone();
    app.advance(HOUR);
    owner.request_code(PHONE).await;
    owner.verify_code(&app.last_code()).await;
    let foreign = signed_in(&app, other).await.cookies["device"].clone();
    app.advance(DAY);
    storm(&app, PHONE).await;
    let forged = "A".repeat(43);
    for device in [worn_out.as_str(), &foreign, &forged, "", "x", &owner.cookies["session"]] {
        let mut stranger = app.browser();
        stranger.cookies.insert("device".to_owned(), device.to_owned());
        assert_eq!(stranger.request_code(PHONE).await.status, StatusCode::TOO_MANY_REQUESTS, "{device:?}");
    }
    assert_eq!(owner.request_code(PHONE).await.status, StatusCode::OK, "the true one does");
}

#[tokio::test]
async fn a_known_device_has_ten_wrong_guesses_a_day_of_its_own() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    app.advance(DAY);
    let mut judged = 0;
    for _ in 0..4 {
        if owner.request_code(PHONE).await.status == StatusCode::OK {
            for _ in 0..5 {
                judged += usize::from(
                    owner.verify_code(&app.wrong_code()).await.status == StatusCode::UNPROCESSABLE_ENTITY,
                );
            }
        }
        app.advance(HOUR);
    }
    assert_eq!(judged, 10);
    assert_eq!(owner.request_code(PHONE).await.status, StatusCode::TOO_MANY_REQUESTS);
    let stranger = app.browser().request_code(PHONE).await;
    assert_eq!(stranger.status, StatusCode::OK, "and those of strangers are untouched");
}

/// Whoever signs in without showing that the browser is known gets a new secret, and no new budget.
#[tokio::test]
async fn a_new_device_of_the_same_number_refills_nothing() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    app.advance(DAY);
    let mut sent = 0;
    for _ in 0..20 {
        if owner.request_code(PHONE).await.status == StatusCode::OK {
            sent += 1;
            owner.cookies.remove("device");
            owner.verify_code(&app.last_code()).await;
        }
        app.advance(301);
    }
    assert!(sent <= 3 + 5 + 5, "{sent} codes in {} minutes", 20 * 5);
}

#[tokio::test]
async fn the_page_tells_a_known_device_its_own_wait() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    app.advance(DAY);
    owner.submit("/api/sign_out", &[]).await;
    storm(&app, PHONE).await;
    owner.request_code(PHONE).await;
    let page = owner.get("/sign-in/code").await;
    assert!(page.body.contains("wait_for=30"), "{}", page.body);
}

#[tokio::test]
async fn the_operator_opens_a_number_for_its_known_browsers_too() {
    let app = app_with(|policy| policy.guesses.consecutive_failures = 10).await;
    let mut owner = signed_in(&app, PHONE).await;
    for _ in 0..2 {
        app.advance(DAY);
        owner.request_code(PHONE).await;
        for _ in 0..5 {
            owner.verify_code(&app.wrong_code()).await;
        }
    }
    app.advance(DAY);
    assert_eq!(owner.request_code(PHONE).await.json()["error"], "phone_disabled");
    app.operator(&["reopen", "+98 912 123 4567"]).await.unwrap();
    assert_eq!(owner.request_code(PHONE).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_doctor_tells_the_codes_of_known_browsers_apart_and_whether_they_would_get_the_next() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    owner.submit("/api/sign_out", &[]).await;
    app.advance(60);
    assert_eq!(owner.request_code(PHONE).await.status, StatusCode::OK);
    app.advance(60);
    let said = app.doctor(PHONE).await;
    assert!(said.contains("codes to it: 1 of 5 in the last hour"), "{said}");
    assert!(said.contains("signed in with it before: 1 of 3 in the last hour"), "{said}");
    assert!(said.contains("The next code would be sent.") && !said.contains("all the same"), "{said}");
    storm(&app, PHONE).await;
    let said = app.doctor(PHONE).await;
    assert!(said.contains("wrong codes for it: 10 of 10 in the last 24 hours, until 2026-01-02T"), "{said}");
    assert!(
        said.contains("not be sent: too many wrong codes were typed for it (the limit phone_guesses"),
        "{said}"
    );
    assert!(said.contains("before would get it all the same"), "{said}");
    app.operator(&["set", "stage", "stopped"]).await.unwrap();
    app.advance(2 * DAY);
    let said = app.doctor(PHONE).await;
    assert!(said.contains("not be sent: you closed the site, or its country"), "{said}");
    assert!(!said.contains("all the same"), "{said}");
}
