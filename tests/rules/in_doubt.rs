//! Numbers are given to somebody else: an account that nobody used for long is hidden until it is clear whose it is.

use axum::http::StatusCode;
use mobile_auth::{
    domain::policy::SignInPolicy,
    server::{cleanup::run_once, store::sqlite::SqliteStore},
};

use super::number_change::signed_in;
use crate::support::{App, Browser, PHONE, count};

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 3600;
const DOUBT: &str = "/account/in-doubt";

/// An account with recovery codes that its owner left alone for so many days.
async fn idle_account(app: &App, days: i64) -> (Browser, Vec<String>) {
    let mut owner = signed_in(app, PHONE).await;
    owner.submit("/api/make_recovery_codes", &[]).await;
    let page = owner.get("/account/recovery-codes").await.body;
    let items = page.split("<li>").skip(1).filter_map(|item| item.split("</li>").next());
    let codes = items.filter(|item| item.len() == 19).map(str::to_owned).collect();
    app.record.flush().await;
    app.advance(days * DAY);
    (owner, codes)
}

async fn clean(app: &App) {
    let store = SqliteStore::open(&format!("sqlite://{}", app.database_path().display())).await.unwrap();
    run_once(&store, &*app.clock(), &SignInPolicy::default()).await.unwrap();
}

async fn is_hidden(browser: &mut Browser) -> bool {
    let answer = browser.get("/account").await;
    answer.status == StatusCode::SEE_OTHER && answer.location() == DOUBT
}

#[tokio::test]
async fn after_180_idle_days_an_unknown_browser_sees_and_does_nothing_and_the_sign_in_is_flagged() {
    let app = App::start().await;
    idle_account(&app, 180).await;
    clean(&app).await;
    let mut stranger = signed_in(&app, PHONE).await;
    for path in ["/", "/account", "/account/data.json", "/account/number", "/account/recovery-codes"] {
        let answer = stranger.get(path).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, DOUBT), "{path}");
    }
    let fields = [("session", "x"), ("device", "x"), ("phone", "+98 912 765 4321"), ("region", "")];
    for act in [
        "end_session",
        "end_other_sessions",
        "end_all_sessions",
        "forget_device",
        "forget_all_devices",
        "delete_account",
        "keep_account",
        "make_recovery_codes",
        "change_number",
    ] {
        let fields = fields.iter().filter(|(name, _)| match *name {
            "phone" | "region" => act == "change_number",
            name => act.ends_with(name),
        });
        let fields: Vec<_> = fields.copied().collect();
        let answer = stranger.fetch(&format!("/api/{act}"), &fields).await;
        assert_eq!(answer.json()["error"], "account_in_doubt", "{act}");
        assert_eq!(stranger.submit(&format!("/api/{act}"), &fields).await.location(), DOUBT, "{act}");
    }
    let page = stranger.get(DOUBT).await.body;
    assert!(page.contains("Is this account yours?") && page.contains("•••67"), "{page}");
    assert!(!page.contains("January 2026") && !page.contains("Error: "), "{page}");
    app.record.flush().await;
    let flagged = "SELECT count(*) FROM events WHERE kind = 'signed_in' AND detail = 'in_doubt'";
    assert_eq!(count(&app, flagged).await, 1);
}

#[tokio::test]
async fn a_day_less_or_a_known_browser_raises_no_doubt() {
    let app = App::start().await;
    let (mut owner, _) = idle_account(&app, 179).await;
    let mut other = signed_in(&app, PHONE).await;
    assert!(!is_hidden(&mut other).await);
    app.advance(300 * DAY);
    owner.request_code(PHONE).await;
    assert_eq!(owner.verify_code(&app.last_code()).await.status, StatusCode::OK);
    assert!(!is_hidden(&mut owner).await);
}

#[tokio::test]
async fn activity_without_a_new_sign_in_counts_as_use() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    for _ in 0..5 {
        app.advance(5 * DAY);
        assert!(owner.is_signed_in().await);
    }
    app.advance(179 * DAY);
    assert!(!is_hidden(&mut signed_in(&app, PHONE).await).await);
}

#[tokio::test]
async fn the_doubt_stays_however_often_the_browser_signs_in() {
    let app = App::start().await;
    idle_account(&app, 200).await;
    let mut stranger = signed_in(&app, PHONE).await;
    app.advance(DAY);
    stranger.request_code(PHONE).await;
    assert_eq!(stranger.verify_code(&app.last_code()).await.status, StatusCode::OK);
    assert!(is_hidden(&mut stranger).await);
    assert_eq!(count(&app, "SELECT count(*) FROM devices").await, 1, "the owner's");
}

#[tokio::test]
async fn a_recovery_code_opens_the_account_once_and_ends_what_began_in_doubt() {
    let app = App::start().await;
    let (_, codes) = idle_account(&app, 200).await;
    let mut other = signed_in(&app, PHONE).await;
    app.advance(MINUTE);
    let mut owner = signed_in(&app, PHONE).await;
    for (code, sentence) in [("0000-0000-0000-0000", "no recovery code of this"), ("12", "has 16 letters")] {
        assert_eq!(owner.submit("/api/claim_by_code", &[("code", code)]).await.location(), DOUBT);
        let page = owner.get(DOUBT).await.body;
        assert!(page.contains(sentence) && page.contains("Error: "), "{page}");
    }
    assert_eq!(owner.submit("/api/claim_by_code", &[("code", &codes[0])]).await.location(), "/account");
    let page = owner.get("/account").await;
    assert!(page.status == StatusCode::OK && page.body.contains("You have 9 left."));
    assert!(!other.is_signed_in().await, "whoever proved nothing is out");
}

#[tokio::test]
async fn guesses_at_the_code_are_limited_by_network() {
    let app = App::start().await;
    let (_, codes) = idle_account(&app, 200).await;
    let mut stranger = signed_in(&app, PHONE).await;
    for _ in 0..30 {
        let answer = stranger.fetch("/api/claim_by_code", &[("code", "0000-0000-0000-0000")]).await;
        assert_eq!(answer.json()["error"], "recovery_code_incorrect");
    }
    let answer = stranger.fetch("/api/claim_by_code", &[("code", &codes[0])]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn the_owner_who_comes_back_by_paper_ends_the_doubt_and_the_strangers_session() {
    let app = App::start().await;
    let (_, codes) = idle_account(&app, 200).await;
    let mut stranger = signed_in(&app, PHONE).await;
    stranger.submit("/api/claim_by_waiting", &[]).await;
    let mut owner = app.browser();
    let fields = [("phone", PHONE), ("region", ""), ("code", codes[0].as_str())];
    assert_eq!(owner.fetch("/api/recover", &fields).await.status, StatusCode::OK);
    assert!(!is_hidden(&mut owner).await && !stranger.is_signed_in().await);
    assert_eq!(stranger.get("/account").await.location(), "/sign-in");
}

#[tokio::test]
async fn a_claim_that_nothing_speaks_for_is_believed_after_a_week() {
    let app = App::start().await;
    idle_account(&app, 200).await;
    let mut claimant = signed_in(&app, PHONE).await;
    assert_eq!(claimant.submit("/api/claim_by_waiting", &[]).await.location(), "/account");
    app.advance(6 * DAY);
    // Saying it again does not begin the week again.
    claimant.submit("/api/claim_by_waiting", &[]).await;
    assert!(claimant.get(DOUBT).await.body.contains("the account opens on"));
    app.advance(DAY - 1);
    assert!(is_hidden(&mut claimant).await);
    app.advance(1);
    assert!(!is_hidden(&mut claimant).await);
    app.advance(DAY);
    assert!(!is_hidden(&mut signed_in(&app, PHONE).await).await);
}

#[tokio::test]
async fn after_a_believed_claim_one_browser_throws_no_other_out() {
    let app = App::start().await;
    idle_account(&app, 200).await;
    let mut claimant = signed_in(&app, PHONE).await;
    claimant.submit("/api/claim_by_waiting", &[]).await;
    app.advance(7 * DAY);
    let mut laptop = signed_in(&app, PHONE).await;
    app.advance(DAY);
    let mut phone = signed_in(&app, PHONE).await;
    app.advance(DAY);
    laptop.submit("/api/sign_out", &[]).await;
    laptop.request_code(PHONE).await;
    assert_eq!(laptop.verify_code(&app.last_code()).await.status, StatusCode::OK);
    assert!(phone.is_signed_in().await && laptop.is_signed_in().await);
}

#[tokio::test]
async fn whoever_got_the_number_begins_with_an_empty_account_and_the_former_one_goes_in_a_week() {
    let app = App::start().await;
    let (_, codes) = idle_account(&app, 200).await;
    let mut next = signed_in(&app, PHONE).await;
    app.advance(11 * MINUTE);
    let refused = next.fetch("/api/begin_anew", &[]).await;
    assert_eq!(refused.json()["error"], "confirmation_needed", "a browser found signed in does not do it");
    let page = next.get(DOUBT).await;
    assert!(page.body.contains("/api/confirm") && page.form_nonce().is_some(), "{}", page.body);
    next.submit("/api/confirm", &[]).await;
    next.submit("/api/verify_code", &[("code", &app.last_code())]).await;
    let mut late = app.browser();
    app.advance(MINUTE);
    late.request_code(PHONE).await;
    let code_of_late = app.last_code();
    app.record.flush().await;

    assert_eq!(next.submit("/api/begin_anew", &[]).await.location(), "/account");
    assert_eq!(next.submit("/api/begin_anew", &[]).await.location(), "/account", "twice is once");
    app.record.flush().await;
    let data = next.get("/account/data.json").await.json();
    assert_eq!(
        (data["number"].as_str(), data["recovery_codes_left"].as_u64()),
        (Some("+989121234567"), Some(0))
    );
    let kinds: Vec<_> =
        data["events"].as_array().unwrap().iter().map(|event| event["kind"].clone()).collect();
    assert_eq!(kinds, ["account_begun_anew"], "nothing of the former");
    assert_eq!(count(&app, "SELECT count(*) FROM users WHERE is_active = 1").await, 2);
    assert_eq!(count(&app, "SELECT count(*) FROM sessions WHERE user_id = 1").await, 0);
    let answer = late.verify_code(&code_of_late).await;
    assert_eq!(answer.json()["error"], "challenge_missing", "no attempt opens the sealed account");
    let fields = [("phone", PHONE), ("region", ""), ("code", codes[0].as_str())];
    let answer = app.browser().fetch("/api/recover", &fields).await;
    assert_eq!(answer.json()["error"], "recovery_code_incorrect");

    app.advance(7 * DAY);
    clean(&app).await;
    assert_eq!(count(&app, "SELECT count(*) FROM users WHERE id = 1").await, 0);
    assert_eq!(count(&app, "SELECT count(*) FROM events WHERE user_id = 1").await, 0);
    assert!(!is_hidden(&mut signed_in(&app, PHONE).await).await);
}

#[tokio::test]
async fn whoever_has_an_account_without_a_doubt_settles_nothing() {
    let app = App::start().await;
    let (mut owner, codes) = idle_account(&app, 1).await;
    for (act, fields) in [
        ("claim_by_code", vec![("code", codes[0].as_str())]),
        ("claim_by_waiting", vec![]),
        ("begin_anew", vec![]),
    ] {
        assert_eq!(owner.fetch(&format!("/api/{act}"), &fields).await.status, StatusCode::OK, "{act}");
        assert_eq!(
            app.browser().fetch(&format!("/api/{act}"), &fields).await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    assert_eq!(owner.get(DOUBT).await.location(), "/account");
    assert!(owner.get("/account").await.body.contains("You have 10 left."));
    assert_eq!(count(&app, "SELECT count(*) FROM users").await, 1);
}
