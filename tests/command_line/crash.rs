//! The program killed at any moment: what it acknowledged stays, and what was used stays used.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    time::Duration,
};

use sqlx::{Connection as _, SqliteConnection};

use super::running::{Folder, PATIENCE, Server};

const ROUNDS: u32 = 8;
const PEOPLE_AT_ONCE: u32 = 4;

/// A sign-in that the server said yes to.
struct SignedIn {
    challenge: String,
    code: String,
    session: String,
}

/// One connection, one request; nothing when the server dies on the way.
fn ask(address: SocketAddr, request: &str, cookie: &str) -> Option<(u16, BTreeMap<String, String>)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let (line, body) = request.split_once('\n').unwrap_or((request, ""));
    let head = format!(
        "{line} HTTP/1.1\r\nhost: localhost:{port}\r\norigin: http://localhost:{port}\r\ncookie: {cookie}\r\n\
         accept: application/json\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{body}",
        port = address.port(),
        length = body.len(),
    );
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let status = answer.split(' ').nth(1)?.parse().ok()?;
    let set = answer.lines().filter_map(|line| line.strip_prefix("set-cookie: ")?.split(';').next());
    let cookies = set.filter_map(|pair| pair.split_once('='));
    Some((status, cookies.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
}

/// The messages so far: to whom, and the code.
fn messages(outbox: &PathBuf) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(outbox).unwrap_or_default();
    // A kill may have cut off the last line.
    let lines = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    lines
        .map(|line| (line["to"].as_str().unwrap().to_owned(), line["text"].as_str().unwrap()[..6].to_owned()))
        .collect()
}

fn sign_in(address: SocketAddr, outbox: &PathBuf, phone: &str) -> Option<SignedIn> {
    let (_, cookies) = ask(address, &format!("POST /api/request_code\nphone=%2B{phone}"), "")?;
    let challenge = cookies.get("challenge")?.clone();
    let sent = messages(outbox).into_iter().rev().find(|(to, _)| to[1..] == *phone);
    let code = sent?.1;
    let (_, cookies) =
        ask(address, &format!("POST /api/verify_code\ncode={code}"), &format!("challenge={challenge}"))?;
    Some(SignedIn { challenge, code, session: cookies.get("session")?.clone() })
}

/// One person after the other until the server is gone.
fn sign_in_until_killed(address: SocketAddr, outbox: &PathBuf, first: u32) -> Vec<SignedIn> {
    (first..).map_while(|person| sign_in(address, outbox, &format!("98912{person:07}"))).collect()
}

fn check(server: &Server, acknowledged: &[SignedIn]) {
    for SignedIn { challenge, code, session } in acknowledged {
        let home = ask(server.address, "GET /", &format!("session={session}")).unwrap();
        assert_eq!(home.0, 200, "an acknowledged session is gone");
        let again = ask(
            server.address,
            &format!("POST /api/verify_code\ncode={code}"),
            &format!("challenge={challenge}"),
        );
        let (status, cookies) = again.unwrap();
        assert!(status >= 400 && !cookies.contains_key("session"), "a used code works again: {status}");
    }
}

/// How many messages went out whose code the database does not know.
async fn unknown_messages(folder: &Folder, outbox: &PathBuf) -> usize {
    let url = format!("sqlite://{}", folder.path("data/mobile-auth.db").display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let known = "SELECT count(*) FROM codes JOIN challenges ON challenges.id = challenge_id \
                 JOIN users ON users.id = user_id WHERE phone = $1";
    let mut unknown = 0;
    for (to, _) in messages(outbox) {
        let codes: i64 = sqlx::query_scalar(known).bind(&to).fetch_one(&mut connection).await.unwrap();
        unknown += usize::from(codes == 0);
    }
    let integrity: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap();
    assert_eq!(integrity, "ok");
    unknown
}

#[tokio::test]
async fn a_kill_at_any_moment_loses_no_session_revives_no_code_and_sends_none_unknown() {
    let folder = Folder::new();
    let outbox = folder.path("outbox.jsonl");
    let settings = [
        ("MOBILE_AUTH_SMS_PROVIDER", "outbox"),
        ("MOBILE_AUTH_SMS_OUTBOX_PATH", outbox.to_str().unwrap()),
        ("MOBILE_AUTH_LOG_FILTER", "error"),
        // Everybody here has the same address, and there are many of them.
        ("MOBILE_AUTH_LIMITS_RECORD_ONLY", "true"),
    ];
    let mut acknowledged = Vec::new();
    for round in 0..ROUNDS {
        let server = folder.serve(&settings);
        check(&server, &acknowledged);
        let address = server.address;
        let people: Vec<_> = (0..PEOPLE_AT_ONCE)
            .map(|person| {
                let (outbox, first) = (outbox.clone(), (round * PEOPLE_AT_ONCE + person) * 10_000);
                std::thread::spawn(move || sign_in_until_killed(address, &outbox, first))
            })
            .collect();
        // Any moment will do; these are spread.
        std::thread::sleep(Duration::from_millis(150 + u64::from(round) * 13));
        server.signal("KILL");
        acknowledged.extend(people.into_iter().flat_map(|person| person.join().unwrap()));
    }
    check(&folder.serve(&settings), &acknowledged);
    assert_eq!(unknown_messages(&folder, &outbox).await, 0);
    assert!(acknowledged.len() >= ROUNDS as usize, "only {} sign-ins", acknowledged.len());
}
