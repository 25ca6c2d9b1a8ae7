//! A disk that fails, is full, or keeps things late: nothing is acknowledged that is not kept.

use std::time::Duration;

use super::{
    mount::SmallDisk,
    running::{Folder, PATIENCE},
    tracer::Tracer,
    visitor::{
        HALF_DONE, ask, count, integrity, is_signed_in, other_than, request_code, serve_with_outbox, sign_in,
        verify_code,
    },
};

#[tokio::test]
async fn a_sync_that_fails_acknowledges_nothing_and_stops_the_server() {
    for nth in 1..=2 {
        let folder = Folder::new();
        let (mut server, outbox) = serve_with_outbox(&folder, &[]);
        let before = sign_in(server.address, &outbox, "989120000001").unwrap();
        let (challenge, code) = request_code(server.address, &outbox, "989120000002").unwrap();
        // The first sync is the guess, the second the consumed code with its session.
        let tracer = Tracer::attach(
            &server,
            &["-e", "trace=fdatasync,fsync", "-e", &format!("inject=fdatasync,fsync:error=EIO:when={nth}+")],
        );
        let refused = verify_code(server.address, &challenge, &code);
        let (status, cookies) = refused.map(|reply| (reply.status, reply.cookies)).unwrap_or_default();
        assert!(status == 503 && cookies.is_empty(), "sync {nth}: {status} {cookies:?}");
        assert_eq!(server.wait(PATIENCE).unwrap().code(), Some(1), "sync {nth}");
        drop(tracer);
        let (_, log) = server.said();
        let said = |word: &str| log.iter().any(|line| line.contains(word));
        assert!(said("disk_failed") && said("start the server again"), "{log:?}");

        let (server, _) = serve_with_outbox(&folder, &[]);
        assert!(is_signed_in(server.address, &before.session), "what was acknowledged is there");
        assert_eq!((integrity(&folder).await, count(&folder, HALF_DONE).await), ("ok".to_owned(), 0));
        // What was written but not synced may have reached the disk or not: the code is used, or it is good.
        let again = verify_code(server.address, &challenge, &code).unwrap();
        assert!(again.status == 200 || again.text.contains("challenge_missing"), "{}", again.text);
    }
}

#[tokio::test]
async fn a_write_without_room_is_a_503_that_keeps_nothing_and_is_over_when_there_is_room() {
    let folder = Folder::new();
    let (server, outbox) = serve_with_outbox(&folder, &[]);
    let before = sign_in(server.address, &outbox, "989120000001").unwrap();
    let (challenge, code) = request_code(server.address, &outbox, "989120000002").unwrap();
    let log = folder.path("data/mobile-auth.db-wal");
    let tracer = Tracer::attach(
        &server,
        &[
            "-P",
            log.to_str().unwrap(),
            "-e",
            "trace=write,pwrite64",
            "-e",
            "inject=write,pwrite64:error=ENOSPC",
        ],
    );
    for _ in 0..8 {
        let refused = verify_code(server.address, &challenge, &code).unwrap();
        assert_eq!((refused.status, refused.cookies.len()), (503, 0), "{}", refused.text);
    }
    assert!(is_signed_in(server.address, &before.session), "who is signed in notices nothing");
    drop(tracer);
    assert_eq!(
        count(&folder, "SELECT max(guesses) FROM challenges").await,
        1,
        "no guess was judged meanwhile"
    );
    assert_eq!(verify_code(server.address, &challenge, &code).unwrap().status, 200);
    assert_eq!((integrity(&folder).await, count(&folder, HALF_DONE).await), ("ok".to_owned(), 0));
}

#[tokio::test]
async fn on_a_full_disk_sessions_go_on_and_no_guess_is_judged() {
    let folder = Folder::new();
    let disk = SmallDisk::mount(&folder.path("data"));
    let (server, outbox) = serve_with_outbox(&folder, &[]);
    let before = sign_in(server.address, &outbox, "989120000001").unwrap();
    let (challenge, code) = request_code(server.address, &outbox, "989120000002").unwrap();
    disk.fill();
    // What the log of the database has room for still succeeds; then it is full.
    let mut refused = Vec::new();
    for person in 0..3000 {
        let reply =
            ask(server.address, &format!("POST /api/request_code\nphone=%2B9891{person:08}"), "").unwrap();
        if reply.status != 200 {
            refused.push(reply.status);
        }
        if refused.len() == 5 {
            break;
        }
    }
    assert_eq!(refused, [503; 5]);
    for _ in 0..8 {
        let wrong = verify_code(server.address, &challenge, other_than(&code)).unwrap();
        assert_eq!((wrong.status, wrong.cookies.len()), (503, 0), "{}", wrong.text);
    }
    assert!(is_signed_in(server.address, &before.session), "who is signed in notices nothing");
    assert_eq!(ask(server.address, "GET /sign-in", "").unwrap().status, 200);
    disk.free();
    assert_eq!(
        verify_code(server.address, &challenge, &code).unwrap().status,
        200,
        "it recovers without a restart"
    );
    assert_eq!((integrity(&folder).await, count(&folder, HALF_DONE).await), ("ok".to_owned(), 0));
}

/// In the order of the system calls: between a request and the reply that it succeeded, the log of the database was
/// synced.
#[test]
fn no_success_is_told_before_it_is_on_the_disk() {
    let folder = Folder::new();
    let (server, outbox) = serve_with_outbox(&folder, &[]);
    let calls = "trace=fdatasync,fsync,read,recvfrom,recvmsg,readv,write,writev,sendto,sendmsg";
    let tracer = Tracer::attach(&server, &["-y", "-s", "32", "-e", calls]);
    let people = 20;
    for person in 0..people {
        sign_in(server.address, &outbox, &format!("98912{person:07}")).unwrap();
    }
    std::thread::sleep(Duration::from_millis(100));
    let (mut acts, mut syncs, mut pending) = (0, None, std::collections::HashSet::new());
    for line in tracer.finish().lines() {
        let thread = line.split(' ').next().unwrap_or_default();
        let is_sync = line.contains("sync(");
        if is_sync && line.contains("-wal>") && line.contains("unfinished") {
            pending.insert(thread.to_owned());
        }
        let is_resumed = line.contains("sync resumed>") && pending.remove(thread);
        if line.ends_with("= 0") && (is_resumed || is_sync && line.contains("-wal>")) {
            syncs = syncs.map(|count| count + 1);
        }
        if line.contains("\"POST /api/") {
            syncs = Some(0);
        }
        if line.contains("\"HTTP/1.1 200") {
            let synced = syncs.take().unwrap_or_else(|| panic!("a reply without a request: {line}"));
            assert!(synced > 0, "acknowledged before the sync: {line}");
            acts += 1;
        }
    }
    assert_eq!(acts, 2 * people, "each request for a code and each verification was seen");
}

/// From the first request to the greeted home, the events that the record keeps beside it included.
#[test]
fn a_sign_in_is_at_most_six_commits() {
    let folder = Folder::new();
    let (server, outbox) = serve_with_outbox(&folder, &[]);
    for person in 0..5 {
        let tracer = Tracer::attach(&server, &["-y", "-e", "trace=fdatasync,fsync"]);
        let signed_in = sign_in(server.address, &outbox, &format!("98912{person:07}")).unwrap();
        assert!(is_signed_in(server.address, &signed_in.session));
        // The record's writer gathers for a quarter of a second.
        std::thread::sleep(Duration::from_millis(400));
        let calls = tracer.finish();
        let commits = calls.lines().filter(|line| line.contains("sync(") && line.contains("-wal>")).count();
        // The code, the guess and the session are three that nothing can spare.
        assert!((3..=6).contains(&commits), "{commits} commits:\n{calls}");
        // When the log was last written need not be on the disk: `fsync` would wait for that too. See .cargo/config.toml.
        let whole = calls.lines().filter(|line| line.contains(" fsync(") && line.contains("-wal>")).count();
        assert_eq!(whole, 0, "{calls}");
    }
}
