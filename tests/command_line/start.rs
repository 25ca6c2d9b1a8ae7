use std::{io::Write as _, net::TcpListener, time::Duration};

use super::running::{Folder, PATIENCE};

const PRODUCTION: &[(&str, &str)] = &[
    ("MOBILE_AUTH_SITE_ENVIRONMENT", "production"),
    ("MOBILE_AUTH_SITE_URL", "https://example.com"),
    ("MOBILE_AUTH_SITE_SECRET_KEY", "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="),
    ("MOBILE_AUTH_SITE_ALLOW_DEVELOPMENT_SMS", "true"),
    ("MOBILE_AUTH_PHONE_COUNTRIES", "all"),
];

#[test]
fn development_starts_without_a_setting_and_says_where_to_look() {
    let folder = Folder::new();
    let mut server = folder.serve(&[]);
    let page = server.get("/sign-in").unwrap();
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    server.signal("INT");
    assert_eq!(server.wait(PATIENCE).unwrap().code(), Some(0));
    let (output, _) = server.said();
    let url = format!("http://localhost:{}", server.address.port());
    for part in [
        url.as_str(),
        "printed here, and at http://localhost:",
        "/dev/inbox",
        "data/mobile-auth.db",
        "data/secret.key",
    ] {
        assert!(output.contains(part), "{part} is not in\n{output}");
    }
}

#[test]
fn production_says_nothing_but_json_lines() {
    let folder = Folder::new();
    let mut server = folder.serve(PRODUCTION);
    server.get("/sign-in").unwrap();
    server.signal("TERM");
    assert_eq!(server.wait(PATIENCE).unwrap().code(), Some(0));
    let (output, log) = server.said();
    assert_eq!(output, "");
    let lines: Vec<serde_json::Value> = log.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    for event in ["started", "stopping", "stopped"] {
        assert!(lines.iter().any(|line| line["event"] == event), "{event} is not in {log:?}");
    }
    assert!(!folder.path("data/secret.key").exists(), "production makes no key");
}

#[test]
fn sigterm_ends_it_although_clients_hang() {
    let folder = Folder::new();
    let mut server = folder.serve(&[]);
    let silent = server.connect().unwrap();
    let mut half = server.connect().unwrap();
    half.write_all(b"GET / HTTP/1.1\r\nhost: loc").unwrap();
    server.signal("TERM");
    assert_eq!(server.wait(Duration::from_secs(5)).unwrap().code(), Some(0));
    drop((silent, half));
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let folder = Folder::new();
    let mut server = folder.serve(&[]);
    // A body that does not come keeps its request under way.
    let mut hanging = server.connect().unwrap();
    let request = format!(
        "POST /api/request_code HTTP/1.1\r\nhost: localhost:{port}\r\norigin: http://localhost:{port}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: 20\r\n\r\nphone=",
        port = server.address.port()
    );
    hanging.write_all(request.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    server.signal("TERM");
    assert!(server.wait(Duration::from_millis(500)).is_none(), "the request under way is waited for");
    server.signal("TERM");
    assert_eq!(server.wait(Duration::from_secs(2)).unwrap().code(), Some(1));
}

#[test]
fn a_taken_port_is_told_with_the_remedy() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let text = Folder::new().fail(&[], &[("LEPTOS_SITE_ADDR", address.as_str())]);
    assert!(text.contains("another program listens there") && text.contains("LEPTOS_SITE_ADDR="), "{text}");
}

#[test]
fn migrate_makes_the_database_and_ends() {
    let folder = Folder::new();
    let output = folder.run(&["migrate"], &[]);
    assert!(output.status.success());
    assert!(folder.path("data/mobile-auth.db").exists());
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("data/mobile-auth.db is up to date"), "{text}");
}
