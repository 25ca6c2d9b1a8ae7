//! What strangers cannot spend: limits by neighbourhood, destination, country and site, and the operator's word over them.

use axum::http::StatusCode;
use mobile_auth::domain::{
    budget::Budget,
    limit::{Limit, RecordOnly},
    region_code::RegionCode,
    throttle::Quota,
};
use serde_json::json;

use super::limits::{app_with, codes_from, guess_wrongly, number};
use crate::support::{App, PHONE, events, logged};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

#[tokio::test]
async fn a_block_of_neighbouring_numbers_gets_twenty_codes_an_hour() {
    let app = App::start().await;
    let mut sent = 0;
    for person in 0..100 {
        let answer = app.browser().request_code(&format!("+98912123{person:04}")).await;
        sent += usize::from(answer.status == StatusCode::OK);
    }
    assert_eq!(sent, 20);
    assert_eq!(app.browser().request_code("+989121239999").await.status, StatusCode::OK, "the next block");
}

#[tokio::test]
async fn a_destination_whose_codes_nobody_uses_is_paused_and_another_is_not() {
    let app =
        app_with(|policy| policy.sends.per_block = vec![Quota::new(1_000, chrono::TimeDelta::hours(1))])
            .await;
    for person in 0..50 {
        let answer = app.browser().request_code(&format!("+98912123{person:04}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{person}");
    }
    assert_eq!(
        app.browser().request_code("+989121230050").await.status,
        StatusCode::OK,
        "too early to judge"
    );
    app.advance(601);
    let paused = app.browser().request_code("+989121230051").await;
    assert_eq!(
        (paused.status, &paused.json()["error"]),
        (StatusCode::SERVICE_UNAVAILABLE, &"sending_paused".into())
    );
    assert!(paused.header("retry-after").parse::<i64>().unwrap() > 22 * HOUR);
    assert_eq!(app.browser().request_code("+989121240000").await.status, StatusCode::OK);
    app.operator(&["resume", "+989121230000"]).await.unwrap();
    assert_eq!(app.browser().request_code("+989121230052").await.status, StatusCode::OK);
}

/// What an operator's alarm looks for (REQUIREMENTS S-08): which limit it was, and until when.
#[test]
fn a_paused_destination_is_told_in_the_log() {
    let ((), log) = logged(async || {
        let app = app_with(|policy| policy.sends.per_block = vec![]).await;
        for person in 0..50 {
            app.browser().request_code(&format!("+98912123{person:04}")).await;
        }
        app.advance(601);
        let paused = app.browser().request_code("+989121230051").await;
        assert_eq!(paused.json()["error"], "sending_paused");
        assert_eq!(app.browser().request_code("+989121240000").await.status, StatusCode::OK);
    });
    let told = events(&log, "limit_hit");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["detail"], "conversion");
    assert!(told[0]["number"].as_i64().unwrap() > 22 * HOUR, "the seconds of the pause: {told:?}");
}

#[tokio::test]
async fn a_destination_whose_codes_are_used_is_never_paused() {
    let app = app_with(|policy| policy.sends.per_block = vec![]).await;
    for person in 0..60 {
        let mut browser = app.browser();
        assert_eq!(
            browser.request_code(&format!("+98912123{person:04}")).await.status,
            StatusCode::OK,
            "{person}"
        );
        if person % 5 == 0 {
            browser.verify_code(&app.last_code()).await;
        }
        app.advance(60);
    }
}

#[tokio::test]
async fn an_empty_purse_stops_codes_and_leaves_those_who_are_signed_in_alone() {
    let app = app_with(|policy| policy.budget.site.per_day = Some(10)).await;
    let mut owner = app.browser();
    owner.request_code(PHONE).await;
    owner.verify_code(&app.last_code()).await;
    let mut answers = Vec::new();
    for person in 0..12 {
        answers.push(app.browser().request_code(&number(person)).await);
    }
    let sent = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!(sent, 8, "the last tenth is for known devices");
    let refused = answers.last().unwrap();
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (StatusCode::SERVICE_UNAVAILABLE, &"sending_paused".into())
    );
    assert!(!refused.header("retry-after").is_empty());
    app.advance(HOUR);
    assert_eq!(owner.request_code(PHONE).await.status, StatusCode::OK, "a known device");
    app.advance(HOUR);
    assert_eq!(owner.request_code(PHONE).await.status, StatusCode::SERVICE_UNAVAILABLE, "the purse is empty");
    assert!(owner.is_signed_in().await);
    app.advance(DAY);
    assert_eq!(app.browser().request_code(&number(50)).await.status, StatusCode::OK, "a new day");
}

#[tokio::test]
async fn an_hours_budget_is_open_again_an_hour_later() {
    let app = app_with(|policy| policy.budget.site.per_hour = Some(10)).await;
    for person in 0..9 {
        assert_eq!(app.browser().request_code(&number(person)).await.status, StatusCode::OK, "{person}");
    }
    // Sums are kept for ten minutes each, and count as long as any part of them lies in the hour.
    for (later, status) in [
        (0, StatusCode::SERVICE_UNAVAILABLE),
        (70 * 60 - 1, StatusCode::SERVICE_UNAVAILABLE),
        (1, StatusCode::OK),
    ] {
        app.advance(later);
        let answer = app.browser().request_code(&number(20)).await;
        assert_eq!(answer.status, status, "{later} s later: {}", answer.body);
    }
}

/// What an operator's alarm looks for: somebody guesses at many numbers at once, each within its own limits.
#[test]
fn many_wrong_guesses_in_an_hour_are_told_in_the_log_once() {
    // One guess at each of 19 numbers, a pause, and five more.
    let told = |pause: i64| {
        let ((), log) = logged(async || {
            let app = app_with(|policy| policy.budget.wrong_guesses_warned = 20).await;
            for person in 0..24 {
                app.advance(if person == 19 { pause } else { 0 });
                guess_wrongly(&app, &number(person), 1).await;
            }
        });
        events(&log, "many_wrong_guesses").len()
    };
    assert_eq!(told(59 * 60), 1, "at the twentieth, and not at each after it");
    assert_eq!(told(70 * 60), 0, "not so many in one hour");
}

/// At 50, 80 and 100 hundredths (REQUIREMENTS S-06), each once.
#[test]
fn the_operator_is_warned_in_the_log_as_the_purse_empties() {
    let ((), log) = logged(async || {
        let app = app_with(|policy| policy.budget.site.per_day = Some(10)).await;
        let mut owner = app.browser();
        owner.request_code(PHONE).await;
        owner.verify_code(&app.last_code()).await;
        for person in 0..8 {
            assert_eq!(app.browser().request_code(&number(person)).await.status, StatusCode::OK);
        }
        app.advance(HOUR);
        assert_eq!(owner.request_code(PHONE).await.status, StatusCode::OK, "the last one");
        app.advance(HOUR);
        assert_eq!(owner.request_code(PHONE).await.status, StatusCode::SERVICE_UNAVAILABLE);
    });
    let warnings = events(&log, "budget_mark_passed");
    let told: Vec<_> =
        warnings.iter().map(|line| (&line["level"], &line["budget"], &line["percent"])).collect();
    let mark = |percent: u64| (json!("WARN"), json!("site_budget"), json!(percent));
    let expected = [50, 80, 100].map(mark);
    assert_eq!(told, expected.each_ref().map(|(level, budget, percent)| (level, budget, percent)), "{log}");
    let refused = events(&log, "limit_hit");
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(refused[0]["detail"], "site_budget");
}

#[tokio::test]
async fn a_country_has_a_budget_of_its_own() {
    let iran = RegionCode::parse("IR").unwrap();
    let budget = Budget { per_day: Some(1), ..Budget::default() };
    let app = app_with(|policy| policy.budget.countries = [(iran, budget)].into()).await;
    assert_eq!(app.browser().request_code(&number(1)).await.status, StatusCode::OK);
    assert_eq!(app.browser().request_code(&number(2)).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(app.browser().request_code("+44 7400 123456").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_operators_word_holds_at_the_next_act_and_for_as_long_as_told() {
    let app = App::start().await;
    app.operator(&["set", "stage", "stopped", "--for", "1h"]).await.unwrap();
    assert_eq!(app.browser().request_code(&number(1)).await.status, StatusCode::SERVICE_UNAVAILABLE);
    app.advance(HOUR + 1);
    assert_eq!(app.browser().request_code(&number(1)).await.status, StatusCode::OK);

    app.operator(&["set", "stage.IR", "known_devices_only"]).await.unwrap();
    assert_eq!(app.browser().request_code(&number(2)).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(app.browser().request_code("+44 7400 123456").await.status, StatusCode::OK);
    app.operator(&["unset", "stage.IR"]).await.unwrap();
    assert_eq!(app.browser().request_code(&number(2)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_operator_changes_sums_of_money_and_prices_beside_a_running_server() {
    let app = App::start().await;
    app.operator(&["set", "cost_per_day.IR", "0.05"]).await.unwrap();
    assert_eq!(app.browser().request_code(&number(1)).await.status, StatusCode::OK);
    assert_eq!(app.browser().request_code(&number(2)).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(app.browser().request_code("+44 7400 123456").await.status, StatusCode::OK);
    app.operator(&["set", "cost_per_day.IR", "1.00"]).await.unwrap();
    app.operator(&["set", "price.IR", "0.95"]).await.unwrap();
    assert_eq!(app.browser().request_code(&number(3)).await.status, StatusCode::OK);
    assert_eq!(app.browser().request_code(&number(4)).await.status, StatusCode::SERVICE_UNAVAILABLE);
    app.operator(&["unset", "cost_per_day.IR"]).await.unwrap();
    assert_eq!(app.browser().request_code(&number(4)).await.status, StatusCode::OK);
    app.operator(&["set", "cost_per_day", "2"]).await.unwrap();
    assert_eq!(app.browser().request_code("+44 7400 123457").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

/// The database's sums have 63 bits.
#[tokio::test]
async fn a_price_beyond_all_reason_stops_no_code_and_no_report() {
    let app = App::start().await;
    app.operator(&["set", "price", "9999999999999"]).await.unwrap();
    for person in 0..3 {
        assert_eq!(app.browser().request_code(&number(person)).await.status, StatusCode::OK);
        app.advance(HOUR);
    }
    assert!(app.operator(&["show"]).await.unwrap().contains("IR: "));
}

#[tokio::test]
async fn wrong_guesses_at_many_numbers_slow_strangers_down() {
    let app = app_with(|policy| policy.budget.wrong_guesses_slow = 10).await;
    for person in 0..2 {
        guess_wrongly(&app, &number(person), 5).await;
    }
    let mut stranger = app.browser();
    stranger.request_code(&number(50)).await;
    app.advance(30);
    let early = stranger.resend_code().await;
    assert_eq!(early.json()["retry_after_seconds"], 90, "four times as long");
    for person in 2..4 {
        guess_wrongly(&app, &number(person), 5).await;
    }
    assert_eq!(
        app.browser().request_code(&number(60)).await.json()["error"],
        "sending_paused",
        "known devices only"
    );
}

#[tokio::test]
async fn a_limit_that_only_records_refuses_nothing_and_says_whom_it_would_have_hit() {
    let app = app_with(|policy| policy.record_only = RecordOnly::Only(vec![Limit::AddressSends])).await;
    assert_eq!(codes_from(&app, &["198.51.100.7".to_owned()], 15).await, 15);
    let standing = app.operator(&["show"]).await.unwrap();
    assert!(standing.contains("address_sends only records: it would have refused 5"), "{standing}");
    let again = app.browser().request_code(&number(0)).await;
    assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS, "the other limits refuse");
}
