//! Many at once, on the real store. Each of these was seen to fail against a broken rule.

use std::sync::Arc;

use axum::http::StatusCode;
use tokio::{sync::Barrier, task::JoinSet};

use crate::support::{Answer, App, Browser, PHONE};

/// Runs one act in as many tasks as there are browsers, all released at the same moment.
async fn at_once<F>(browsers: Vec<Browser>, act: impl Fn(Browser) -> F) -> Vec<Answer>
where
    F: Future<Output = Answer> + Send + 'static,
{
    let start = Arc::new(Barrier::new(browsers.len()));
    let mut tasks = JoinSet::new();
    for browser in browsers {
        let (start, run) = (start.clone(), act(browser));
        tasks.spawn(async move {
            start.wait().await;
            run.await
        });
    }
    tasks.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_200_parallel_guesses_5_are_judged() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    let wrong = app.wrong_code();
    let answers = at_once(vec![browser.clone(); 200], |mut browser| {
        let wrong = wrong.clone();
        async move { browser.verify_code(&wrong).await }
    })
    .await;
    let judged = answers.iter().filter(|answer| answer.json()["error"] == "code_incorrect").count();
    let last = answers.iter().filter(|answer| answer.json()["error"] == "guesses_exhausted").count();
    assert_eq!((judged, last), (4, 196), "four wrong with guesses left, the fifth and all others exhausted");
    assert_eq!(crate::support::count(&app, "SELECT guesses FROM challenges").await, 5);
    assert_eq!(browser.verify_code(&app.last_code()).await.json()["error"], "guesses_exhausted");
}

/// Three attempts of strangers at one number and one of its owner's browser, all alive: 30 guesses at each.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_120_parallel_guesses_at_a_number_strangers_have_ten_and_its_known_browser_has_its_own() {
    let app = App::start().await;
    let mut owner = app.browser();
    owner.request_code(PHONE).await;
    assert_eq!(owner.verify_code(&app.last_code()).await.status, StatusCode::OK);
    app.advance(24 * 3600);
    let mut browsers = Vec::new();
    for wait in [30, 60, 1] {
        let mut stranger = app.browser();
        assert_eq!(stranger.request_code(PHONE).await.status, StatusCode::OK);
        browsers.extend(vec![stranger; 30]);
        app.advance(wait);
    }
    let right = app.last_code();
    let mut late = browsers.last().unwrap().clone();
    assert_eq!(owner.request_code(PHONE).await.status, StatusCode::OK);
    browsers.extend(vec![owner.clone(); 30]);
    let wrong = app.wrong_code();
    at_once(browsers, |mut browser| {
        let wrong = wrong.clone();
        async move { browser.verify_code(&wrong).await }
    })
    .await;
    let of_strangers = "SELECT sum(guesses) FROM challenges WHERE consumed_at_ms IS NULL \
         AND started_at_ms < (SELECT max(started_at_ms) FROM challenges)";
    assert_eq!(crate::support::count(&app, of_strangers).await, 10);
    assert_eq!(crate::support::count(&app, "SELECT sum(guesses) FROM challenges").await, 1 + 10 + 5);
    assert_eq!(late.verify_code(&right).await.status, StatusCode::TOO_MANY_REQUESTS, "nor the right one");
    app.advance(30);
    assert_eq!(owner.request_code(PHONE).await.status, StatusCode::OK, "the owner has five more");
    assert_eq!(owner.verify_code(&app.last_code()).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_100_parallel_right_codes_one_signs_in() {
    for round in 0..10 {
        let app = App::start().await;
        let mut browser = app.browser();
        browser.request_code(PHONE).await;
        let code = app.last_code();
        let answers = at_once(vec![browser.clone(); 100], |mut browser| {
            let code = code.clone();
            async move { browser.verify_code(&code).await }
        })
        .await;
        let signed_in = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
        let sessions =
            answers.iter().flat_map(Answer::set_cookies).filter(|line| line.starts_with("session=")).count();
        assert_eq!((signed_in, sessions), (1, 1), "round {round}");
        assert_eq!(crate::support::count(&app, "SELECT count(*) FROM sessions").await, 1, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_100_parallel_requests_for_one_number_one_is_sent() {
    let app = App::start().await;
    let browsers = (0..100).map(|_| app.browser()).collect();
    let answers = at_once(browsers, |mut browser| async move { browser.request_code(PHONE).await }).await;
    let sent = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    let waiting = answers.iter().filter(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS).count();
    assert_eq!((sent, waiting, app.messages().len()), (1, 99, 1));
    assert_eq!(crate::support::count(&app, "SELECT count(*) FROM users").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_100_parallel_resends_one_is_sent() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    app.advance(30);
    let answers = at_once(vec![browser; 100], |mut browser| async move { browser.resend_code().await }).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::OK).count(), 1);
    assert_eq!(app.messages().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_people_signing_in_at_once_all_get_in() {
    let app = App::start().await;
    let people: Vec<_> = (0..50).map(|person| format!("+98 912 {person:03} 0000")).collect();
    let mut tasks = JoinSet::new();
    for phone in people {
        let mut browser = app.browser();
        tasks.spawn(async move {
            let answer = browser.request_code(&phone).await;
            (browser, phone, answer.status)
        });
    }
    let mut signed_in = 0;
    for (mut browser, phone, status) in tasks.join_all().await {
        assert_eq!(status, StatusCode::OK, "{phone}");
        let canonical = phone.replace(' ', "");
        let message = app.messages().into_iter().find(|message| message.to.e164() == canonical).unwrap();
        assert_eq!(browser.verify_code(&message.text[..6]).await.status, StatusCode::OK, "{phone}");
        signed_in += 1;
    }
    assert_eq!(signed_in, 50);
}
