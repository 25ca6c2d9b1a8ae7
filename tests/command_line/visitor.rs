//! A browser at the real server's door: bare connections, so that a test decides what is sent when.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
};

use sqlx::{ConnectOptions as _, SqliteConnection, sqlite::SqliteConnectOptions};

use super::running::{Folder, PATIENCE, Server};

/// A sign-in that the server said yes to.
pub struct SignedIn {
    pub challenge: String,
    pub code: String,
    pub session: String,
}

/// What came back: the status, the cookies that were set, and all of it.
pub struct Reply {
    pub status: u16,
    pub cookies: BTreeMap<String, String>,
    pub text: String,
}

/// A server that keeps its messages in a file, and that file.
pub fn serve_with_outbox(folder: &Folder, variables: &[(&str, &str)]) -> (Server, PathBuf) {
    let outbox = folder.path("outbox.jsonl");
    let settings = [
        ("MOBILE_AUTH_SMS_PROVIDER", "outbox"),
        ("MOBILE_AUTH_SMS_OUTBOX_PATH", outbox.to_str().unwrap()),
        ("MOBILE_AUTH_LOG_FILTER", "error"),
        // Everybody here has the same address, and there are many of them.
        ("MOBILE_AUTH_LIMITS_RECORD_ONLY", "true"),
    ];
    // A later value of a name replaces an earlier one.
    (folder.serve(&[&settings, variables].concat()), outbox)
}

/// The bytes of a request: `GET /path`, or `POST /path` with the fields on a second line.
pub fn request(address: SocketAddr, request: &str, cookie: &str) -> Vec<u8> {
    let (line, body) = request.split_once('\n').unwrap_or((request, ""));
    let head = format!(
        "{line} HTTP/1.1\r\nhost: localhost:{port}\r\norigin: http://localhost:{port}\r\ncookie: {cookie}\r\n\
         accept: application/json\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{body}",
        port = address.port(),
        length = body.len(),
    );
    head.into_bytes()
}

/// Opens a connection and sends these bytes.
pub fn open(address: SocketAddr, bytes: &[u8]) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.set_nodelay(true).ok()?;
    stream.write_all(bytes).ok()?;
    Some(stream)
}

/// Reads the reply to the end of the connection.
pub fn reply(mut stream: TcpStream) -> Option<Reply> {
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let status = text.split(' ').nth(1)?.parse().ok()?;
    let set = text.lines().filter_map(|line| line.strip_prefix("set-cookie: ")?.split(';').next());
    let cookies = set.filter_map(|pair| pair.split_once('='));
    let cookies = cookies.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Some(Reply { status, cookies, text })
}

/// One connection, one request; nothing when the server dies on the way.
pub fn ask(address: SocketAddr, text: &str, cookie: &str) -> Option<Reply> {
    reply(open(address, &request(address, text, cookie))?)
}

/// The messages so far: to whom, and the code.
pub fn messages(outbox: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(outbox).unwrap_or_default();
    // A kill may have cut off the last line.
    let lines = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    lines
        .map(|line| (line["to"].as_str().unwrap().to_owned(), line["text"].as_str().unwrap()[..6].to_owned()))
        .collect()
}

/// Asks for a code: the challenge cookie and the code.
pub fn request_code(address: SocketAddr, outbox: &Path, phone: &str) -> Option<(String, String)> {
    let reply = ask(address, &format!("POST /api/request_code\nphone=%2B{phone}"), "")?;
    let challenge = reply.cookies.get("challenge")?.clone();
    let sent = messages(outbox).into_iter().rev().find(|(to, _)| to[1..] == *phone);
    Some((challenge, sent?.1))
}

/// The request that verifies a code.
pub fn verification(address: SocketAddr, challenge: &str, code: &str) -> Vec<u8> {
    request(address, &format!("POST /api/verify_code\ncode={code}"), &format!("challenge={challenge}"))
}

pub fn verify_code(address: SocketAddr, challenge: &str, code: &str) -> Option<Reply> {
    reply(open(address, &verification(address, challenge, code))?)
}

pub fn sign_in(address: SocketAddr, outbox: &Path, phone: &str) -> Option<SignedIn> {
    let (challenge, code) = request_code(address, outbox, phone)?;
    let session = verify_code(address, &challenge, &code)?.cookies.get("session")?.clone();
    Some(SignedIn { challenge, code, session })
}

pub fn is_signed_in(address: SocketAddr, session: &str) -> bool {
    ask(address, "GET /", &format!("session={session}")).is_some_and(|reply| reply.status == 200)
}

/// A code of six digits that is not this one.
pub fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

/// A connection to the server's database.
pub async fn database(folder: &Folder) -> SqliteConnection {
    SqliteConnectOptions::new().filename(folder.path("data/mobile-auth.db")).connect().await.unwrap()
}

/// What a count query says of the server's database.
pub async fn count(folder: &Folder, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(&mut database(folder).await).await.unwrap()
}

/// Codes that were used without a session, or sessions without a used code: there are none, whatever happened.
pub const HALF_DONE: &str = "SELECT (SELECT count(*) FROM challenges WHERE consumed_at_ms IS NOT NULL) \
     - (SELECT count(*) FROM sessions)";

/// What SQLite says of the file.
pub async fn integrity(folder: &Folder) -> String {
    sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut database(folder).await).await.unwrap()
}
