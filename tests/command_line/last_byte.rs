//! Races at the real server: every request is there but for its last byte, and then the last bytes come at once.

use std::{io::Write as _, net::SocketAddr};

use super::{
    running::Folder,
    visitor::{
        Reply, count, messages, open, other_than, reply, request, request_code, serve_with_outbox,
        verification,
    },
};

/// Sends one request on so many connections, the last byte of each only when all others are there.
fn at_once(address: SocketAddr, count: usize, bytes: &[u8]) -> Vec<Reply> {
    let (last, all_others) = bytes.split_last().unwrap();
    let mut streams: Vec<_> = (0..count).map(|_| open(address, all_others).unwrap()).collect();
    for stream in &mut streams {
        stream.write_all(&[*last]).unwrap();
    }
    streams.into_iter().map(|stream| reply(stream).unwrap()).collect()
}

fn with_status(replies: &[Reply], status: u16) -> usize {
    replies.iter().filter(|reply| reply.status == status).count()
}

#[tokio::test]
async fn of_100_right_codes_in_one_instant_one_gets_a_session() {
    let folder = Folder::new();
    let (server, outbox) = serve_with_outbox(&folder, &[]);
    for round in 0..5 {
        let phone = format!("98912000{round:04}");
        let (challenge, code) = request_code(server.address, &outbox, &phone).unwrap();
        let replies = at_once(server.address, 100, &verification(server.address, &challenge, &code));
        let sessions = replies.iter().filter(|reply| reply.cookies.contains_key("session")).count();
        assert_eq!((with_status(&replies, 200), sessions), (1, 1), "round {round}");
        assert_eq!(count(&folder, "SELECT count(*) FROM sessions").await, round + 1);
    }
}

#[tokio::test]
async fn of_200_wrong_guesses_in_one_instant_5_are_judged() {
    let folder = Folder::new();
    let (server, outbox) = serve_with_outbox(&folder, &[]);
    let (challenge, code) = request_code(server.address, &outbox, "989120000001").unwrap();
    let guess = verification(server.address, &challenge, other_than(&code));
    let replies = at_once(server.address, 200, &guess);
    let saying = |text: &str| replies.iter().filter(|reply| reply.text.contains(text)).count();
    assert_eq!((saying("code_incorrect"), saying("guesses_exhausted")), (4, 196));
    assert_eq!(count(&folder, "SELECT guesses FROM challenges").await, 5);
}

#[tokio::test]
async fn of_100_requests_for_a_code_in_one_instant_one_is_sent() {
    let folder = Folder::new();
    let (server, outbox) = serve_with_outbox(&folder, &[("MOBILE_AUTH_LIMITS_RECORD_ONLY", "false")]);
    let bytes = request(server.address, "POST /api/request_code\nphone=%2B989120000001", "");
    let replies = at_once(server.address, 100, &bytes);
    assert_eq!((with_status(&replies, 200), with_status(&replies, 429)), (1, 99));
    assert_eq!(messages(&outbox).len(), 1);
}
