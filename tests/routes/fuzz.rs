//! Any method on any path with anything in it, from people in every state of a sign-in: never a fault of ours, and nothing of
//! our inside in an answer.

use std::{panic::AssertUnwindSafe, time::Duration};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode, header},
};
use futures_util::FutureExt as _;
use http_body_util::BodyExt as _;
use mobile_auth::domain::{limit::RecordOnly, policy::SignInPolicy};
use rand::{SeedableRng as _, rngs::ChaCha20Rng};
use tower::ServiceExt as _;

use super::hostile::{Hostile, Wanted};
use crate::support::{App, Browser, Settings};

/// `make soak` asks for fifty thousand.
const REQUESTS: usize = 10_000;

/// Requests of one person, who signs in before the first of them.
const OF_ONE_PERSON: usize = 25;

/// People at once.
const AT_ONCE: usize = 4;

fn from_environment(name: &str, usual: usize) -> usize {
    std::env::var(name).map_or(usual, |value| value.parse().unwrap())
}

/// What tells of our inside: statements, sources, folders, panics.
const INSIDE: [&str; 14] = [
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "DELETE ",
    "SQLITE",
    "sqlx",
    "sqlite",
    "panicked",
    "backtrace",
    ".rs:",
    "src/server",
    "/root/",
    "/home/",
    "/tmp/",
];

/// The status and the body; of an answer that stays open, what has come of it.
async fn ask(app: &App, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let response = AssertUnwindSafe(app.router.clone().oneshot(request)).catch_unwind().await;
    let response = response.expect("nothing gets past the layer that catches panics").unwrap();
    let (parts, body) = response.into_parts();
    let is_open = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
    if is_open {
        return (parts.status, parts.headers, String::new());
    }
    let bytes = tokio::time::timeout(Duration::from_secs(20), body.collect()).await;
    let bytes = bytes.expect("an answer comes to its end").unwrap().to_bytes();
    (parts.status, parts.headers, String::from_utf8_lossy(&bytes).into_owned())
}

fn request(wanted: &Wanted, browser: &Browser) -> Option<Request<Body>> {
    let mut request = Request::builder().method(wanted.method.as_str()).uri(&wanted.target);
    for (name, value) in &wanted.headers {
        request = request.header(name.as_str(), value.as_slice());
    }
    // What no client of ours could even send is nothing to ask.
    let mut request = request.body(Body::from(wanted.body.clone())).ok()?;
    let address = std::net::SocketAddr::new(browser.address, 50_000);
    request.extensions_mut().insert(ConnectInfo(address));
    Some(request)
}

/// Signs in with a number of their own, then does what nobody would.
async fn somebody(app: &App, seed: u64, number: usize) -> [usize; 5] {
    let mut hostile = Hostile::new(ChaCha20Rng::seed_from_u64(seed.wrapping_add(number as u64)));
    let mut browser = app.browser();
    let phone = format!("+98912{number:07}");
    browser.request_code(&phone).await;
    let sent = app.messages().into_iter().rev().find(|message| message.to.e164() == phone).unwrap();
    // Every third stays in the middle.
    if !number.is_multiple_of(3) {
        browser.verify_code(&sent.text[..6]).await;
    }
    let mut classes = [0; 5];
    for nth in 0..OF_ONE_PERSON {
        let wanted = hostile.request(&browser, &phone);
        let Some(request) = request(&wanted, &browser) else { continue };
        let (status, headers, body) = ask(app, request).await;
        let told =
            format!("seed {seed}, person {number}, request {nth}: {wanted:?}\n{status} {headers:?}\n{body}");
        assert!(!status.is_server_error(), "{told}");
        for word in INSIDE {
            assert!(!body.contains(word), "{word:?} in an answer; {told}");
        }
        let inside = app.database_path();
        assert!(!body.contains(inside.parent().unwrap().to_str().unwrap()), "{told}");
        classes[usize::from(status.as_u16() / 100) - 1] += 1;
        keep_cookies(&mut browser, &headers, &mut hostile);
    }
    classes
}

/// Half of the answers' cookies are kept, so that people lose their sessions now and then, and mostly do not.
fn keep_cookies(browser: &mut Browser, headers: &HeaderMap, hostile: &mut Hostile) {
    for line in headers.get_all(header::SET_COOKIE) {
        let (pair, flags) = line.to_str().unwrap().split_once(';').unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        if !flags.contains("Max-Age=0") && hostile.one_in(2) {
            browser.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_asked_by_whomever_is_no_fault_of_ours_and_shows_nothing_of_our_inside() {
    let (seed, requests) =
        (from_environment("FUZZ_SEED", 20_260_101) as u64, from_environment("FUZZ_REQUESTS", REQUESTS));
    println!("{requests} requests, seed {seed} (FUZZ_REQUESTS and FUZZ_SEED choose others)");
    // Refusals for want of budget are documented, and would hide what is behind them.
    let policy = SignInPolicy { record_only: RecordOnly::Everything, ..SignInPolicy::default() };
    let app = std::sync::Arc::new(App::start_with(Settings { policy, ..Settings::default() }).await);
    let people = requests.div_ceil(OF_ONE_PERSON);
    let mut tasks = tokio::task::JoinSet::new();
    for first in 0..AT_ONCE {
        let app = app.clone();
        tasks.spawn(async move {
            let mut sum = [0; 5];
            for number in (first..people).step_by(AT_ONCE) {
                let classes = somebody(&app, seed, number).await;
                sum = std::array::from_fn(|class| sum[class] + classes[class]);
            }
            sum
        });
    }
    let sums = tasks.join_all().await;
    let total: [usize; 5] = std::array::from_fn(|class| sums.iter().map(|sum| sum[class]).sum());
    println!("answers by class: {total:?}");
    let asked: usize = total.iter().sum();
    assert!(asked >= requests * 9 / 10, "only {asked} of {requests} could be asked");
    assert!(
        total[1..4].iter().all(|&answers| answers > requests / 20),
        "all one kind of answer shows little: {total:?}"
    );
}
