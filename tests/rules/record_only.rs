//! A limit that only records: what it would refuse goes on, and is counted.

use mobile_auth::domain::{
    limit::{Limit, RecordOnly},
    policy::SignInPolicy,
};

use super::{
    recovery::{recover, with_codes},
    verges::{self, Verge, is_of_guesses, reach},
};
use crate::support::{App, Browser, PHONE, Settings, count};

const DAY: i64 = 24 * 3600;

async fn app_recording(limit: Limit, policy: SignInPolicy) -> App {
    let policy = SignInPolicy { record_only: RecordOnly::Only(vec![limit]), ..policy };
    App::start_with(Settings { policy, ..Settings::default() }).await
}

async fn signed_in(app: &App) -> Browser {
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    assert_eq!(browser.verify_code(&app.last_code()).await.status, 200);
    browser
}

/// How often the operator is told that the limit would have refused something.
async fn would_have_refused(app: &App, name: &str) -> Option<u32> {
    let standing = app.operator(&["show"]).await.unwrap();
    let line = standing.lines().find_map(|line| line.strip_prefix(&format!("{name} only records: ")))?;
    line.split(' ').find_map(|word| word.parse().ok())
}

/// Whom the record names.
async fn recorded(app: &App, name: &str) -> i64 {
    app.record.flush().await;
    let query = format!("SELECT count(*) FROM events WHERE kind = 'limit_recorded' AND detail = '{name}'");
    count(app, Box::leak(query.into_boxed_str())).await
}

#[tokio::test]
async fn what_a_limit_that_only_records_would_refuse_goes_on_and_is_counted() {
    for (limit, name) in Limit::NAMES {
        let app = app_recording(limit, verges::policy(limit)).await;
        let owner = signed_in(&app).await;
        app.advance(2 * DAY);
        let Verge { mut asker, mut waiting } = reach(limit, &app, &owner).await;
        assert_eq!(would_have_refused(&app, name).await, None, "{name}: nothing was over it yet");
        let answer = if is_of_guesses(limit) {
            waiting.verify_code(&app.wrong_code()).await
        } else {
            asker.request_code(PHONE).await
        };
        match limit {
            Limit::Operator => {
                assert_eq!(answer.status, 503, "the operator's word is never only recorded");
                continue;
            }
            limit if is_of_guesses(limit) => assert_eq!(answer.json()["error"], "code_incorrect", "{name}"),
            _ => assert_eq!(answer.status, 200, "{name}: {}", answer.body),
        }
        assert_eq!(would_have_refused(&app, name).await, Some(1), "{name}");
        assert_eq!(recorded(&app, name).await, 1, "{name}");
    }
}

#[tokio::test]
async fn guesses_at_recovery_codes_are_counted_too() {
    let app = app_recording(Limit::AddressGuesses, SignInPolicy::default()).await;
    let (_, codes) = with_codes(&app).await;
    let mut stranger = app.browser();
    for _ in 0..30 {
        recover(&mut stranger, PHONE, "0000-0000-0000-0000").await;
    }
    assert_eq!(would_have_refused(&app, "address_guesses").await, None);
    let answer = recover(&mut stranger, PHONE, "0000-0000-0000-0000").await;
    assert_eq!(answer.json()["error"], "recovery_code_incorrect");
    assert_eq!(recover(&mut stranger, PHONE, &codes[0]).await.status, 200);
    assert_eq!(would_have_refused(&app, "address_guesses").await, Some(2));
    assert_eq!(recorded(&app, "address_guesses").await, 2);
}
