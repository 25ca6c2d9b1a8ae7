//! One subscriber, one budget, however the proxy in front writes the address.

use std::net::Ipv6Addr;

use super::limits::number;
use crate::support::{App, Browser, Settings};

/// In front of it stands a proxy at 192.0.2.1.
async fn app() -> App {
    let proxies = vec!["192.0.2.0/24".parse().unwrap()];
    App::start_with(Settings { trusted_proxies: proxies, ..Settings::default() }).await
}

/// Somebody whose address the proxy writes like that.
fn client(app: &App, forwarded: &str) -> Browser {
    let mut browser = app.browser().at("192.0.2.1");
    browser.forwarded_for = Some(forwarded.to_owned());
    browser
}

/// So many addresses of `2001:db8:7:9::/64`, each written one of five ways.
fn spellings(count: u128) -> Vec<String> {
    let network = u128::from("2001:db8:7:9::".parse::<Ipv6Addr>().unwrap());
    let spelling = |host: u128| {
        // All over the 64 bits, and now and then with a zero to compress.
        let address = Ipv6Addr::from(network | (host << 48) | (host * 7919 % 65_521));
        let parts = address.segments().map(|part| format!("{part:04x}"));
        match host % 5 {
            0 => address.to_string(),
            1 => address.to_string().to_uppercase(),
            2 => parts.join(":"),
            3 => format!("[{address}]:4711"),
            _ => format!("[{}]", parts.join(":").to_uppercase()),
        }
    };
    (0..count).map(spelling).collect()
}

#[tokio::test]
async fn two_hundred_addresses_of_a_64_in_every_spelling_share_ten_codes_in_ten_minutes() {
    let app = app().await;
    let mut sent = Vec::new();
    for (person, forwarded) in (0..).zip(spellings(200)) {
        let answer = client(&app, &forwarded).request_code(&number(person)).await;
        assert!([200, 429].contains(&answer.status.as_u16()), "{forwarded}: {}", answer.body);
        sent.push(answer.status == 200);
    }
    assert_eq!(sent.iter().filter(|&&sent| sent).count(), 10);
    assert!(sent[..10].iter().all(|&sent| sent), "the first ten, and none after them");
    let neighbour = client(&app, "2001:db8:7:a::1").request_code(&number(500)).await;
    assert_eq!(neighbour.status, 200, "the next /64 has a budget of its own");
}

#[tokio::test]
async fn wrong_guesses_from_a_64_in_every_spelling_are_thirty_an_hour() {
    let app = app().await;
    let mut judged = 0;
    let spellings = spellings(200);
    for person in 0..10 {
        // The codes are asked for elsewhere, so that no other limit comes first.
        let mut browser = app.browser();
        assert_eq!(browser.request_code(&number(person)).await.status, 200);
        let guesses = usize::try_from(person).unwrap() * 5;
        for forwarded in &spellings[guesses..guesses + 5] {
            let mut guessing = browser.at("192.0.2.1");
            guessing.forwarded_for = Some(forwarded.clone());
            judged += usize::from(guessing.verify_code(&app.wrong_code()).await.status == 422);
        }
    }
    assert_eq!(judged, 30);
}

#[tokio::test]
async fn an_ipv4_address_is_the_same_written_as_ipv6() {
    let app = app().await;
    let spellings = [
        "203.0.113.7",
        "::ffff:203.0.113.7",
        "::FFFF:203.0.113.7",
        "::ffff:cb00:7107",
        "0:0:0:0:0:ffff:203.0.113.7",
        "0000:0000:0000:0000:0000:FFFF:CB00:7107",
        "[::ffff:203.0.113.7]",
        "[::ffff:cb00:7107]:4711",
        "203.0.113.7:4711",
    ];
    let mut sent = 0;
    for (person, forwarded) in (0..40).zip(spellings.iter().cycle()) {
        sent += usize::from(client(&app, forwarded).request_code(&number(person)).await.status == 200);
    }
    assert_eq!(sent, 10);
    let neighbour = client(&app, "::ffff:203.0.113.8").request_code(&number(500)).await;
    assert_eq!(neighbour.status, 200, "the next address has a budget of its own");
}
