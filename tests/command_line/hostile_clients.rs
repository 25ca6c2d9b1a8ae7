//! Whoever sends too much, too slowly or nothing at all: refused, and nobody else notices.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use mobile_auth::server::open_files::most_connections;

use super::{
    running::{Folder, Server},
    visitor::{is_signed_in, open, serve_with_outbox, sign_in},
};

fn post(server: &Server, rest: &str) -> String {
    let port = server.address.port();
    format!(
        "POST /api/request_code HTTP/1.1\r\nhost: localhost:{port}\r\norigin: http://localhost:{port}\r\n\
         content-type: application/x-www-form-urlencoded\r\n{rest}"
    )
}

/// The server's memory at its highest so far, in KiB.
fn highest_memory(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn status_line(stream: &mut TcpStream) -> String {
    let mut first = [0; 12];
    stream.read_exact(&mut first).unwrap();
    String::from_utf8(first.to_vec()).unwrap()
}

#[test]
fn a_body_of_100_mib_is_refused_and_held_nowhere() {
    let folder = Folder::new();
    let (server, outbox) = serve_with_outbox(&folder, &[]);
    sign_in(server.address, &outbox, "989120000001").unwrap();
    let before = highest_memory(&server);
    let chunk = [b"4000\r\n".as_slice(), &[b'x'; 0x4000], b"\r\n"].concat();
    for _ in 0..4 {
        let mut stream =
            open(server.address, post(&server, "transfer-encoding: chunked\r\n\r\n").as_bytes()).unwrap();
        // The server closes long before all is sent.
        let sent = (0..6400).take_while(|_| stream.write_all(&chunk).is_ok()).count();
        assert!(sent < 6400, "all of it was taken");
        assert_eq!(status_line(&mut stream), "HTTP/1.1 413");
    }
    let grown = highest_memory(&server) - before;
    assert!(grown < 8 * 1024, "the server grew by {grown} KiB");
}

#[test]
fn a_header_of_100_mib_is_refused() {
    let folder = Folder::new();
    let (server, _) = serve_with_outbox(&folder, &[]);
    let mut stream = open(server.address, b"GET /sign-in HTTP/1.1\r\nhost: localhost\r\nx: ").unwrap();
    let sent = (0..6400).take_while(|_| stream.write_all(&[b'x'; 0x4000]).is_ok()).count();
    assert!(sent < 6400, "all of it was taken");
    assert_eq!(status_line(&mut stream), "HTTP/1.1 431");
}

#[test]
fn a_body_that_does_not_come_ends_its_connection() {
    let folder = Folder::new();
    let (server, _) = serve_with_outbox(&folder, &[]);
    let mut stream =
        open(server.address, post(&server, "content-length: 20\r\n\r\nphone=").as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 408") && text.contains("body_too_slow"), "{text}");
}

/// A third says nothing, a third sends half a header, a third half a body, and two thirds send a byte now and then.
#[test]
fn two_thousand_sockets_that_dribble_stop_neither_sign_ins_nor_the_stop() {
    let folder = Folder::new();
    let (mut server, outbox) = serve_with_outbox(&folder, &[]);
    let beginnings =
        [String::new(), post(&server, "x-long: "), post(&server, "content-length: 4000\r\n\r\nphone=")];
    // Each is an open file here and one at the server: a system that allows fewer is tried with what it allows.
    let sockets = most_connections().min(2_000);
    let mut slow: Vec<_> = (0..sockets)
        .map(|number: usize| open(server.address, beginnings[number % 3].as_bytes()).unwrap())
        .collect();
    for person in 0..30 {
        for (_, stream) in slow.iter_mut().enumerate().filter(|(number, _)| number % 3 > 0) {
            // The server may have had enough of it.
            let _ = stream.write_all(b"x");
        }
        let signed_in = sign_in(server.address, &outbox, &format!("98912{person:07}")).unwrap();
        assert!(is_signed_in(server.address, &signed_in.session));
    }
    server.signal("TERM");
    assert_eq!(server.wait(Duration::from_secs(20)).unwrap().code(), Some(0));
}
