//! More than the server can do at once: refused at once, and over when it is over.

use axum::http::StatusCode;
use sqlx::{Connection as _, SqliteConnection};
use tokio::task::JoinSet;

use crate::support::{Answer, App, Browser, PHONE, Settings, events, logged};

/// More than the server has places for.
const CROWD: usize = 600;

/// What the crowd was answered so far, when those who wait wait for the database.
async fn answered_at_once(crowd: &mut JoinSet<Answer>, waiting: usize) -> Vec<Answer> {
    let mut answers = Vec::new();
    while crowd.len() > waiting {
        answers.push(crowd.join_next().await.unwrap().unwrap());
    }
    answers
}

fn guess(browser: &Browser, crowd: &mut JoinSet<Answer>, accept: &'static str) {
    let mut browser = browser.clone();
    crowd.spawn(async move { browser.post("/api/verify_code", accept, "code=000000").await });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_finds_no_place_is_told_at_once_and_everyone_is_served_again_afterwards() {
    let app = App::start_with(Settings::default()).await;
    let mut owner = app.browser();
    owner.request_code("+98 912 000 0001").await;
    owner.verify_code(&app.last_code()).await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    let code = app.last_code();

    let url = format!("sqlite://{}", app.database_path().display());
    let mut stranger = SqliteConnection::connect(&url).await.unwrap();
    let lock = stranger.begin_with("BEGIN EXCLUSIVE").await.unwrap();
    let mut crowd = JoinSet::new();
    for visitor in 0..CROWD {
        guess(&browser, &mut crowd, if visitor % 2 == 0 { "application/json" } else { "text/html" });
    }
    for answer in answered_at_once(&mut crowd, 384).await {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.everything());
        assert_eq!(answer.header("retry-after"), "1");
        assert!(answer.header("x-content-type-options") == "nosniff" && answer.set_cookies().is_empty());
    }
    for path in ["/", "/sign-in", "/nowhere"] {
        assert_eq!(owner.get(path).await.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
    }
    assert_eq!(owner.get("/healthz").await.status, StatusCode::OK, "health is told without a place");

    lock.rollback().await.unwrap();
    let served = crowd.join_all().await;
    assert_eq!(served.len(), 384);
    for answer in &served {
        assert_ne!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "who had a place was served");
    }
    assert!(owner.is_signed_in().await);
    assert_eq!(browser.verify_code(&code).await.json()["error"], "guesses_exhausted");
    browser = app.browser();
    assert_eq!(browser.request_code("+98 912 000 0002").await.status, StatusCode::OK);
    assert_eq!(browser.verify_code(&app.last_code()).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_act_keeps_its_place_although_its_browser_went_away() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    let url = format!("sqlite://{}", app.database_path().display());
    let mut stranger = SqliteConnection::connect(&url).await.unwrap();
    let lock = stranger.begin_with("BEGIN EXCLUSIVE").await.unwrap();
    let mut crowd = JoinSet::new();
    for _ in 0..CROWD {
        guess(&browser, &mut crowd, "application/json");
    }
    answered_at_once(&mut crowd, 384).await;
    crowd.shutdown().await;
    let refused = browser.verify_code("000000").await;
    let told = (refused.status, refused.header("retry-after"));
    assert_eq!(told, (StatusCode::SERVICE_UNAVAILABLE, "1"), "the queue for the database is still full");
    lock.rollback().await.unwrap();
    while browser.get("/sign-in").await.status != StatusCode::OK {
        tokio::task::yield_now().await;
    }
}

/// What each of them costs is what the others lack: nine of ten come so, and the log would be full of them.
#[test]
fn who_would_begin_and_finds_no_place_is_told_so_in_one_answer_and_the_operator_in_one_line_a_second() {
    let ((), log) = logged(async || {
        let app = App::start().await;
        let url = format!("sqlite://{}", app.database_path().display());
        let mut stranger = SqliteConnection::connect(&url).await.unwrap();
        let lock = stranger.begin_with("BEGIN EXCLUSIVE").await.unwrap();
        let mut crowd = JoinSet::new();
        for _ in 0..CROWD {
            let mut browser = app.browser();
            crowd.spawn(async move { browser.request_code(PHONE).await });
        }
        for answer in answered_at_once(&mut crowd, 128).await {
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.everything());
            assert_eq!((answer.header("retry-after"), &answer.json()["error"]), ("1", &"unavailable".into()));
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
        }
        app.advance(1);
        assert_eq!(app.browser().get("/sign-in").await.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(app.browser().get("/recover").await.status, StatusCode::OK, "others find a place");
        lock.rollback().await.unwrap();
        let served = crowd.join_all().await;
        assert!(served.iter().all(|answer| answer.status != StatusCode::SERVICE_UNAVAILABLE));
    });
    let refused: Vec<_> = events(&log, "shed").iter().map(|line| line["refused"].as_u64().unwrap()).collect();
    assert_eq!(refused, [1, CROWD as u64 - 128], "the first at once, and then all since");
    assert_eq!(events(&log, "answered").len(), 129, "one line for each that was let in");
}
