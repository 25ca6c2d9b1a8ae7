//! One person who signs in, over bare connections that are used again.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    net::SocketAddr,
    path::PathBuf,
    rc::Rc,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Connections at once at most; below what the server has room for.
const CONNECTIONS: usize = 2000;

/// The server, the connections to it that rest, and the messages it has sent.
#[derive(Clone)]
pub struct Site(Rc<Inner>);

struct Inner {
    address: SocketAddr,
    outbox: PathBuf,
    resting: RefCell<Vec<TcpStream>>,
    open: Cell<usize>,
    people: Cell<u32>,
    read: Cell<usize>,
    codes: RefCell<HashMap<String, String>>,
}

/// How far a person came.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    SignedIn,
    ComeBackLater,
    /// No connection was left, or the answer was none of these.
    Failed,
}

impl Site {
    pub fn new(address: SocketAddr, outbox: PathBuf) -> Self {
        Self(Rc::new(Inner {
            address,
            outbox,
            resting: RefCell::default(),
            open: Cell::default(),
            people: Cell::default(),
            read: Cell::default(),
            codes: RefCell::default(),
        }))
    }

    /// Somebody who was not here yet.
    pub fn new_person(&self) -> u32 {
        let person = self.0.people.get();
        self.0.people.set(person + 1);
        person
    }

    /// Asks for a code, verifies it and looks at home. `begun` is told when the first answer is there.
    pub async fn sign_in(&self, person: u32, begun: impl FnOnce(u16)) -> End {
        let phone = format!("9891{person:08}");
        let [_, a, b, c] = person.to_be_bytes();
        let from = format!("{}.{b}.{c}.1", 11 + a);
        let Some((status, challenge)) =
            self.ask(&from, "POST /api/request_code", &format!("phone=%2B{phone}"), "").await
        else {
            return End::Failed;
        };
        begun(status);
        match status {
            200 => {}
            503 => return End::ComeBackLater,
            _ => return End::Failed,
        }
        let Some(code) = self.code(&phone) else { return End::Failed };
        let verified = self.ask(&from, "POST /api/verify_code", &format!("code={code}"), &challenge).await;
        let Some((200, session)) = verified else { return End::Failed };
        match self.ask(&from, "GET /", "", &session).await {
            Some((200, _)) => End::SignedIn,
            _ => End::Failed,
        }
    }

    /// The status, and the cookies that were set. `None`: there is no connection to be had, or it broke.
    async fn ask(&self, from: &str, line: &str, body: &str, cookie: &str) -> Option<(u16, String)> {
        let mut stream = self.connect().await?;
        let request = format!(
            "{line} HTTP/1.1\r\nhost: localhost:{port}\r\norigin: http://localhost:{port}\r\ncookie: {cookie}\r\n\
             x-forwarded-for: {from}\r\naccept: application/json\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {length}\r\n\r\n{body}",
            port = self.0.address.port(),
            length = body.len(),
        );
        let answer = exchange(&mut stream, request.as_bytes()).await;
        if answer.is_some() {
            self.0.resting.borrow_mut().push(stream);
        } else {
            self.0.open.set(self.0.open.get() - 1);
        }
        let answer = answer?;
        let set = answer.lines().filter_map(|line| line.strip_prefix("set-cookie: ")?.split(';').next());
        Some((answer.split(' ').nth(1)?.parse().ok()?, set.collect::<Vec<_>>().join("; ")))
    }

    async fn connect(&self) -> Option<TcpStream> {
        let resting = self.0.resting.borrow_mut().pop();
        if resting.is_some() {
            return resting;
        }
        if self.0.open.get() >= CONNECTIONS {
            return None;
        }
        self.0.open.set(self.0.open.get() + 1);
        let stream = TcpStream::connect(self.0.address).await.ok()?;
        stream.set_nodelay(true).ok()?;
        Some(stream)
    }

    fn code(&self, phone: &str) -> Option<String> {
        use std::io::{Read as _, Seek as _, SeekFrom};

        let mut file = std::fs::File::open(&self.0.outbox).ok()?;
        file.seek(SeekFrom::Start(self.0.read.get() as u64)).ok()?;
        let mut new = String::new();
        file.read_to_string(&mut new).ok()?;
        let whole = new.rfind('\n').map_or(0, |end| end + 1);
        self.0.read.set(self.0.read.get() + whole);
        for line in new[..whole].lines() {
            let message: serde_json::Value = serde_json::from_str(line).ok()?;
            let (to, text) = (message["to"].as_str()?, message["text"].as_str()?);
            self.0.codes.borrow_mut().insert(to[1..].to_owned(), text[..6].to_owned());
        }
        self.0.codes.borrow_mut().remove(phone)
    }
}

/// Sends a request and reads one whole answer, which has a length or comes in chunks.
async fn exchange(stream: &mut TcpStream, request: &[u8]) -> Option<String> {
    stream.write_all(request).await.ok()?;
    let (mut answer, mut part) = (Vec::new(), [0; 8192]);
    loop {
        let length = stream.read(&mut part).await.ok().filter(|&length| length > 0)?;
        answer.extend_from_slice(&part[..length]);
        let text = String::from_utf8_lossy(&answer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let stated =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        let is_whole = stated.map_or_else(|| body.ends_with("0\r\n\r\n"), |stated| body.len() >= stated);
        if is_whole {
            return Some(text.into_owned());
        }
    }
}
