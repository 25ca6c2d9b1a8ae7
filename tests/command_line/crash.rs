//! The program killed at any moment: what it acknowledged stays, and what was used stays used.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use mobile_auth::{
    domain::{
        challenge::ChallengeDigest,
        one_time_code::{CodeDigest, OneTimeCode},
        phone_number::PhoneNumber,
    },
    server::config::key_file,
};

use super::{
    running::{Folder, Server},
    visitor::{
        HALF_DONE, SignedIn, count, database, integrity, is_signed_in, messages, open, request,
        serve_with_outbox, sign_in, verify_code,
    },
};

/// `make soak` asks for a thousand; REQUIREMENTS V-02 wants 200.
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

/// How many codes went out that the database does not know: each must be one of the digests that are kept for its number.
async fn unknown_codes(folder: &Folder, sent: &[(String, String)]) -> usize {
    let site_key = key_file::read(&folder.path("data/secret.key")).unwrap().unwrap();
    let code_key = site_key.derive("mobile-auth one-time code v1");
    let mut connection = database(folder).await;
    let kept = "SELECT challenge_id, digest FROM codes JOIN challenges ON challenges.id = challenge_id \
                JOIN users ON users.id = user_id WHERE phone = $1";
    let mut unknown = 0;
    for (to, code) in sent {
        let kept: Vec<(Vec<u8>, Vec<u8>)> =
            sqlx::query_as(kept).bind(to).fetch_all(&mut connection).await.unwrap();
        let phone = PhoneNumber::from_stored(to.clone());
        let code = OneTimeCode::parse(code).unwrap();
        let is_known = kept.into_iter().any(|(challenge, digest)| {
            let challenge = ChallengeDigest::from_bytes(challenge.try_into().unwrap());
            let digest = CodeDigest::from_bytes(digest.try_into().unwrap());
            CodeDigest::new(&code_key, &challenge, &phone, &code).matches(&digest)
        });
        unknown += usize::from(!is_known);
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
    let sent = messages(&outbox);
    assert!(sent.len() >= acknowledged.len());
    assert_eq!(unknown_codes(&folder, &sent).await, 0, "of {}", sent.len());
    assert_eq!((integrity(&folder).await, count(&folder, HALF_DONE).await), ("ok".to_owned(), 0));
    assert!(acknowledged.len() >= rounds as usize, "only {} sign-ins", acknowledged.len());
    println!("{rounds} kills, {} acknowledged sign-ins kept", acknowledged.len());
}

/// The moment at which it would be worst: the gateway has the code, and nobody was told yet that it was sent.
#[tokio::test]
async fn a_code_that_the_gateway_has_is_known_when_the_server_is_killed_at_that_moment() {
    let gateway = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/?to={{to_digits}}&text={{text}}", gateway.local_addr().unwrap());
    let settings = [
        ("MOBILE_AUTH_SMS_PROVIDER", "http"),
        ("MOBILE_AUTH_HTTP_URL", url.as_str()),
        ("MOBILE_AUTH_HTTP_METHOD", "GET"),
        ("MOBILE_AUTH_LIMITS_RECORD_ONLY", "true"),
    ];
    let folder = Folder::new();
    let mut sent = Vec::new();
    for round in 0..rounds() {
        let server = folder.serve(&settings);
        let phone = format!("98912{round:07}");
        let post = request(server.address, &format!("POST /api/request_code\nphone=%2B{phone}"), "");
        let _asking = open(server.address, &post).unwrap();
        let (mut hand_over, _) = gateway.accept().unwrap();
        let mut bytes = [0; 4096];
        let length = hand_over.read(&mut bytes).unwrap();
        server.signal("KILL");
        let _ = hand_over.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        let line = String::from_utf8(bytes[..length].to_vec()).unwrap();
        let text = line.split_once("&text=").unwrap_or_else(|| panic!("{line}")).1;
        sent.push((format!("+{phone}"), text[..6].to_owned()));
    }
    assert_eq!(unknown_codes(&folder, &sent).await, 0, "of {}", sent.len());
}
