//! Races at the real server: every request is there but for its last byte, and then the last bytes come at once.

use std::{io::Write as _, net::SocketAddr};

use super::{
    running::Folder,
    visitor::{
        Reply, count, messages, open, other_than, reply, request, request_code, serve_with_outbox,
        verification,
    },
};

/// Sends each request on a connection of its own, the last byte of each only when all others are there.
pub fn at_once(address: SocketAddr, requests: &[Vec<u8>]) -> Vec<Reply> {
    let open_but_for_the_last = |bytes: &Vec<u8>| {
        let (last, all_others) = bytes.split_last().unwrap();
        (open(address, all_others).unwrap(), *last)
    };
    let mut streams: Vec<_> = requests.iter().map(open_but_for_the_last).collect();
    for (stream, last) in &mut streams {
        stream.write_all(&[*last]).unwrap();
    }
    streams.into_iter().map(|(stream, _)| reply(stream).unwrap()).collect()
}

pub fn with_status(replies: &[Reply], status: u16) -> usize {
    replies.iter().filter(|reply| reply.status == status).count()
}

#[tokio::test]
async fn of_100_right_codes_in_one_instant_one_gets_a_session() {
    let folder = Folder::new();
    let (server, outbox) = serve_with_outbox(&folder, &[]);
    for round in 0..5 {
        let phone = format!("98912000{round:04}");
        let (challenge, code) = request_code(server.address, &outbox, &phone).unwrap();
        let replies = at_once(server.address, &vec![verification(server.address, &challenge, &code); 100]);
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
    let replies = at_once(server.address, &vec![guess; 200]);
    let saying = |text: &str| replies.iter().filter(|reply| reply.text.contains(text)).count();
    assert_eq!((saying("code_incorrect"), saying("guesses_exhausted")), (4, 196));
    assert_eq!(count(&folder, "SELECT guesses FROM challenges").await, 5);
}

#[tokio::test]
async fn of_100_requests_for_a_code_in_one_instant_one_is_sent() {
    let folder = Folder::new();
    let (server, outbox) = serve_with_outbox(&folder, &[("MOBILE_AUTH_LIMITS_RECORD_ONLY", "false")]);
    let bytes = request(server.address, "POST /api/request_code\nphone=%2B989120000001", "");
    let replies = at_once(server.address, &vec![bytes; 100]);
    assert_eq!((with_status(&replies, 200), with_status(&replies, 429)), (1, 99));
    assert_eq!(messages(&outbox).len(), 1);
}
