//! Each way in which a provider fails, from its socket to the page: what is told, what it costs, and whether the code that did
//! arrive is good.

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;
use mobile_auth::{
    domain::sms_outcome::{Rejection, SmsOutcome},
    server::sms::{
        http_client::{HttpClient, HttpPatience},
        http_provider::{Credential, HttpSender},
        twilio::Twilio,
    },
};
use serde_json::json;

use crate::{
    sms::stand_in::{Reply, StandIn},
    support::{Answer, App, Browser, PHONE, Settings, count},
};

const NOT_SENT: &str = "We could not send the message. Try again in a minute; nothing was used up";

const IN_DOUBT: &str = "We could not make sure that the message went out. It may come late.";

/// Guesses at any challenge, and wrong ones at any number or from any network.
const GUESSES: &str =
    "SELECT (SELECT coalesce(sum(guesses), 0) FROM challenges) + (SELECT count(*) FROM wrong_guesses)";

/// Every fault, and whether the message may have gone all the same.
fn faults() -> [(&'static str, Reply, bool); 7] {
    let busy = Reply::Answer {
        status: "429 Too Many Requests",
        headers: "retry-after: 3600\r\n",
        body: String::new(),
    };
    [
        ("it hangs", Reply::Hang, true),
        ("it hangs within its answer", Reply::HangInTheMiddle, true),
        ("it resets the connection", Reply::Reset, true),
        ("it drops the answer", Reply::Drop, true),
        ("it answers 503", Reply::json("503 Service Unavailable", ""), false),
        ("it answers 429", busy, false),
        ("it rejects the number", Reply::json("400 Bad Request", r#"{"code":21211}"#), false),
    ]
}

/// How a browser posts.
#[derive(Clone, Copy, Debug)]
enum By {
    /// An island's `fetch`.
    Script,
    /// A form of the page, without JavaScript.
    Form,
}

impl By {
    async fn begin(self, browser: &mut Browser) -> Answer {
        let fields = [("phone", PHONE), ("region", "")];
        match self {
            Self::Script => browser.fetch("/api/request_code", &fields).await,
            Self::Form => browser.submit("/api/request_code", &fields).await,
        }
    }

    async fn resend(self, browser: &mut Browser) -> Answer {
        match self {
            Self::Script => browser.resend_code().await,
            Self::Form => browser.submit("/api/resend_code", &[]).await,
        }
    }

    /// Sees the refusal told: by script in the answer, whose words the page holds; without in the page itself, once.
    async fn assert_told(self, answer: &Answer, page: &'static str, browser: &mut Browser, fault: &str) {
        let is_error = |page: &Answer| page.body.contains("<title>Error: ");
        match self {
            Self::Script => {
                assert_eq!(answer.status, StatusCode::BAD_GATEWAY, "{fault}");
                assert_eq!(answer.json(), json!({ "error": "delivery_failed" }), "{fault}");
                let page = browser.get(page).await;
                assert!(
                    page.body.contains(&format!("delivery_failed={NOT_SENT}")) && !is_error(&page),
                    "{fault}: {}",
                    page.body
                );
            }
            Self::Form => {
                assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, page), "{fault}");
                let told = browser.get(page).await;
                let in_alert = told.body.split_once("role=\"alert\"").map_or("", |(_, after)| after);
                assert!(in_alert.contains(NOT_SENT) && is_error(&told), "{fault}: {}", told.body);
                assert!(!is_error(&browser.get(page).await), "{fault}: once");
            }
        }
    }

    /// Sees the page of the code, which says that the message may come late.
    async fn assert_goes_on(self, answer: &Answer, browser: &mut Browser, fault: &str) {
        let status = match self {
            Self::Script => StatusCode::OK,
            Self::Form => StatusCode::SEE_OTHER,
        };
        assert_eq!((answer.status, answer.location()), (status, "/sign-in/code"), "{fault}: {}", answer.body);
        let page = browser.get("/sign-in/code").await;
        assert!(page.body.contains(IN_DOUBT), "{fault}: {}", page.body);
        assert!(
            page.status == StatusCode::OK && page.body.contains("name=\"code\""),
            "{fault}: {}",
            page.body
        );
    }
}

/// The application with Twilio as its provider, and a stand-in that fails so.
async fn app_by(reply: Reply) -> (App, StandIn) {
    // No longer than it takes to see that nothing comes.
    let is_silent = matches!(reply, Reply::Hang | Reply::HangInTheMiddle);
    let total = if is_silent { Duration::from_millis(500) } else { HttpPatience::default().total };
    let client = HttpClient::new(HttpPatience { total, ..HttpPatience::default() }).unwrap();
    let stand_in = StandIn::start(reply).await;
    let twilio = Twilio {
        url: stand_in.url(""),
        account_sid: "AC1".to_owned(),
        auth_token: Credential::new("token".to_owned()),
        from: "+15005550006".to_owned(),
        status_callback: None,
    };
    let sms = Arc::new(HttpSender::new(client, Arc::new(twilio)));
    (App::start_with(Settings { sms: Some(sms), ..Settings::default() }).await, stand_in)
}

/// The code in the one message that the provider got.
fn arrived(stand_in: &StandIn) -> String {
    let form = stand_in.only().form();
    form.iter().find(|(name, _)| name == "Body").unwrap().1[..6].to_owned()
}

#[tokio::test]
async fn every_fault_is_told_as_it_is_costs_no_guess_and_is_given_back_only_where_nothing_went() {
    for (fault, reply, may_have_gone) in faults() {
        for by in [By::Script, By::Form] {
            let (app, stand_in) = app_by(reply.clone()).await;
            let mut browser = app.browser();
            let answer = by.begin(&mut browser).await;
            let fault = format!("{fault}, {by:?}");
            assert_eq!(count(&app, GUESSES).await, 0, "{fault}");
            let sends = count(&app, "SELECT count(*) FROM codes").await;
            // Another browser, elsewhere: what holds it up is the number's wait alone.
            let again = app.browser().request_code(PHONE).await;
            if may_have_gone {
                by.assert_goes_on(&answer, &mut browser, &fault).await;
                assert_eq!((sends, &again.json()["error"]), (1, &json!("too_many_requests")), "{fault}");
                assert_eq!(again.json()["retry_after_seconds"], 30, "{fault}");
                assert_eq!(browser.verify_code(&arrived(&stand_in)).await.status, StatusCode::OK, "{fault}");
                assert!(browser.is_signed_in().await, "{fault}");
            } else {
                by.assert_told(&answer, "/sign-in", &mut browser, &fault).await;
                assert_eq!((sends, &again.json()["error"]), (0, &json!("delivery_failed")), "{fault}");
                assert_eq!(stand_in.received().len(), 2, "{fault}: there is no wait");
                assert_eq!(browser.get("/sign-in/code").await.location(), "/sign-in", "{fault}");
            }
        }
    }
}

/// The same for the next code of an attempt: the first one stays good whatever becomes of the second.
#[tokio::test]
async fn a_next_code_that_fails_is_told_and_leaves_the_first_one_and_its_guesses_alone() {
    for (outcome, may_have_gone) in [
        (SmsOutcome::unknown("it fell silent"), true),
        (SmsOutcome::elsewhere("it is down"), false),
        (SmsOutcome::elsewhere_with_this("it is refused"), false),
        (SmsOutcome::Rejected(Rejection::BadNumber), false),
    ] {
        for by in [By::Script, By::Form] {
            let app = App::start().await;
            let mut browser = app.browser();
            browser.request_code(PHONE).await;
            let first = app.last_code();
            app.advance(30);
            app.let_provider_say(outcome.clone());
            let answer = by.resend(&mut browser).await;
            let fault = format!("{outcome:?}, {by:?}");
            assert_eq!(count(&app, GUESSES).await, 0, "{fault}");
            if may_have_gone {
                by.assert_goes_on(&answer, &mut browser, &fault).await;
            } else {
                by.assert_told(&answer, "/sign-in/code", &mut browser, &fault).await;
            }
            app.let_provider_say(SmsOutcome::accepted(None));
            let again = browser.resend_code().await;
            let wait = if may_have_gone { json!(60) } else { json!(null) };
            let told = if again.status == StatusCode::OK {
                json!(null)
            } else {
                again.json()["retry_after_seconds"].clone()
            };
            assert_eq!(told, wait, "{fault}: its wait is given back only where nothing went");
            assert_eq!(browser.verify_code(&first).await.status, StatusCode::OK, "{fault}");
            assert!(browser.is_signed_in().await, "{fault}");
        }
    }
}
