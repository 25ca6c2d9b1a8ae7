use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// What the stand-in does once it has read a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Answers with this status line's end, these headers and this body.
    Answer { status: &'static str, headers: &'static str, body: String },
    /// Says nothing and keeps the connection.
    Hang,
    /// Begins an answer and stops in the middle.
    HangInTheMiddle,
    /// Closes the connection without a word.
    Drop,
    /// Resets it.
    Reset,
    /// Sends a body until the other side has had enough, at most 1 GiB.
    Endless,
}

impl Reply {
    pub fn json(status: &'static str, body: impl Into<String>) -> Self {
        Self::Answer { status, headers: "content-type: application/json\r\n", body: body.into() }
    }
}

/// What came in.
#[derive(Clone, Debug)]
pub struct Received {
    /// `POST /path HTTP/1.1`
    pub line: String,
    /// As they came, names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// A form's fields, decoded.
    pub fn form(&self) -> Vec<(String, String)> {
        let decode =
            |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
        let pairs = self.body.split('&').map(|pair| pair.split_once('=').unwrap());
        pairs.map(|(name, value)| (decode(name), decode(value))).collect()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Listens on this machine and replies to every request in the same way.
pub struct StandIn {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    sent_bytes: Arc<Mutex<usize>>,
}

impl StandIn {
    pub async fn start(reply: Reply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stand_in = Self {
            address: listener.local_addr().unwrap(),
            received: Arc::default(),
            sent_bytes: Arc::default(),
        };
        let (received, sent) = (stand_in.received.clone(), stand_in.sent_bytes.clone());
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let (reply, received, sent) = (reply.clone(), received.clone(), sent.clone());
                tokio::spawn(async move {
                    let Ok(request) = read(&mut connection).await else { return };
                    received.lock().unwrap().push(request);
                    // What the other side no longer takes is what the test looks at.
                    let _ = Box::pin(act(connection, reply, &sent)).await;
                });
            }
        });
        stand_in
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// The one request that came.
    pub fn only(&self) -> Received {
        let received = self.received();
        assert_eq!(received.len(), 1, "{} requests", received.len());
        received[0].clone()
    }

    /// How much of an endless body went out.
    pub fn sent_bytes(&self) -> usize {
        *self.sent_bytes.lock().unwrap()
    }
}

async fn read(connection: &mut TcpStream) -> io::Result<Received> {
    let mut bytes = Vec::new();
    let head = loop {
        if connection.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
    };
    let text = String::from_utf8(bytes[..head].to_vec()).unwrap();
    let mut lines = text.split("\r\n").map(str::to_owned);
    let line = lines.next().unwrap();
    let header = |line: String| {
        let (name, value) = line.split_once(':').unwrap();
        (name.to_ascii_lowercase(), value.trim().to_owned())
    };
    let mut received = Received { line, headers: lines.map(header).collect(), body: String::new() };
    let length = head + 4 + received.header("content-length").parse().unwrap_or(0);
    while bytes.len() < length {
        connection.read_buf(&mut bytes).await?;
    }
    received.body = String::from_utf8(bytes[head + 4..].to_vec()).unwrap();
    Ok(received)
}

async fn act(mut connection: TcpStream, reply: Reply, sent: &Mutex<usize>) -> io::Result<()> {
    match reply {
        Reply::Answer { status, headers, body } => {
            let length = body.len();
            let answer = format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}");
            connection.write_all(answer.as_bytes()).await
        }
        Reply::Hang => wait_for_the_end(connection).await,
        Reply::HangInTheMiddle => {
            connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":").await?;
            wait_for_the_end(connection).await
        }
        Reply::Drop => Ok(()),
        Reply::Reset => connection.set_zero_linger(),
        Reply::Endless => {
            connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n").await?;
            let piece = vec![b' '; 16_384];
            for _ in 0..65_536 {
                connection.write_all(&piece).await?;
                *sent.lock().unwrap() += piece.len();
            }
            Ok(())
        }
    }
}

async fn wait_for_the_end(mut connection: TcpStream) -> io::Result<()> {
    let read = tokio::time::timeout(Duration::from_mins(1), connection.read_u8()).await;
    read.map_or(Ok(()), |_| Ok(()))
}
