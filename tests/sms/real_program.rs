//! Whole journeys on the real program, its connections and receipts as main.rs joins them, with gateways that nobody here wrote.

use std::time::{Duration, Instant};

use super::{kannel::Kannel, smsc::Smsc};
use crate::command_line::{
    running::{Folder, PATIENCE, Server},
    visitor::{Reply, ask, is_signed_in, verify_code},
};

/// How soon the next code is at the second provider when the first has ended.
const TAKE_OVER: Duration = Duration::from_secs(6);

const DELIVERED: &str = "The message is on your phone.";

/// A server whose codes go by the SMSC, with more settings.
fn serve_by_smpp(folder: &Folder, smsc: &Smsc, settings: &[(&str, &str)]) -> Server {
    let url = format!("smpp://127.0.0.1:{}", smsc.port);
    let own = [
        ("MOBILE_AUTH_SMS_PROVIDER", "smpp"),
        ("MOBILE_AUTH_SMPP_URL", url.as_str()),
        ("MOBILE_AUTH_SMPP_SYSTEM_ID", "tester"),
        ("MOBILE_AUTH_SMPP_PASSWORD", "secret"),
        ("MOBILE_AUTH_SMPP_FROM", "Tea"),
        ("MOBILE_AUTH_LOG_FILTER", "error"),
    ];
    folder.serve(&[&own, settings].concat())
}

/// The challenge's cookie.
fn begin(server: &Server, phone: &str) -> String {
    let reply = ask(server.address, &format!("POST /api/request_code\nphone=%2B{phone}"), "").unwrap();
    assert_eq!(reply.status, 200, "{}", reply.text);
    format!("challenge={}", reply.cookies["challenge"])
}

/// The code that the SMSC was handed for that number.
async fn code_at(smsc: &mut Smsc, phone: &str) -> String {
    let submitted = smsc.told("submit").await;
    assert_eq!(submitted["to"][2], phone);
    submitted["text"].as_str().unwrap()[..6].to_owned()
}

fn code_page(server: &Server, challenge: &str) -> Reply {
    let page = ask(server.address, "GET /sign-in/code", challenge).unwrap();
    assert_eq!(page.status, 200, "{}", page.text);
    page
}

fn signs_in(server: &Server, challenge: &str, code: &str) -> bool {
    let secret = challenge.strip_prefix("challenge=").unwrap();
    let reply = verify_code(server.address, secret, code).unwrap();
    assert_eq!(reply.status, 200, "{}", reply.text);
    is_signed_in(server.address, &reply.cookies["session"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_with_a_code_that_came_by_smpp_and_the_reloaded_page_shows_its_receipt() {
    let mut smsc = Smsc::start("accept").await;
    let folder = Folder::new();
    let server = serve_by_smpp(&folder, &smsc, &[]);
    let challenge = begin(&server, "989121234567");
    let code = code_at(&mut smsc, "989121234567").await;
    while smsc.told("taken").await != "receipt" {}
    // The receipt is kept by the record's writer, a moment after the SMSC was told that it was taken.
    let mut shown = code_page(&server, &challenge);
    for _ in 0..PATIENCE.as_millis() / 50 {
        if shown.text.contains(DELIVERED) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        shown = code_page(&server, &challenge);
    }
    assert!(shown.text.contains(DELIVERED), "{}", shown.text);
    assert!(signs_in(&server, &challenge, &code));
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "the time that passes for a person is what is measured")]
async fn when_the_smsc_dies_mid_flow_the_next_code_comes_through_kannel_within_six_seconds() {
    let kannel = Kannel::start().await;
    let mut smsc = Smsc::start("accept").await;
    let folder = Folder::new();
    let url = kannel.url();
    let server = serve_by_smpp(
        &folder,
        &smsc,
        &[
            ("MOBILE_AUTH_SMS_FALLBACK", "http"),
            ("MOBILE_AUTH_HTTP_URL", &url),
            ("MOBILE_AUTH_HTTP_METHOD", "GET"),
            ("MOBILE_AUTH_HTTP_SECRET", "foobar"),
            ("MOBILE_AUTH_HTTP_ACCEPTED_STATUS", "202"),
            ("MOBILE_AUTH_HTTP_ACCEPTED_TEXT", ": "),
            // The next code need not wait.
            ("MOBILE_AUTH_LIMITS_RECORD_ONLY", "true"),
        ],
    );
    let challenge = begin(&server, "989121234567");
    let first = code_at(&mut smsc, "989121234567").await;
    assert!(!kannel.has_message_to("+989121234567"), "the first code went by the SMSC alone");
    drop(smsc);
    let killed = Instant::now();
    let again = ask(server.address, "POST /api/resend_code\n", &challenge).unwrap();
    assert_eq!(again.status, 200, "{}", again.text);
    let second = kannel.code_to("+989121234567").await;
    let taken_over = killed.elapsed();
    assert!(taken_over < TAKE_OVER, "{taken_over:?}");
    assert_ne!(first, second);
    assert!(signs_in(&server, &challenge, &second));
}
