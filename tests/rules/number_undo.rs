//! The number that an account has left is told, and has three days to take the account back.

use axum::http::StatusCode;
use tokio::task::JoinSet;

use super::number_change::{ask, change, signed_in};
use crate::support::{Answer, App, Browser, PHONE, count};

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 3600;
const NEW: &str = "+98 912 765 4321";
const THIRD: &str = "+98 912 111 2233";

/// The undo code in the newest message to a number.
pub fn undo_code(app: &App, e164: &str) -> String {
    let messages = app.messages();
    let text = &messages.iter().rfind(|message| message.to.e164() == e164).unwrap().text;
    let is_code = |word: &&str| word.len() == 9 && word.chars().nth(4) == Some('-');
    text.split([' ', ',']).find(is_code).unwrap().to_owned()
}

pub async fn undo(browser: &mut Browser, phone: &str, code: &str) -> Answer {
    browser.fetch("/api/undo_change", &[("phone", phone), ("region", ""), ("code", code)]).await
}

#[tokio::test]
async fn the_number_before_is_told_without_a_link_and_can_undo_it_once_within_three_days() {
    let app = App::start().await;
    let mut thief = signed_in(&app, PHONE).await;
    thief.submit("/api/make_recovery_codes", &[]).await;
    change(&app, &mut thief, NEW).await;
    let code = undo_code(&app, "+989121234567");
    app.record.flush().await;
    thief.submit("/api/delete_account", &[]).await;
    app.advance(3 * DAY - 1);
    let mut owner = app.browser();
    assert_eq!(undo(&mut owner, NEW, &code).await.json()["error"], "undo_code_incorrect");
    let typed = code.to_lowercase().replace('-', " ");
    let fields = [("phone", PHONE), ("region", ""), ("code", typed.as_str())];
    let answer = owner.submit("/api/undo_change", &fields).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in"));
    assert!(owner.get("/sign-in").await.body.contains("Your number is back"));
    assert!(!thief.is_signed_in().await);
    for nothing in [
        "SELECT count(*) FROM devices",
        "SELECT count(*) FROM recovery_codes",
        "SELECT count(*) FROM users WHERE deletes_at_ms IS NOT NULL",
        "SELECT count(*) FROM former_numbers",
    ] {
        assert_eq!(count(&app, nothing).await, 0, "{nothing}");
    }
    assert_eq!(undo(&mut owner, PHONE, &code).await.json()["error"], "undo_code_incorrect", "once");
    signed_in(&app, PHONE).await;
    assert_eq!(count(&app, "SELECT count(*) FROM sessions WHERE user_id = 1").await, 1, "their own account");
    app.record.flush().await;
    for kind in ["number_changed", "number_change_undone"] {
        let events = format!("SELECT count(*) FROM events WHERE kind = '{kind}' AND user_id = 1");
        assert_eq!(count(&app, Box::leak(events.into_boxed_str())).await, 1, "{kind}");
    }
}

/// Whoever was in has requests under way at that moment: each comes before the undo, which takes it back, or does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_thief_asks_at_the_very_moment_of_the_undo_leaves_nothing() {
    let app = App::start().await;
    for _ in 0..5 {
        let mut thief = signed_in(&app, PHONE).await;
        change(&app, &mut thief, NEW).await;
        let (code, mut owner) = (undo_code(&app, "+989121234567"), app.browser());
        let mut together = JoinSet::new();
        for act in ["/api/make_recovery_codes", "/api/delete_account"].repeat(60) {
            let mut thief = thief.clone();
            together.spawn(async move { thief.fetch(act, &[]).await.status });
        }
        together.spawn(async move { undo(&mut owner, PHONE, &code).await.status });
        let statuses = together.join_all().await;
        assert!(statuses.iter().all(|status| !status.is_server_error()), "{statuses:?}");
        for nothing in [
            "SELECT count(*) FROM sessions",
            "SELECT count(*) FROM recovery_codes",
            "SELECT count(*) FROM users WHERE deletes_at_ms IS NOT NULL",
        ] {
            assert_eq!(count(&app, nothing).await, 0, "{nothing}");
        }
        app.advance(DAY);
    }
}

#[tokio::test]
async fn after_three_days_the_change_stands_and_the_number_is_free() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    change(&app, &mut owner, NEW).await;
    let code = undo_code(&app, "+989121234567");
    app.advance(3 * DAY);
    assert_eq!(undo(&mut app.browser(), PHONE, &code).await.json()["error"], "undo_code_incorrect");
    let mut next = signed_in(&app, PHONE).await;
    assert_eq!(
        count(&app, "SELECT count(*) FROM users WHERE id > 1 AND is_active = 1").await,
        1,
        "somebody else"
    );
    assert!(next.is_signed_in().await && owner.is_signed_in().await);
}

#[tokio::test]
async fn two_changes_in_a_row_are_both_undone_by_the_first_code() {
    let app = App::start().await;
    let mut thief = signed_in(&app, PHONE).await;
    change(&app, &mut thief, NEW).await;
    app.advance(MINUTE);
    change(&app, &mut thief, THIRD).await;
    let code = undo_code(&app, "+989121234567");
    assert_eq!(undo(&mut app.browser(), PHONE, &code).await.status, StatusCode::OK);
    assert_eq!(count(&app, "SELECT count(*) FROM users WHERE phone = '+989121234567' AND id = 1").await, 1);
    assert_eq!(count(&app, "SELECT count(*) FROM former_numbers").await, 0);
}

#[tokio::test]
async fn whoever_undoes_a_later_change_leaves_the_code_of_an_earlier_one_good() {
    let app = App::start().await;
    let mut thief = signed_in(&app, PHONE).await;
    change(&app, &mut thief, NEW).await;
    let owners = undo_code(&app, "+989121234567");
    app.advance(MINUTE);
    change(&app, &mut thief, THIRD).await;
    let thiefs = undo_code(&app, "+989127654321");
    assert_eq!(undo(&mut thief, NEW, &thiefs).await.status, StatusCode::OK);
    assert_eq!(undo(&mut app.browser(), PHONE, &owners).await.status, StatusCode::OK);
    assert_eq!(count(&app, "SELECT count(*) FROM users WHERE phone = '+989121234567' AND id = 1").await, 1);
}

#[tokio::test]
async fn a_number_that_an_account_left_lately_makes_no_new_account() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    change(&app, &mut owner, NEW).await;
    let code = undo_code(&app, "+989121234567");
    app.advance(MINUTE);
    let mut next = app.browser();
    assert_eq!(next.request_code(PHONE).await.status, StatusCode::OK, "nobody is told without the code");
    let sent = app.last_code();
    let answer = next.submit("/api/verify_code", &[("code", &sent)]).await;
    assert_eq!(answer.location(), "/undo");
    assert!(next.get("/undo").await.body.contains("had this number until lately"));
    assert!(!next.is_signed_in().await);
    assert_eq!(count(&app, "SELECT count(*) FROM wrong_guesses").await, 0, "the code was right");
    let again = next.verify_code(&sent).await;
    assert_eq!(again.json()["error"], "challenge_missing", "and is used up");
    assert_eq!(undo(&mut next, PHONE, &code).await.status, StatusCode::OK, "nothing stands in the way");
}

#[tokio::test]
async fn a_notice_that_cannot_be_sent_is_on_record() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    let code = ask(&app, &mut owner, NEW).await;
    app.take_provider_down();
    assert_eq!(owner.verify_code(&code).await.status, StatusCode::OK);
    app.record.flush().await;
    let told = "SELECT count(*) FROM events WHERE kind = 'number_changed' AND detail = 'not_told'";
    assert_eq!(count(&app, told).await, 1);
}

#[tokio::test]
async fn guesses_at_undo_codes_are_limited_by_network_and_tell_nothing() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    change(&app, &mut owner, NEW).await;
    let code = undo_code(&app, "+989121234567");
    let mut story = [Vec::new(), Vec::new()];
    for (phone, answers) in [PHONE, THIRD].iter().zip(&mut story) {
        let mut stranger = app.browser();
        assert_eq!(undo(&mut stranger, phone, "12").await.json()["error"], "undo_code_malformed");
        for _ in 0..31 {
            let answer = undo(&mut stranger, phone, "0000-0000").await;
            answers.push(format!("{} {}", answer.status, answer.body));
        }
        let answer = undo(&mut stranger, PHONE, &code).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "a right one is not judged either");
    }
    assert_eq!(story[0], story[1]);
    assert!(story[0][30].starts_with("429") && !story[0][29].starts_with("429"), "{story:?}");
    assert_eq!(undo(&mut owner, PHONE, &code).await.status, StatusCode::OK, "strangers shut nobody out");
}
