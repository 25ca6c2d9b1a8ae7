//! The two minutes, through the whole application.

use axum::http::StatusCode;

use crate::support::{App, PHONE};

/// What the right code is answered with, this long after it was sent.
async fn verify_after(milliseconds: i64) -> (StatusCode, String) {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    app.advance_milliseconds(milliseconds);
    let answer = browser.verify_code(&app.last_code()).await;
    let error = answer.json()["error"].as_str().unwrap_or_default().to_owned();
    (answer.status, error)
}

#[tokio::test]
async fn a_code_works_until_it_is_120_seconds_old() {
    for milliseconds in [0, 60_000, 119_000, 120_000] {
        assert_eq!(verify_after(milliseconds).await.0, StatusCode::OK, "after {milliseconds} ms");
    }
    for milliseconds in [120_001, 121_000, 180_000, 599_999] {
        assert_eq!(verify_after(milliseconds).await.1, "code_expired", "after {milliseconds} ms");
    }
}

#[tokio::test]
async fn a_dead_code_stays_dead_a_day_a_week_and_a_year_later() {
    const DAY: i64 = 24 * 3600 * 1000;
    for milliseconds in [600_000, DAY + 1_000, DAY + 119_000, DAY + 3_600_000, 7 * DAY, 365 * DAY] {
        assert_eq!(verify_after(milliseconds).await.1, "challenge_missing", "after {milliseconds} ms");
    }
}

#[tokio::test]
async fn a_clock_set_back_does_not_revive_a_code_nor_break_anything() {
    for milliseconds in [-1, -3_600_000, -86_400_000, -1_767_225_600_000] {
        assert_eq!(verify_after(milliseconds).await.1, "challenge_missing", "after {milliseconds} ms");
    }
    let app = App::start().await;
    app.browser().request_code(PHONE).await;
    app.advance(-3600);
    let answer = app.browser().request_code(PHONE).await;
    assert_eq!(answer.json()["retry_after_seconds"], 30, "the wait is no longer than the rule says");
}

#[tokio::test]
async fn far_futures_do_not_break_anything() {
    for milliseconds in [4_000_000_000_000 - crate::support::START, 2_177_452_800_000, 4_102_444_800_000] {
        assert_eq!(verify_after(milliseconds).await.1, "challenge_missing");
    }
}
