//! A clock that was ahead, and is right again.

use axum::http::StatusCode;

use super::{
    limits::{app_with, guess_wrongly, number},
    number_change::signed_in,
};
use crate::support::{App, PHONE, count};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

#[tokio::test]
async fn what_was_dated_ahead_counts_for_ever_until_the_operator_says_that_the_clock_is_right() {
    let app = App::start().await;
    app.advance(YEAR);
    app.browser().request_code(PHONE).await;
    app.advance(-YEAR);
    for later in [0, DAY] {
        app.advance(later);
        assert_eq!(app.browser().request_code(PHONE).await.status, StatusCode::TOO_MANY_REQUESTS, "{later}");
    }
    assert!(app.operator(&["show"]).await.unwrap().contains("dated ahead of this machine's clock: 7 rows"));
    let said = app.operator(&["redate"]).await.unwrap();
    assert!(said.ends_with("(2026-01-02 00:00 UTC): 7 rows.\n"), "{said}");
    assert_eq!(app.browser().request_code(PHONE).await.header("retry-after"), "30");
    app.advance(30);
    assert_eq!(app.browser().request_code(PHONE).await.status, StatusCode::OK);
    assert!(!app.operator(&["show"]).await.unwrap().contains("dated ahead"));
    assert_eq!(app.operator(&["redate"]).await.unwrap(), "Nothing is dated ahead of the clock.\n");
    assert_eq!(
        count(&app, "SELECT count(*) FROM events WHERE kind = 'limits_redated' AND number = 7").await,
        1
    );
}

/// What was spent stays spent, for its hour and its day from now on.
#[tokio::test]
async fn no_limit_and_no_budget_is_refilled_by_it() {
    let app = app_with(|policy| policy.budget.site.per_hour = Some(10)).await;
    app.advance(YEAR);
    guess_wrongly(&app, PHONE, 5).await;
    app.advance(HOUR);
    guess_wrongly(&app, PHONE, 5).await;
    app.advance(-YEAR);
    for person in 0..7 {
        assert_eq!(app.browser().request_code(&number(person)).await.status, StatusCode::OK, "{person}");
    }
    app.operator(&["redate"]).await.unwrap();
    let full = app.browser().request_code(&number(20)).await;
    assert_eq!(full.status, StatusCode::SERVICE_UNAVAILABLE, "two of then and seven of now: {}", full.body);
    app.advance(70 * MINUTE);
    assert_eq!(app.browser().request_code(&number(20)).await.status, StatusCode::OK);
    let refused = app.browser().request_code(PHONE).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "ten wrong guesses a day ago at most");
    app.advance(DAY - 70 * MINUTE);
    assert_eq!(app.browser().request_code(PHONE).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_session_of_then_lasts_no_longer_than_one_of_now() {
    let app = App::start().await;
    app.advance(YEAR);
    let mut browser = signed_in(&app, PHONE).await;
    app.advance(-YEAR);
    app.operator(&["redate"]).await.unwrap();
    let refused = browser.fetch("/api/delete_account", &[]).await;
    assert_eq!(refused.json()["error"], "confirmation_needed", "nobody knows how old it is");
    app.advance(7 * DAY - 1);
    assert!(browser.clone().is_signed_in().await);
    app.advance(7 * DAY);
    assert!(!browser.is_signed_in().await);
}

/// A visit in that time is enough: it would keep the session alive.
#[tokio::test]
async fn a_session_that_was_only_seen_then_is_dated_too() {
    let app = App::start().await;
    let mut browser = signed_in(&app, PHONE).await;
    app.advance(6 * DAY);
    assert!(browser.is_signed_in().await);
    app.advance(-6 * DAY);
    assert!(app.operator(&["redate"]).await.unwrap().ends_with(": 1 rows.\n"));
    app.advance(7 * DAY);
    assert!(!browser.is_signed_in().await);
}

/// Clocks of several servers are never quite the same.
#[tokio::test]
async fn what_is_a_few_minutes_ahead_stays_as_it_is() {
    let app = App::start().await;
    app.advance(5 * MINUTE);
    app.browser().request_code(PHONE).await;
    app.advance(-5 * MINUTE);
    assert_eq!(app.operator(&["redate"]).await.unwrap(), "Nothing is dated ahead of the clock.\n");
}
