//! Accepts connections and stops without cutting anyone off.
//!
//! `axum::serve` would wait for ever for a client that has sent half a header (axum pull request 3478). HTTP/1 only: the
//! proxy that ends TLS speaks HTTP/2 to browsers, and a preface to tell the versions apart would have no time limit.

use std::{
    convert::Infallible,
    future::{Future, pending},
    io::{self, ErrorKind},
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_io_timeout::TimeoutStream;
use tower::Service as _;
use tracing::{debug, warn};

use super::config::leptos::SITE_ADDR_VARIABLE;

/// How long the server waits for whom.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a whole request header, from the connection's start or the last answer: 10 s, so that slow or silent clients
    /// cannot hold connections (Slowloris).
    pub header: Duration,
    /// For a client that has asked to make room for more of its answer: 30 s, so that connections are not held by asking for much and
    /// reading nothing. The system tells of room when a third of its buffer is free, so that about 1 kB in a second is enough.
    pub stalled: Duration,
    /// When stopping, for the first byte of a connection that has asked nothing yet: 1 s, as a request may be under way.
    pub first_request: Duration,
    /// When stopping, for everything: 15 s, so that the process ends within 20.
    pub drain: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(10),
            stalled: Duration::from_secs(30),
            first_request: Duration::from_secs(1),
            drain: Duration::from_secs(15),
        }
    }
}

/// A request's header may have about so many bytes: 16 KiB, room for several times the cookies we set; hyper alone would
/// take 400 KiB. A longer one is answered with 431.
const HEADER_MAX_BYTES: usize = 16 * 1024;

/// Why the server cannot listen, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("the server cannot listen on {address}: {reason}. {remedy}")]
pub struct BindError {
    address: SocketAddr,
    reason: String,
    remedy: String,
}

/// Listens on the address.
///
/// # Errors
/// The address is taken, is not of this machine, or is not allowed to this user.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, BindError> {
    TcpListener::bind(address).await.map_err(|error| explain(address, &error))
}

fn explain(address: SocketAddr, error: &io::Error) -> BindError {
    let port = address.port();
    let other = SocketAddr::new(address.ip(), port.checked_add(1).unwrap_or(8080));
    let choose = |other: SocketAddr| format!("choose another address: {SITE_ADDR_VARIABLE}={other}");
    let (reason, remedy) = match error.kind() {
        ErrorKind::AddrInUse => (
            "another program listens there".to_owned(),
            format!("`lsof -i :{port}` shows which; stop it, or {}.", choose(other)),
        ),
        ErrorKind::AddrNotAvailable => (
            "this machine has no such address".to_owned(),
            format!("Please {}.", choose(SocketAddr::from(([127, 0, 0, 1], port)))),
        ),
        ErrorKind::PermissionDenied => (
            "this user may not".to_owned(),
            format!("Ports below 1024 are for the system; {}.", choose(SocketAddr::new(address.ip(), 3000))),
        ),
        _ => (error.to_string(), format!("Perhaps {}.", choose(other))),
    };
    BindError { address, reason, remedy }
}

/// How a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Everyone was answered.
    Drained,
    /// This many connections were cut off because patience was at its end.
    CutOff(usize),
}

/// Serves until `stop` is done; then accepts no one new, lets the requests under way finish, and returns. Each request
/// carries its peer as [`ConnectInfo<SocketAddr>`](ConnectInfo). Who comes when there are `most_connections` waits with the
/// operating system until one ends.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()>,
    patience: Patience,
    most_connections: usize,
) -> Stopped {
    tokio::pin!(stop);
    let (closing, to_close) = watch::channel(());
    let mut connections = JoinSet::new();
    let handle = |(stream, peer)| handle(stream, peer, router.clone(), to_close.clone(), patience);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener), if connections.len() < most_connections => { connections.spawn(handle(accepted)); }
            Some(_) = connections.join_next() => {}
        }
    }
    // Those whom the operating system has already let in are answered too.
    while let Ok(accepted) = timeout(Duration::ZERO, accept(&listener)).await {
        connections.spawn(handle(accepted));
    }
    drop(listener);
    closing.send_replace(());
    let drained = timeout(patience.drain, async { while connections.join_next().await.is_some() {} }).await;
    let left = connections.len();
    connections.shutdown().await;
    if drained.is_ok() { Stopped::Drained } else { Stopped::CutOff(left) }
}

/// The next connection. When there are too many open files, waits a moment instead of spinning.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                warn!(event = "accept_failed", %error);
                sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionRefused | ConnectionAborted | ConnectionReset)
}

async fn handle(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    mut to_close: watch::Receiver<()>,
    patience: Patience,
) {
    // Answers are small; waiting to fill a packet would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        debug!(event = "connection_lost", %error);
        return;
    }
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(patience.stalled));
    let has_asked = Arc::new(AtomicBool::new(false));
    let service = service_fn(|request| {
        has_asked.store(true, Ordering::Relaxed);
        answer(router.clone(), peer, request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.header)
        .max_buf_size(HEADER_MAX_BYTES)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        _ = to_close.changed() => None,
    };
    if ended.is_none() {
        connection.as_mut().graceful_shutdown();
        tokio::select! {
            _ = connection.as_mut() => {}
            () = nothing_asked(&has_asked, patience.first_request) => {}
        }
    } else if let Some(Err(error)) = ended {
        debug!(event = "connection_lost", %error);
    }
}

async fn answer(
    mut router: Router,
    peer: SocketAddr,
    request: hyper::Request<Incoming>,
) -> Result<Response, Infallible> {
    let mut request: Request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.call(request).await
}

/// Ends when nothing has been asked for so long; never when something has: that is answered.
async fn nothing_asked(has_asked: &AtomicBool, patience: Duration) {
    sleep(patience).await;
    if has_asked.load(Ordering::Relaxed) {
        pending::<()>().await;
    }
}

#[cfg(test)]
#[path = "serve_tests.rs"]
mod tests;
