//! What never leaves: codes, secrets, full numbers.

use std::fmt::Write as _;

use axum::{body::Body, http::Request};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use data_encoding::{HEXLOWER, HEXUPPER};
use mobile_auth::domain::{channel::OtherChannels, served_regions::ServedRegions};

use crate::support::{self, App, PHONE, Settings};

/// One that calls too.
async fn app() -> App {
    let channels = OtherChannels { call: Some(ServedRegions::All), whatsapp: false };
    App::start_with(Settings { channels, ..Settings::default() }).await
}

/// A whole run with everything that can go wrong on the way; returns all answers, all codes and all secrets.
async fn whole_run(app: &App) -> (String, Vec<String>, Vec<String>) {
    let mut browser = app.browser();
    let (mut answers, mut secrets) = (String::new(), Vec::new());
    let mut keep = |answer: support::Answer| {
        // The cookies are the one place where secrets belong.
        let headers: Vec<_> = answer.headers.iter().filter(|(name, _)| *name != "set-cookie").collect();
        writeln!(answers, "{} {headers:?} {}", answer.status, answer.body).unwrap();
    };
    keep(browser.get("/sign-in").await);
    keep(browser.submit("/api/request_code", &[("phone", "12"), ("region", "IR")]).await);
    keep(browser.get("/sign-in").await);
    keep(browser.request_code(PHONE).await);
    secrets.push(browser.cookies["challenge"].clone());
    keep(browser.get("/sign-in/code").await);
    keep(browser.verify_code(&app.wrong_code()).await);
    keep(browser.resend_code().await);
    app.advance(30);
    keep(browser.submit("/api/resend_code", &[]).await);
    keep(browser.get("/sign-in/code").await);
    app.take_provider_down();
    app.advance(60);
    keep(browser.resend_code().await);
    app.bring_provider_back();
    keep(browser.submit("/api/resend_code", &[("channel", "call")]).await);
    keep(browser.get("/sign-in/code").await);
    keep(browser.verify_code(&app.last_code()).await);
    secrets.push(browser.cookies["session"].clone());
    keep(browser.get("/").await);
    keep(browser.submit("/api/sign_out", &[]).await);
    keep(browser.get("/sign-in").await);
    let codes = app.messages().iter().map(|message| message.text[..6].to_owned()).collect();
    (answers, codes, secrets)
}

#[tokio::test]
async fn no_answer_holds_a_code_or_a_secret() {
    let app = app().await;
    let (answers, codes, secrets) = whole_run(&app).await;
    assert_eq!(codes.len(), 3);
    for secret in codes.iter().chain(&secrets) {
        assert!(!answers.contains(secret), "an answer holds {secret}");
        assert!(!answers.contains(&STANDARD.encode(secret)), "an answer holds {secret} in base64");
    }
}

/// Runs an act with an application of its own and returns every line that it logs.
fn logged<T>(act: impl AsyncFnOnce(&App) -> T) -> (T, String) {
    support::logged(async || act(&app().await).await)
}

#[test]
fn every_line_of_a_request_carries_its_number() {
    let ((), log) = logged(async |app| {
        let mut browser = app.browser();
        browser.request_code(PHONE).await;
        browser.verify_code(&app.last_code()).await;
    });
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let number = |event: &str, path: &str| {
        let found = lines.iter().find(|line| line["event"] == event && line["span"]["path"] == path);
        found.unwrap_or_else(|| panic!("no {event} of {path} in {log}"))["span"]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let sent = number("code_sent", "/api/request_code");
    let signed_in = number("signed_in", "/api/verify_code");
    assert_eq!(sent, number("answered", "/api/request_code"));
    assert_eq!(signed_in, number("answered", "/api/verify_code"));
    assert_ne!(sent, signed_in);
    assert_eq!(sent.len(), 16, "{sent}");
}

#[test]
fn nothing_a_request_says_breaks_or_forges_a_line() {
    let hostile = "/x\u{202e}\u{2028}%0d%0a%1b[31m{\"event\":\"signed_in\"}";
    let long = format!("/{}", "y".repeat(10_000));
    let ((), log) = logged(async |app| {
        for path in [hostile, &long] {
            let request = Request::get(path).header("user-agent", "a\t\u{9b}31m").header("referer", "x\"}");
            app.browser().send(request.body(Body::empty()).unwrap()).await;
        }
    });
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().filter(|line| line["event"] == "answered").count(), 2, "{log}");
    assert!(!lines.iter().any(|line| line["event"] == "signed_in"), "{log}");
    for line in log.lines().filter(|line| line.contains("answered")) {
        assert!(line.is_ascii() && line.len() < 1000 && !line.contains("31m\u{9b}"), "{line}");
    }
}

#[test]
fn no_log_line_holds_a_code_a_secret_or_a_number() {
    let ((_, codes, secrets), log) = logged(whole_run);
    for event in
        ["code_sent", "limit_hit", "code_not_delivered", "code_not_accepted", "signed_in", "signed_out"]
    {
        assert!(log.contains(event), "{event} is not logged");
    }
    for line in log.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    let fields: Vec<_> = log.lines().map(without_noise).collect();
    for secret in
        codes.iter().chain(&secrets).map(String::as_str).chain([PHONE, "989121234567", "9121234567"])
    {
        assert!(!fields.iter().any(|line| line.contains(secret)), "the log holds {secret}");
    }
}

/// A time stamp's fraction may look like a code by chance.
fn without_noise(line: &str) -> String {
    let mut event: serde_json::Value = serde_json::from_str(line).unwrap();
    event.as_object_mut().unwrap().remove("timestamp");
    event.to_string()
}

#[tokio::test]
async fn the_database_holds_no_code_no_secret_and_no_plain_hash_of_a_code() {
    use sha2::{Digest as _, Sha256};

    let app = app().await;
    let (_, codes, secrets) = whole_run(&app).await;
    let bytes = app.database_bytes();
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"+989121234567"), "the search itself works");
    for secret in &secrets {
        assert!(!holds(secret.as_bytes()), "a secret is kept in clear");
    }
    for code in &codes {
        assert!(!holds(code.as_bytes()), "code {code} is kept in clear");
        assert!(!holds(&Sha256::digest(code)), "code {code} is kept as a plain hash");
    }
}

/// What a hash or an encoding looks like in a database.
fn forms(word: &[u8]) -> Vec<Vec<u8>> {
    use sha2::{Digest as _, Sha256};

    let digest = Sha256::digest(word);
    // Without padding, each is the beginning of the padded form too.
    let base64 = [STANDARD_NO_PAD.encode(digest), URL_SAFE_NO_PAD.encode(digest)].map(String::into_bytes);
    let hexadecimal = [HEXLOWER.encode(&digest), HEXUPPER.encode(&digest)].map(String::into_bytes);
    [digest.to_vec()].into_iter().chain(base64).chain(hexadecimal).collect()
}

/// The sites that addresses belong to are there, for the account page shows them: a /24 and a /48.
#[tokio::test]
async fn the_database_holds_no_address_and_no_plain_hash_of_a_number_or_an_address() {
    let app = app().await;
    whole_run(&app).await;
    app.advance(3600);
    for address in ["203.0.113.77", "2001:db8:7:9:a:b:c:d"] {
        let mut browser = app.browser().at(address);
        browser.request_code(PHONE).await;
        browser.verify_code(&app.wrong_code()).await;
        browser.resend_code().await;
        browser.verify_code(&app.last_code()).await;
        browser.submit("/api/make_recovery_codes", &[]).await;
        browser.get("/account").await;
        let fields = [("phone", PHONE), ("region", ""), ("code", "0000-0000-0000-0000")];
        browser.fetch("/api/recover", &fields).await;
        app.advance(3600);
    }
    app.record.flush().await;
    let bytes = app.database_bytes();
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"203.0.113.0/24") && holds(b"2001:db8:7::/48"), "the search itself works");
    let whole = "2001:db8:7:9:a:b:c:d".parse::<std::net::Ipv6Addr>().unwrap().octets();
    let addresses = [
        "203.0.113.77",
        "2001:db8:7:9:a:b:c:d",
        "2001:db8:7:9::/64",
        "2001:0db8:0007:0009:000a:000b:000c:000d",
    ];
    for address in addresses.map(str::as_bytes).into_iter().chain([&whole[..], &whole[..8]]) {
        assert!(!holds(address), "an address is kept: {address:?}");
    }
    let numbers = [PHONE, "+989121234567", "989121234567", "9121234567", "09121234567", "00989121234567"];
    // Those of blocks and prefixes, too: a thousand or ten thousand tries find the number.
    let blocks = ["+989121234", "+98912123"];
    let networks = ["203.0.113.0/24", "203.0.113.0", "203.0.113.77/32", "2001:db8:7::/48", "2001:db8:7:9::"];
    let words = numbers.iter().chain(&blocks).chain(&networks).chain(&addresses);
    for word in words.map(|word| word.as_bytes()).chain([&whole[..], &whole[..8], &[203, 0, 113, 77]]) {
        for form in forms(word) {
            assert!(!holds(&form), "a plain hash is kept of {}", String::from_utf8_lossy(word));
        }
    }
}
