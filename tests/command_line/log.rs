//! A log that nobody reads: sign-ins go on, and what was lost is told.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    sync::mpsc,
    thread,
};

use super::{
    mount::SmallDisk,
    running::{Folder, PATIENCE, Server},
    timing::{SIGN_INS, assert_quick},
    visitor::{open, serve_with_outbox, sign_in},
};

const BATCH: usize = 200;

/// Requests on one connection, each a line in the log, until no queue holds them all.
fn fill_the_log(server: &Server) {
    let request = format!("GET /healthz HTTP/1.1\r\nhost: localhost:{}\r\n\r\n", server.address.port());
    let mut stream = open(server.address, b"").unwrap();
    for _ in 0..60 {
        stream.write_all(request.repeat(BATCH).as_bytes()).unwrap();
        let mut answers = BufReader::new(&stream);
        let mut line = String::new();
        // Each answer's body is the line "ok", and its header has no such line.
        for _ in 0..BATCH {
            while line != "ok\n" {
                line.clear();
                answers.read_line(&mut line).unwrap();
            }
            line.clear();
        }
    }
}

async fn assert_sign_ins_are_quick(server: &Server, outbox: &Path, what: &str) {
    assert_quick(what, |person| {
        let signed_in = sign_in(server.address, outbox, &format!("98912{person:07}"));
        assert!(signed_in.is_some(), "{what}: person {person}");
    })
    .await;
}

#[tokio::test]
async fn a_log_that_nobody_reads_stops_no_sign_in_and_tells_what_was_lost_when_somebody_does() {
    let folder = Folder::new();
    let settings = [("MOBILE_AUTH_LOG_FILTER", "info"), ("MOBILE_AUTH_LOG_FORMAT", "json")];
    let (mut server, outbox) = serve_with_outbox(&folder, &settings);
    fill_the_log(&server);
    assert_sign_ins_are_quick(&server, &outbox, "nobody reads the log").await;
    let log = BufReader::new(server.take_log());
    let (tell, told) = mpsc::channel();
    let reader = thread::spawn(move || {
        let mut events = Vec::new();
        for line in log.lines() {
            let line: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
            if line["event"] == "log_lines_dropped" {
                tell.send(line["since_start"].as_u64().unwrap()).unwrap();
            }
            events.push(line["event"].as_str().unwrap_or_default().to_owned());
        }
        events
    });
    assert!(told.recv_timeout(PATIENCE).unwrap() > 0);
    server.signal("TERM");
    assert_eq!(server.wait(PATIENCE).unwrap().code(), Some(0));
    let events = reader.join().unwrap();
    assert_eq!(events.last().map(String::as_str), Some("stopped"), "what waits is written at the end");
    assert!(events.len() < 60 * BATCH, "nothing was lost, so this showed nothing");
}

#[test]
fn a_terminal_that_takes_nothing_delivers_no_code_and_stops_nothing_else() {
    let folder = Folder::new();
    let mut server =
        folder.serve(&[("MOBILE_AUTH_LOG_FILTER", "off"), ("MOBILE_AUTH_LIMITS_RECORD_ONLY", "true")]);
    let address = server.address;
    let people: Vec<_> = (0..700)
        .map(|person| {
            super::visitor::request(
                address,
                &format!("POST /api/request_code\nphone=%2B98912{person:07}"),
                "",
            )
        })
        .collect();
    let mut statuses = Vec::new();
    for bytes in people {
        let status = super::visitor::reply(open(address, &bytes).unwrap()).unwrap().status;
        statuses.push(status);
        if status != 200 {
            break;
        }
    }
    assert_eq!(statuses.last(), Some(&502), "{} messages fit into the pipe", statuses.len());
    for _ in 0..20 {
        assert!(server.get("/sign-in").unwrap().starts_with("HTTP/1.1 200"));
    }
    server.signal("TERM");
    assert_eq!(server.wait(PATIENCE).unwrap().code(), Some(0));
}

#[tokio::test]
async fn a_log_on_a_full_disk_stops_no_sign_in_and_tells_what_was_lost_when_there_is_room() {
    let folder = Folder::new();
    let disk = SmallDisk::mount(&folder.path("log"));
    disk.fill();
    let path = folder.path("log/server.log");
    let outbox = folder.path("outbox.jsonl");
    let settings = [
        ("MOBILE_AUTH_SMS_PROVIDER", "outbox"),
        ("MOBILE_AUTH_SMS_OUTBOX_PATH", outbox.to_str().unwrap()),
        ("MOBILE_AUTH_LOG_FORMAT", "json"),
        // Everybody here has the same address, and there are many of them.
        ("MOBILE_AUTH_LIMITS_RECORD_ONLY", "true"),
    ];
    let mut server = folder.serve_logging_to(File::create(&path).unwrap().into(), &settings);
    assert_sign_ins_are_quick(&server, &outbox, "the log's disk is full").await;
    disk.free();
    server.signal("TERM");
    assert_eq!(server.wait(PATIENCE).unwrap().code(), Some(0));
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told = lines.iter().filter_map(|line| line["since_start"].as_u64()).max();
    assert!(told.is_some_and(|lost| lost >= SIGN_INS as u64), "{text}");
}
