use std::sync::atomic::AtomicUsize;

use axum::routing::get;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::oneshot,
    task::JoinHandle,
};

use super::*;

const QUICK: Patience = Patience {
    header: Duration::from_millis(300),
    stalled: Duration::from_millis(300),
    first_request: Duration::from_millis(100),
    drain: Duration::from_millis(1500),
};

struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Stopped>,
    asked: Arc<AtomicUsize>,
}

/// More than most tests open.
const CONNECTIONS: usize = 100;

/// More than what the operating system takes for both ends of a connection.
const LARGE: usize = 32 * 1024 * 1024;

/// `/` answers with the address of its peer, `/slow` after half a second, `/never` never.
async fn start() -> Server {
    start_with(CONNECTIONS).await
}

async fn start_with(most_connections: usize) -> Server {
    let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let slow = move || {
        counter.fetch_add(1, Ordering::SeqCst);
        async {
            sleep(Duration::from_millis(500)).await;
            "slow"
        }
    };
    let router = Router::new()
        .route("/", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() }))
        .route("/large", get(|| async { "x".repeat(LARGE) }))
        .route("/slow", get(slow))
        .route("/never", get(pending::<()>));
    let (stop, stopped) = oneshot::channel();
    let stopped = async move { stopped.await.unwrap_or_default() };
    let ended = tokio::spawn(serve(listener, router, stopped, QUICK, most_connections));
    Server { address, stop, ended, asked }
}

impl Server {
    async fn open(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }

    async fn stop(self) -> Stopped {
        self.stop.send(()).unwrap();
        timeout(Duration::from_secs(3), self.ended).await.unwrap().unwrap()
    }
}

async fn rest(mut stream: TcpStream) -> String {
    let mut text = String::new();
    let read = timeout(Duration::from_secs(3), stream.read_to_string(&mut text)).await;
    read.unwrap().unwrap();
    text
}

fn get_request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n")
}

#[tokio::test]
async fn whoever_asks_for_much_and_reads_nothing_does_not_keep_the_connection() {
    let server = start_with(1).await;
    let stuck = server.open(&get_request("/large")).await;
    // There is room for one connection: the second is served when the first is given up.
    let next = server.open("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
    assert!(rest(next).await.starts_with("HTTP/1.1 200"));
    drop(stuck);
}

#[tokio::test]
async fn whoever_reads_slowly_gets_all_of_it() {
    let server = start().await;
    let request = "GET /large HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let mut stream = server.open(request).await;
    let mut piece = vec![0; LARGE / 100];
    // In all longer than a reader who takes nothing is given.
    for _ in 0..12 {
        sleep(QUICK.stalled / 6).await;
        stream.read_exact(&mut piece).await.unwrap();
    }
    let mut others = Vec::new();
    stream.read_to_end(&mut others).await.unwrap();
    assert!(12 * piece.len() + others.len() > LARGE);
}

#[tokio::test]
async fn a_request_carries_its_peer() {
    let server = start().await;
    let stream = server.open("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    let own = stream.local_addr().unwrap().to_string();
    let answer = rest(stream).await;
    assert!(answer.ends_with(&own), "{answer}");
}

#[tokio::test]
async fn what_is_under_way_is_answered_and_then_the_server_ends() {
    let server = start().await;
    let stream = server.open(&get_request("/slow")).await;
    while server.asked.load(Ordering::SeqCst) == 0 {
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(server.stop().await, Stopped::Drained);
    let answer = rest(stream).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("slow"), "{answer}");
}

#[tokio::test]
async fn whoever_waits_to_be_let_in_is_answered_too() {
    let server = start().await;
    let streams = [server.open(&get_request("/")).await, server.open(&get_request("/")).await];
    assert_eq!(server.stop().await, Stopped::Drained);
    for stream in streams {
        let answer = rest(stream).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

#[tokio::test]
async fn silent_idle_and_half_sent_connections_do_not_hold_the_stop() {
    let server = start().await;
    let mut idle = server.open(&get_request("/")).await;
    let mut first = [0; 15];
    idle.read_exact(&mut first).await.unwrap();
    let silent = server.open("").await;
    let half = server.open("GET / HTTP/1.1\r\nhost: loc").await;
    assert_eq!(server.stop().await, Stopped::Drained);
    drop((idle, silent, half));
}

#[tokio::test]
async fn whatever_hangs_is_cut_off_when_patience_ends() {
    let server = start().await;
    let hanging = server.open(&get_request("/never")).await;
    sleep(Duration::from_millis(50)).await;
    assert_eq!(server.stop().await, Stopped::CutOff(1));
    assert_eq!(rest(hanging).await, "");
}

#[tokio::test]
async fn a_header_that_does_not_come_ends_the_connection() {
    let server = start().await;
    let half = server.open("GET / HTTP/1.1\r\nhost: loc").await;
    rest(half).await;
    let silent = server.open("").await;
    rest(silent).await;
}

#[tokio::test]
async fn a_header_over_16_kib_is_refused() {
    let server = start().await;
    for (length, expected) in [(15 * 1024, b"HTTP/1.1 200"), (17 * 1024, b"HTTP/1.1 431")] {
        let filling = "x".repeat(length);
        let mut stream = server.open("").await;
        // The server may close before all is written.
        let _ =
            stream.write_all(format!("GET / HTTP/1.1\r\nhost: x\r\nx: {filling}\r\n\r\n").as_bytes()).await;
        let mut status = [0; 12];
        stream.read_exact(&mut status).await.unwrap();
        assert_eq!(&status, expected, "{length} bytes");
    }
}

#[tokio::test]
async fn who_comes_when_all_connections_are_taken_is_served_when_one_ends() {
    let server = start_with(2).await;
    let mut taken = [server.open(&get_request("/")).await, server.open(&get_request("/")).await];
    let mut first = [0; 15];
    for stream in &mut taken {
        stream.read_exact(&mut first).await.unwrap();
    }
    let mut waiting = server.open(&get_request("/")).await;
    let answered = timeout(Duration::from_millis(100), waiting.read_exact(&mut first)).await;
    assert!(answered.is_err(), "there is no room for it");
    drop(taken);
    timeout(Duration::from_secs(3), waiting.read_exact(&mut first)).await.unwrap().unwrap();
    assert!(first.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test]
async fn a_taken_port_is_told_with_the_remedy() {
    let taken = bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let error = bind(taken.local_addr().unwrap()).await.unwrap_err().to_string();
    for part in ["another program listens there", "lsof -i", "LEPTOS_SITE_ADDR=127.0.0.1:"] {
        assert!(error.contains(part), "{error}");
    }
    let foreign = bind(SocketAddr::from(([203, 0, 113, 1], 3000))).await.unwrap_err().to_string();
    assert!(foreign.contains("this machine has no such address"), "{foreign}");
}

/// REQUIREMENTS W-12; the other tests here are in more of a hurry.
#[test]
fn a_header_has_ten_seconds_to_come_and_a_whole_request_fifteen() {
    let header = Patience::default().header;
    assert_eq!(header, Duration::from_secs(10));
    assert_eq!(header + crate::server::http::form_post::BODY_PATIENCE, Duration::from_secs(15));
}
