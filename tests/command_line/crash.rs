//! The program killed at any moment: what it acknowledged stays, and what was used stays used.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use super::{
    running::{Folder, Server},
    visitor::{
        HALF_DONE, SignedIn, count, database, integrity, is_signed_in, messages, serve_with_outbox, sign_in,
        verify_code,
    },
};

/// `make soak` asks for a thousand.
const ROUNDS: u32 = 8;
const PEOPLE_AT_ONCE: u32 = 4;

/// Sign-ins of earlier rounds that are looked at after each kill; all are at the end.
const LOOKED_AT: usize = 40;

pub fn rounds() -> u32 {
    std::env::var("SOAK_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap())
}

/// One person after the other until the server is gone; counts those who are in.
fn sign_in_until_killed(
    address: SocketAddr,
    outbox: &Path,
    first: u32,
    counter: &AtomicUsize,
) -> Vec<SignedIn> {
    let people = (first..).map_while(|person| sign_in(address, outbox, &format!("9891{person:08}")));
    let counted = people.inspect(|_| {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    counted.collect()
}

fn check(server: &Server, acknowledged: &[SignedIn]) {
    for SignedIn { challenge, code, session } in acknowledged {
        assert!(is_signed_in(server.address, session), "an acknowledged session is gone");
        let again = verify_code(server.address, challenge, code).unwrap();
        let has_session = again.cookies.contains_key("session");
        assert!(again.status >= 400 && !has_session, "a used code works again: {}", again.text);
    }
}

/// How many messages went out whose code the database does not know.
async fn unknown_messages(folder: &Folder, outbox: &Path) -> usize {
    let mut connection = database(folder).await;
    let known = "SELECT count(*) FROM codes JOIN challenges ON challenges.id = challenge_id \
                 JOIN users ON users.id = user_id WHERE phone = $1";
    let mut unknown = 0;
    for (to, _) in messages(outbox) {
        let codes: i64 = sqlx::query_scalar(known).bind(&to).fetch_one(&mut connection).await.unwrap();
        unknown += usize::from(codes == 0);
    }
    unknown
}

#[tokio::test]
async fn a_kill_at_any_moment_loses_no_session_revives_no_code_and_sends_none_unknown() {
    let folder = Folder::new();
    let rounds = rounds();
    let mut acknowledged = Vec::new();
    for round in 0..rounds {
        let (server, outbox) = serve_with_outbox(&folder, &[]);
        check(&server, &acknowledged[acknowledged.len().saturating_sub(LOOKED_AT)..]);
        let address = server.address;
        let counter = Arc::new(AtomicUsize::new(0));
        let people: Vec<_> = (0..PEOPLE_AT_ONCE)
            .map(|person| {
                let (outbox, counter) = (outbox.clone(), counter.clone());
                let first = (round * PEOPLE_AT_ONCE + person) * 10_000;
                std::thread::spawn(move || sign_in_until_killed(address, &outbox, first, &counter))
            })
            .collect();
        while counter.load(Ordering::SeqCst) == 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
        // From now on any moment will do; these are spread.
        std::thread::sleep(Duration::from_millis(u64::from(round * 37 % 100)));
        server.signal("KILL");
        acknowledged.extend(people.into_iter().flat_map(|person| person.join().unwrap()));
    }
    let (server, outbox) = serve_with_outbox(&folder, &[]);
    check(&server, &acknowledged);
    assert_eq!(unknown_messages(&folder, &outbox).await, 0);
    assert_eq!((integrity(&folder).await, count(&folder, HALF_DONE).await), ("ok".to_owned(), 0));
    assert!(acknowledged.len() >= rounds as usize, "only {} sign-ins", acknowledged.len());
    println!("{rounds} kills, {} acknowledged sign-ins kept", acknowledged.len());
}
