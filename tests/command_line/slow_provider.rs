//! A provider that takes messages and says nothing for ever.

use std::{
    net::TcpListener,
    thread::spawn,
    time::{Duration, Instant},
};

use super::{
    running::Folder,
    visitor::{open, reply, request},
};

#[test]
#[expect(clippy::disallowed_methods, reason = "the time that passes for people is what is measured")]
fn pages_and_guesses_do_not_wait_for_a_provider_that_hangs() {
    // The system takes connections for a listener that never looks at them.
    let provider = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/?to={{to}}&text={{text}}", provider.local_addr().unwrap());
    let folder = Folder::new();
    let server = folder.serve(&[
        ("MOBILE_AUTH_SMS_PROVIDER", "http"),
        ("MOBILE_AUTH_HTTP_URL", &url),
        ("MOBILE_AUTH_LIMITS_RECORD_ONLY", "true"),
    ]);
    let address = server.address;
    let ask = move |person: u32| {
        let post = request(address, &format!("POST /api/request_code\nphone=%2B98912{person:07}"), "");
        let began = Instant::now();
        let status = reply(open(address, &post).unwrap()).unwrap().status;
        (status, began.elapsed())
    };
    let people: Vec<_> = (0..40).map(|person| spawn(move || ask(person))).collect();
    let mut slowest = Duration::ZERO;
    for _ in 0..100 {
        let began = Instant::now();
        assert!(server.get("/sign-in").unwrap().starts_with("HTTP/1.1 200"));
        slowest = slowest.max(began.elapsed());
        let began = Instant::now();
        let guess = request(address, "POST /api/verify_code\ncode=123456", "");
        assert_eq!(reply(open(address, &guess).unwrap()).unwrap().status, 409, "nobody's challenge");
        slowest = slowest.max(began.elapsed());
    }
    assert!(slowest < Duration::from_millis(1_500), "{slowest:?}");
    let answers: Vec<_> = people.into_iter().map(|person| person.join().unwrap()).collect();
    let waited: Vec<_> = answers.iter().filter(|(status, _)| *status == 200).map(|(_, time)| *time).collect();
    assert_eq!(
        waited.len(),
        32,
        "as many wait as there is room for, the others are told at once: {answers:?}"
    );
    assert!(waited.iter().all(|time| *time < Duration::from_secs(8)), "{waited:?}");
}
