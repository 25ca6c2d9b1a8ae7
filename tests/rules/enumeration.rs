//! Whoever asks with a number learns nothing of whether it has an account, whatever becomes of the asking.

use mobile_auth::domain::{
    budget::Budget,
    limit::Limit,
    policy::{GuessPolicy, SignInPolicy},
};

use super::{
    limits::{app_with, number},
    recovery::make,
    verges::{self, Verge, is_of_guesses, is_of_known_devices, reach},
};
use crate::support::{Answer, App, Browser, PHONE, Settings, count};

const DAY: i64 = 24 * 3600;

/// The acts with a code that is on paper or was in a message to a former number, their pages, and codes that are none.
const PAPER: [(&str, &str, &str); 2] =
    [("/api/recover", "/recover", "0000-0000-0000-0000"), ("/api/undo_change", "/undo", "0000-0000")];

/// Everything that a stranger can see of an answer, but for what is random in every one: the nonces of the page, the values of
/// cookies (their lengths are seen), and the words given, which stand on the page again.
fn seen(answer: &Answer, given: &[(&str, &str)]) -> String {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .map(
            |(name, value)| {
                if name == "set-cookie" { (name, masked(value)) } else { (name, value.to_owned()) }
            },
        )
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    headers.sort();
    let mut text = format!("{}\n{}\n\n{}", answer.status, headers.join("\n"), answer.body);
    if let Some((_, rest)) = answer.header("content-security-policy").split_once("'nonce-") {
        text = text.replace(rest.split('\'').next().unwrap(), "(nonce)");
    }
    if let Some(nonce) = answer.form_nonce() {
        text = text.replace(nonce, "(nonce)");
    }
    for (word, mask) in given {
        text = text.replace(word, mask);
    }
    text
}

/// A `Set-Cookie` line with the length of the value in place of the value.
fn masked(line: &str) -> String {
    let (name, rest) = line.split_once('=').unwrap();
    let (value, attributes) = rest.split_once(';').unwrap();
    format!("{name}=({} characters);{attributes}", value.len())
}

async fn sign_in(app: &App, phone: &str) -> Browser {
    let mut browser = app.browser();
    browser.request_code(phone).await;
    assert_eq!(browser.verify_code(&app.last_code()).await.status, 200);
    browser
}

/// A stranger with a number, from the first request to the first resend that is refused.
async fn begin(app: &App, phone: &str, wrong: &str) -> (Browser, Vec<String>) {
    let (mut browser, mut story) = (app.browser(), Vec::new());
    let mut keep = |answer: Answer| story.push(seen(&answer, &[(phone, "(number)"), (wrong, "(code)")]));
    keep(browser.get("/sign-in").await);
    keep(browser.request_code(phone).await);
    keep(browser.get("/sign-in/code").await);
    keep(browser.verify_code(wrong).await);
    keep(browser.submit("/api/verify_code", &[("code", wrong)]).await);
    keep(browser.get("/sign-in/code").await);
    keep(browser.resend_code().await);
    keep(browser.submit("/api/resend_code", &[]).await);
    keep(browser.get("/sign-in/code").await);
    let mut on_paper = app.browser();
    for (act, page, code) in PAPER {
        keep(on_paper.fetch(act, &[("phone", phone), ("region", ""), ("code", code)]).await);
        keep(on_paper.submit(act, &[("phone", phone), ("region", ""), ("code", code)]).await);
        keep(on_paper.get(page).await);
    }
    (browser, story)
}

/// Goes on when a code may be sent again; the next one waits for a minute.
async fn go_on(app: &App, phone: &str, mut browser: Browser) -> Vec<String> {
    let (mut other, mut story) = (app.browser(), Vec::new());
    let mut keep = |answer: Answer| story.push(seen(&answer, &[(phone, "(number)")]));
    keep(browser.submit("/api/resend_code", &[]).await);
    keep(browser.get("/sign-in/code").await);
    keep(other.submit("/api/request_code", &[("phone", phone), ("region", "")]).await);
    keep(other.get("/sign-in").await);
    story
}

#[tokio::test]
async fn of_a_hundred_pairs_of_a_known_and_an_unknown_number_every_answer_is_the_same() {
    let app = app_with(|policy| policy.budget.site = Budget::default()).await;
    for person in 0..100 {
        sign_in(&app, &number(person)).await;
    }
    app.advance(DAY);
    for person in 0..100 {
        let wrong = app.wrong_code();
        // Now the known one comes first, now the unknown one.
        let pair = [number(person), number(100 + person)];
        let order = if person % 2 == 0 { [0, 1] } else { [1, 0] };
        let mut stories: [(Option<Browser>, Vec<String>); 2] = Default::default();
        for which in order {
            let (browser, story) = begin(&app, &pair[which], &wrong).await;
            stories[which] = (Some(browser), story);
        }
        app.advance(30);
        for which in order {
            let browser = stories[which].0.take().unwrap();
            stories[which].1.extend(go_on(&app, &pair[which], browser).await);
        }
        let [(_, known), (_, unknown)] = stories;
        assert_eq!(known.len(), 19);
        for (known, unknown) in known.iter().zip(&unknown) {
            assert_eq!(known, unknown, "pair {person}");
        }
    }
    assert_eq!(count(&app, "SELECT count(*) FROM users WHERE is_active = 1").await, 100);
}

/// What those at the verge are told, with and without scripts, and how many acts that were.
async fn refusals(app: &App, limit: Limit, Verge { mut asker, mut waiting }: Verge) -> (Vec<String>, i64) {
    let wrong = app.wrong_code();
    let messages = app.messages();
    let right = &messages.iter().rfind(|message| message.to.e164() == "+989121234567").unwrap().text[..6];
    let mut story = Vec::new();
    let mut keep = |answer: Answer| {
        story.push(seen(&answer, &[(&wrong, "(code)"), (right, "(code)")]));
        answer
    };
    keep(asker.request_code(PHONE).await);
    keep(asker.submit("/api/request_code", &[("phone", PHONE), ("region", "")]).await);
    keep(asker.get("/sign-in").await);
    keep(waiting.resend_code().await);
    keep(waiting.submit("/api/resend_code", &[]).await);
    keep(waiting.get("/sign-in/code").await);
    if !is_of_guesses(limit) {
        return (story, 4);
    }
    let told_of_wrong = keep(waiting.verify_code(&wrong).await);
    let told_of_right = keep(waiting.verify_code(right).await);
    assert_eq!(told_of_wrong.everything(), told_of_right.everything(), "{limit:?}");
    keep(waiting.submit("/api/verify_code", &[("code", right)]).await);
    keep(waiting.get("/sign-in/code").await);
    assert!(!waiting.is_signed_in().await, "{limit:?}");
    (story, 7)
}

/// The same in two worlds: in one the number has an account, in the other only somebody else does.
async fn compare(limit: Limit, policy: SignInPolicy, reach: impl AsyncFn(&App, &Browser) -> Verge) {
    let mut stories = Vec::new();
    for signed_in_before in [PHONE, "+98 912 765 4321"] {
        let app = App::start_with(Settings { policy: policy.clone(), ..Settings::default() }).await;
        let owner = sign_in(&app, signed_in_before).await;
        // Long enough ago to count nowhere.
        app.advance(2 * DAY);
        let verge = reach(&app, &owner).await;
        app.record.flush().await;
        assert_eq!(refused_by(&app, limit).await, (0, 0), "{limit:?} refuses nothing before its verge");
        let (story, acts) = refusals(&app, limit, verge).await;
        app.record.flush().await;
        assert_eq!(refused_by(&app, limit).await, (acts, 0), "{limit:?} is what refuses");
        stories.push(story);
    }
    let [known, unknown] = stories.try_into().unwrap();
    for (known, unknown) in known.iter().zip(&unknown) {
        assert_eq!(known, unknown, "{limit:?}");
    }
}

/// How many acts this limit has refused, and how many any other.
async fn refused_by(app: &App, limit: Limit) -> (i64, i64) {
    let by_this =
        format!("SELECT count(*) FROM events WHERE kind = 'limit_hit' AND detail = '{}'", limit.name());
    let by_this = count(app, Box::leak(by_this.into_boxed_str())).await;
    (by_this, count(app, "SELECT count(*) FROM events WHERE kind = 'limit_hit'").await - by_this)
}

/// Only whoever signed in with the number before is a known device: to strangers its limits say nothing.
#[tokio::test]
async fn each_limit_refuses_a_known_and_an_unknown_number_alike() {
    for (limit, _) in Limit::NAMES {
        if !is_of_known_devices(limit) {
            let reach = async |app: &App, owner: &Browser| reach(limit, app, owner).await;
            compare(limit, verges::policy(limit), reach).await;
        }
    }
}

#[tokio::test]
async fn the_limit_of_a_day_refuses_a_known_and_an_unknown_number_alike() {
    let reach = async |app: &App, _: &Browser| verges::a_days_codes(app).await;
    compare(Limit::PhoneSends, SignInPolicy::default(), reach).await;
}

/// The number is off for as long as nobody opens it, and that too is told of both alike.
#[tokio::test]
async fn a_number_that_is_switched_off_is_refused_alike_a_year_later() {
    let guesses = GuessPolicy { consecutive_failures: 15, ..GuessPolicy::default() };
    let policy = SignInPolicy { guesses, ..SignInPolicy::default() };
    let mut stories = Vec::new();
    for signed_in_before in [PHONE, "+98 912 765 4321"] {
        let app = App::start_with(Settings { policy: policy.clone(), ..Settings::default() }).await;
        let owner = sign_in(&app, signed_in_before).await;
        app.advance(2 * DAY);
        let Verge { mut asker, .. } = reach(Limit::ConsecutiveFailures, &app, &owner).await;
        app.advance(365 * DAY);
        let answer = asker.request_code(PHONE).await;
        assert_eq!(answer.json()["error"], "phone_disabled");
        stories.push(seen(&answer, &[]));
    }
    assert_eq!(stories[0], stories[1]);
}

/// Codes on paper have a limit by address alone, and what it refuses says nothing either.
#[tokio::test]
async fn codes_on_paper_are_refused_alike() {
    let mut stories = Vec::new();
    for signed_in_before in [PHONE, "+98 912 765 4321"] {
        let app = App::start().await;
        make(&mut sign_in(&app, signed_in_before).await).await;
        let mut stranger = app.browser();
        let mut story = Vec::new();
        for turn in 0..17 {
            for (act, page, code) in PAPER {
                let fields = [("phone", PHONE), ("region", ""), ("code", code)];
                let answer = stranger.fetch(act, &fields).await;
                assert_eq!(answer.status, if turn < 15 { 422 } else { 429 }, "{act} {turn}");
                story.push(seen(&answer, &[]));
                if turn == 16 {
                    story.push(seen(&stranger.submit(act, &fields).await, &[]));
                    story.push(seen(&stranger.get(page).await, &[]));
                }
            }
        }
        stories.push(story);
    }
    assert_eq!(stories[0], stories[1]);
}
