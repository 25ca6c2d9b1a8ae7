//! A form that is sent again before its answer is there, or because the answer was lost on its way.

use axum::http::StatusCode;
use mobile_auth::domain::{limit::RecordOnly, policy::SignInPolicy};
use tokio::task::JoinSet;

use super::number_change::signed_in;
use crate::support::{Answer, App, Browser, PHONE, Settings, count};

const OTHER: &str = "+98 912 765 4321";
const CHALLENGES: &str = "SELECT count(*) FROM challenges WHERE consumed_at_ms IS NULL";

async fn send(browser: &mut Browser, phone: &str, nonce: &str) -> Answer {
    browser.submit("/api/request_code", &[("phone", phone), ("region", ""), ("nonce", nonce)]).await
}

async fn nonce_of(browser: &mut Browser, path: &str) -> String {
    browser.get(path).await.form_nonce().unwrap().to_owned()
}

fn leads_on(answer: &Answer) -> bool {
    (answer.status, answer.location()) == (StatusCode::SEE_OTHER, "/sign-in/code")
}

#[tokio::test]
async fn whoever_pressed_twice_and_lost_the_first_answer_gets_to_the_one_code() {
    let app = App::start().await;
    let mut browser = app.browser();
    let nonce = nonce_of(&mut browser, "/sign-in").await;
    assert!(leads_on(&send(&mut browser.clone(), PHONE, &nonce).await), "its cookies never come");
    app.advance(29);
    assert!(leads_on(&send(&mut browser, PHONE, &nonce).await));
    assert_eq!(app.messages().len(), 1);
    assert!(browser.get("/sign-in/code").await.body.contains("Enter the code we sent"));
    assert_eq!(browser.verify_code(&app.last_code()).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn both_of_two_at_once_get_the_same_attempt() {
    let app = App::start().await;
    for round in 0..50 {
        let phone = format!("+98 912 {:03} 4567", 100 + round);
        let mut browser = app.browser();
        let nonce = nonce_of(&mut browser, "/sign-in").await;
        let mut both = JoinSet::new();
        for _ in 0..2 {
            let (mut browser, phone, nonce) = (browser.clone(), phone.clone(), nonce.clone());
            both.spawn(async move {
                assert!(leads_on(&send(&mut browser, &phone, &nonce).await));
                browser.cookies.get("challenge").cloned()
            });
        }
        let cookies = both.join_all().await;
        assert!(cookies[0].is_some() && cookies[0] == cookies[1], "{round}: {cookies:?}");
        assert_eq!(app.messages().len(), round + 1);
    }
}

#[tokio::test]
async fn another_page_and_another_number_are_not_the_same_form() {
    let app = App::start().await;
    let mut owner = app.browser();
    let nonce = nonce_of(&mut owner, "/sign-in").await;
    send(&mut owner, PHONE, &nonce).await;
    let of_another_page = nonce_of(&mut app.browser(), "/sign-in").await;
    assert_ne!(nonce, of_another_page);
    for stranger in [&of_another_page, "", "x", &nonce[1..], &format!("{nonce}A")] {
        let mut browser = app.browser();
        assert_eq!(send(&mut browser, PHONE, stranger).await.location(), "/sign-in", "{stranger}");
        assert!(!browser.cookies.contains_key("challenge"), "{stranger}");
    }
    assert_eq!(app.messages().len(), 1);

    let mut again = app.browser();
    assert!(leads_on(&send(&mut again, OTHER, &nonce).await));
    assert_ne!(again.cookies["challenge"], owner.cookies["challenge"]);
    assert_eq!(app.messages().len(), 2, "the other number gets a code of its own");
}

#[tokio::test]
async fn sent_again_after_the_wait_it_asks_for_another_code_of_the_same_attempt_however_often_answers_are_lost()
 {
    let app = App::start().await;
    let mut browser = app.browser();
    send(&mut browser, OTHER, "").await;
    let nonce = nonce_of(&mut browser, "/sign-in?edit").await;
    assert!(leads_on(&send(&mut browser.clone(), PHONE, &nonce).await), "lost");
    let first = app.last_code();
    app.advance(31);
    for second in [0, 9] {
        app.advance(second);
        assert!(
            leads_on(&send(&mut browser.clone(), PHONE, &nonce).await),
            "lost, {second} s after the other code"
        );
    }
    assert!(leads_on(&send(&mut browser, PHONE, &nonce).await));
    assert_eq!(app.messages().len(), 3, "one for the other number, and two");
    assert_eq!(
        count(&app, "SELECT max(codes) FROM (SELECT count(*) AS codes FROM codes GROUP BY challenge_id)")
            .await,
        2
    );
    assert_eq!(count(&app, CHALLENGES).await, 1);
    assert_ne!(first, app.last_code());
    assert_eq!(browser.verify_code(&app.last_code()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_attempt_that_is_about_to_end_gets_no_code_that_would_end_with_it() {
    let app = App::start().await;
    let mut browser = app.browser();
    let nonce = nonce_of(&mut browser, "/sign-in").await;
    send(&mut browser.clone(), PHONE, &nonce).await;
    app.advance(9 * 60);
    assert!(leads_on(&send(&mut browser, PHONE, &nonce).await));
    assert_eq!(count(&app, CHALLENGES).await, 1, "the one before is ended");
    app.advance(110);
    assert_eq!(browser.verify_code(&app.last_code()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn where_the_wait_only_records_both_of_two_are_codes_of_one_attempt() {
    let policy = SignInPolicy { record_only: RecordOnly::Everything, ..SignInPolicy::default() };
    let app = App::start_with(Settings { policy, ..Settings::default() }).await;
    let mut browser = app.browser();
    let nonce = nonce_of(&mut browser, "/sign-in").await;
    send(&mut browser.clone(), PHONE, &nonce).await;
    let first = app.last_code();
    app.advance(1);
    assert!(leads_on(&send(&mut browser, PHONE, &nonce).await));
    assert_eq!((app.messages().len(), count(&app, CHALLENGES).await), (2, 1));
    assert_eq!(browser.verify_code(&first).await.status, StatusCode::OK, "the earlier code stays good");
}

#[tokio::test]
async fn an_attempt_that_is_over_is_not_given_again() {
    let app = App::start().await;
    let mut browser = app.browser();
    let nonce = nonce_of(&mut browser, "/sign-in").await;
    send(&mut browser, PHONE, &nonce).await;
    assert_eq!(browser.verify_code(&app.last_code()).await.status, StatusCode::OK);
    let mut thief = app.browser();
    assert_eq!(send(&mut thief, PHONE, &nonce).await.location(), "/sign-in");
    assert!(!thief.cookies.contains_key("challenge"));

    app.advance(31);
    assert!(leads_on(&send(&mut thief, PHONE, &nonce).await), "an attempt of its own");
    assert_eq!(thief.verify_code(&app.last_code()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_page_that_waits_for_a_code_of_an_attempt_that_is_over_says_so_once() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    browser.clone().request_code(OTHER).await;
    assert_eq!(browser.get("/sign-in/code").await.location(), "/sign-in");
    assert!(browser.get("/sign-in").await.body.contains("This attempt to sign in is over."));
    assert!(!browser.get("/sign-in").await.body.contains("This attempt to sign in is over."));
}

#[tokio::test]
async fn it_holds_for_every_form_that_asks_for_a_code() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    let nonce = nonce_of(&mut owner, "/account/number").await;
    for _ in 0..2 {
        let fields = [("phone", OTHER), ("region", ""), ("nonce", &*nonce)];
        assert!(leads_on(&owner.clone().submit("/api/change_number", &fields).await));
    }
    assert_eq!(app.messages().len(), 2);

    app.advance(11 * 60);
    assert_eq!(owner.submit("/api/delete_account", &[]).await.location(), "/account");
    assert_ne!(nonce_of(&mut owner, "/account").await, nonce);
    let nonce = nonce_of(&mut owner, "/account/number").await;
    let mut last = owner.clone();
    for _ in 0..2 {
        last = owner.clone();
        assert!(leads_on(&last.submit("/api/confirm", &[("nonce", &nonce)]).await));
    }
    assert_eq!(app.messages().len(), 3);
    assert_eq!(last.verify_code(&app.last_code()).await.status, StatusCode::OK);

    let mut guesser = app.browser();
    app.advance(31);
    guesser.request_code(PHONE).await;
    for _ in 0..5 {
        guesser.verify_code(&app.wrong_code()).await;
    }
    app.advance(121);
    let nonce = nonce_of(&mut guesser, "/sign-in/code").await;
    let sent = app.messages().len();
    for _ in 0..2 {
        assert!(leads_on(&send(&mut guesser.clone(), PHONE, &nonce).await));
    }
    assert_eq!(app.messages().len(), sent + 1);
}
