//! What a provider writes into its answers reaches neither a page, nor an answer of ours, nor the log (REQUIREMENTS V-05).

use std::sync::Arc;

use mobile_auth::server::sms::{
    http_client::{HttpClient, HttpPatience},
    http_provider::{Credential, HttpProvider, HttpSender},
    http_template::HttpTemplate,
    sns::Sns,
    twilio::Twilio,
};
use serde_json::json;

use super::stand_in::{Reply, StandIn};
use crate::support::{Answer, App, PHONE, Settings, logged};

/// What all of it can be found by.
const MARK: &str = "of-the-provider";

/// A script, a terminal's colour in two ways, marks that turn the reading direction, and a line of its own.
const HOSTILE: &str = "<script>alert('of-the-provider')</script>\u{1b}[31m\u{9b}31m\u{202e}\u{2066}\u{2028}\r\n{\"event\":\"signed_in\",\"of-the-provider\":1}";

/// The hostile text in each place that an answer of that kind has for words.
fn bodies() -> [String; 5] {
    let xml = format!(
        "<Error><Code>{HOSTILE}</Code><Message>{HOSTILE}</Message></Error><MessageId>{HOSTILE}</MessageId>"
    );
    [
        HOSTILE.to_owned(),
        json!({ "sid": HOSTILE, "id": HOSTILE, "status": HOSTILE, "message": HOSTILE }).to_string(),
        json!({ "code": 21211, "message": HOSTILE, "more_info": HOSTILE }).to_string(),
        json!({ "code": HOSTILE, HOSTILE: HOSTILE }).to_string(),
        xml,
    ]
}

fn replies() -> Vec<Reply> {
    const HEADERS: &str = "content-type: text/html\r\nx-reason: <script>alert('of-the-provider')</script>\r\nretry-after: of-the-provider\r\n\
         location: javascript:alert('of-the-provider')\r\nset-cookie: of-the-provider=1\r\n";
    let statuses = [
        "200 OK",
        "201 Created",
        "302 Found",
        "400 <script>alert('of-the-provider')</script>",
        "403 \u{1b}[31mof-the-provider",
        "500 of-the-provider",
        "503 of-the-provider",
    ];
    let of_status = |status| bodies().map(|body| Reply::Answer { status, headers: HEADERS, body });
    statuses.into_iter().flat_map(of_status).collect()
}

fn twilio(url: String) -> Arc<dyn HttpProvider> {
    Arc::new(Twilio {
        url,
        account_sid: "AC1".to_owned(),
        auth_token: Credential::new("token".to_owned()),
        from: "Tea".to_owned(),
        status_callback: None,
    })
}

fn sns(url: String) -> Arc<dyn HttpProvider> {
    Arc::new(Sns {
        url,
        region: "eu-west-1".to_owned(),
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: Credential::new("secret".to_owned()),
        session_token: None,
        sender_id: None,
    })
}

fn described(url: String) -> Arc<dyn HttpProvider> {
    let message_id = "/id".to_owned();
    Arc::new(HttpTemplate { url, accepted_status: vec![200, 201], message_id, ..HttpTemplate::default() })
}

/// A code is asked for by script and by form, and every page that could tell of it is read.
async fn answers(provider: Arc<dyn HttpProvider>) -> Vec<Answer> {
    let client = HttpClient::new(HttpPatience::default()).unwrap();
    let sms = Arc::new(HttpSender::new(client, provider));
    let app = App::start_with(Settings { sms: Some(sms), ..Settings::default() }).await;
    let mut browser = app.browser();
    let mut answers = vec![browser.request_code(PHONE).await];
    answers.extend([browser.get("/sign-in").await, browser.get("/sign-in/code").await]);
    app.advance(601);
    answers.push(browser.submit("/api/request_code", &[("phone", PHONE), ("region", "")]).await);
    answers.extend([browser.get("/sign-in").await, browser.get("/sign-in/code").await]);
    app.record.flush().await;
    answers
}

#[test]
fn nothing_that_a_provider_writes_is_shown_or_logged() {
    for provider in [twilio, sns, described] {
        for reply in replies() {
            let ((answers, received), log) = logged(async || {
                let stand_in = StandIn::start(reply.clone()).await;
                (answers(provider(stand_in.url(""))).await, stand_in.received().len())
            });
            assert_eq!(received, 2, "the provider has answered");
            for answer in answers {
                let shown = answer.everything();
                assert!(
                    !shown.contains(MARK) && !shown.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\u{2066}']),
                    "{reply:?}: {shown}"
                );
            }
            let said = log.contains("code_sent") || log.contains("code_not_delivered");
            assert!(said && !log.contains(MARK), "{reply:?}: {log}");
            for line in log.lines() {
                let line: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
                assert_ne!(line["event"], "signed_in");
            }
            assert!(
                !log.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{2028}']),
                "{reply:?}: {log}"
            );
        }
    }
}
