//! Whoever sends too much, too slowly or nothing at all: refused, and nobody else notices.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use super::{
    running::{Folder, Server},
    visitor::{open, serve_with_outbox, sign_in},
};

pub fn post(server: &Server, rest: &str) -> String {
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
