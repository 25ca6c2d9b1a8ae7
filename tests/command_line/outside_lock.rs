//! Another program holds the database for longer than anybody is asked to wait.

use std::{
    fs,
    net::SocketAddr,
    thread::spawn,
    time::{Duration, Instant},
};

use sqlx::Connection as _;

use super::{
    running::{Folder, Server},
    visitor::{ask, database, serve_with_outbox, sign_in},
};

/// Longer than the five seconds that an act waits. `make soak` asks for twenty.
const LOCKED: Duration = Duration::from_secs(7);
const PEOPLE: u64 = 40;

fn locked() -> Duration {
    std::env::var("SOAK_LOCK_SECONDS").map_or(LOCKED, |seconds| Duration::from_secs(seconds.parse().unwrap()))
}

/// A figure of the process, such as its threads.
fn figure(server: &Server, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Asks for codes until the time is over; what was answered, and how long each took.
#[expect(clippy::disallowed_methods, reason = "the time that passes for people is what is measured")]
fn ask_until(address: SocketAddr, person: u64, end: Instant) -> Vec<(u16, Duration, bool)> {
    let mut answers = Vec::new();
    while Instant::now() < end {
        let began = Instant::now();
        let reply = ask(address, &format!("POST /api/request_code\nphone=%2B98912{person:07}"), "").unwrap();
        answers.push((reply.status, began.elapsed(), reply.text.contains("\nretry-after: ")));
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "the lock is held for a time of the world outside")]
async fn while_another_program_holds_the_database_people_are_told_to_come_back_and_then_all_is_as_before() {
    let folder = Folder::new();
    let (server, outbox) = serve_with_outbox(&folder, &[]);
    let address = server.address;
    sign_in(address, &outbox, "989990000001").unwrap();
    let (memory, threads) = (figure(&server, "VmRSS"), figure(&server, "Threads"));

    let mut stranger = database(&folder).await;
    let lock = stranger.begin_with("BEGIN EXCLUSIVE").await.unwrap();
    let end = Instant::now() + locked();
    let people: Vec<_> = (0..PEOPLE).map(|person| spawn(move || ask_until(address, person, end))).collect();
    let answers: Vec<_> = people.into_iter().flat_map(|person| person.join().unwrap()).collect();
    for (status, time, says_when) in &answers {
        assert_eq!(*status, 503, "nobody is told that a code is on its way");
        assert!(*says_when && *time < Duration::from_secs(12), "{time:?}");
    }
    assert!(answers.len() as u64 >= PEOPLE);
    let grown = figure(&server, "VmRSS").saturating_sub(memory);
    assert!(grown < 20_000, "{grown} kB more");
    assert!(figure(&server, "Threads") < threads + 8, "threads do not pile up");
    lock.rollback().await.unwrap();

    assert!(sign_in(address, &outbox, "989990000002").is_some(), "the next person signs in");
}
