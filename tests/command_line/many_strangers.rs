//! Many jars and many addresses, through a proxy that the real server trusts, against one number.

use std::{net::SocketAddr, path::Path};

use super::{
    clock_jumps::Clock,
    last_byte::{at_once, with_status},
    running::{Folder, Server},
    visitor::{
        Reply, ask, count, messages, open, other_than, reply, request, serve_with_outbox, verification,
    },
};

const PHONE: &str = "989121234567";
const ASK: &str = "POST /api/request_code\nphone=%2B989121234567";

/// A server with every limit on, which believes what this machine says of addresses.
fn serve(folder: &Folder, clock: &Clock) -> (Server, std::path::PathBuf) {
    let limits_on =
        [("MOBILE_AUTH_LIMITS_RECORD_ONLY", "false"), ("MOBILE_AUTH_SITE_TRUSTED_PROXIES", "127.0.0.0/8")];
    serve_with_outbox(folder, &[clock.variables().as_slice(), &limits_on].concat())
}

/// The request as a proxy passes it on for that stranger, each in a network of their own.
fn of_stranger(bytes: &[u8], stranger: usize) -> Vec<u8> {
    let text = std::str::from_utf8(bytes).unwrap();
    let (line, rest) = text.split_once("\r\n").unwrap();
    format!("{line}\r\nx-forwarded-for: 198.18.{stranger}.7\r\n{rest}").into_bytes()
}

fn send(address: SocketAddr, bytes: &[u8], stranger: usize) -> Reply {
    reply(open(address, &of_stranger(bytes, stranger)).unwrap()).unwrap()
}

/// Twenty strangers ask at once, and one of them is sent a code: their challenge and the code.
fn ask_at_once(address: SocketAddr, outbox: &Path, round: usize) -> (String, String) {
    let bytes = request(address, ASK, "");
    let requests: Vec<_> = (0..20).map(|stranger| of_stranger(&bytes, 20 * round + stranger)).collect();
    let before = messages(outbox).len();
    let replies = at_once(address, &requests);
    assert_eq!((with_status(&replies, 200), with_status(&replies, 429)), (1, 19), "round {round}");
    let sent = messages(outbox);
    assert_eq!(sent.len(), before + 1, "as many messages as the ladder gives");
    let challenge = replies.iter().find_map(|reply| reply.cookies.get("challenge")).unwrap().clone();
    (challenge, sent.last().unwrap().1.clone())
}

/// Three challenges of one number that are alive at once: the waits between them are over before the first code is.
fn three_challenges(address: SocketAddr, outbox: &Path, clock: &Clock) -> Vec<(String, String)> {
    let times = ["+0", "+31", "+93"];
    let begun = times.iter().enumerate().map(|(round, time)| {
        clock.set(time);
        ask_at_once(address, outbox, round)
    });
    begun.collect()
}

const JUDGED: &str = "SELECT sum(guesses) FROM challenges";

#[tokio::test]
async fn of_twenty_jars_and_addresses_ten_wrong_guesses_are_judged_and_then_none_for_a_day() {
    let folder = Folder::new();
    let clock = Clock::new(&folder);
    let (server, outbox) = serve(&folder, &clock);
    let address = server.address;
    let challenges = three_challenges(address, &outbox, &clock);
    let wrong = other_than(&challenges[2].1);
    for (challenge, _) in &challenges[..2] {
        for stranger in 100..105 {
            assert_eq!(send(address, &verification(address, challenge, wrong), stranger).status, 422);
        }
    }
    let (challenge, right) = &challenges[2];
    for stranger in 0..20 {
        for code in [wrong, right] {
            let refused = send(address, &verification(address, challenge, code), stranger);
            assert_eq!(refused.status, 429, "{}", refused.text);
            assert!(
                refused.cookies.is_empty() && refused.text.contains("retry-after: 86"),
                "{}",
                refused.text
            );
        }
        let refused = send(address, &request(address, ASK, ""), stranger);
        assert_eq!(refused.status, 429, "nor is there another code: {}", refused.text);
    }
    assert_eq!(count(&folder, JUDGED).await, 10);
    assert_eq!(messages(&outbox).len(), 3);

    clock.set("+86500");
    let open_again = send(address, &request(address, ASK, ""), 0);
    assert_eq!(open_again.status, 200, "{}", open_again.text);
    let challenge = &open_again.cookies["challenge"];
    assert_eq!(send(address, &verification(address, challenge, wrong), 1).status, 422, "a day later");
    let (to, right) = messages(&outbox).pop().unwrap();
    assert_eq!(to[1..], *PHONE);
    assert_eq!(send(address, &verification(address, challenge, &right), 2).status, 200);
}

#[tokio::test]
async fn of_120_guesses_in_one_instant_at_three_challenges_of_a_number_ten_are_judged() {
    let folder = Folder::new();
    let clock = Clock::new(&folder);
    let (server, outbox) = serve(&folder, &clock);
    let challenges = three_challenges(server.address, &outbox, &clock);
    let wrong = ["000000", "000001", "000002", "000003"];
    let wrong = wrong.iter().find(|wrong| challenges.iter().all(|(_, code)| code != *wrong)).unwrap();
    let guess = |(stranger, (challenge, _)): (usize, &(String, String))| {
        of_stranger(&verification(server.address, challenge, wrong), stranger)
    };
    let guesses: Vec<_> = (0..120).zip(challenges.iter().cycle()).map(guess).collect();
    let replies = at_once(server.address, &guesses);
    let saying = |text: &str| replies.iter().filter(|reply| reply.text.contains(text)).count();
    assert_eq!(with_status(&replies, 200), 0);
    assert_eq!(count(&folder, JUDGED).await, 10);
    assert_eq!(with_status(&replies, 429) + saying("guesses_exhausted") + saying("code_incorrect"), 120);
    assert_eq!(messages(&outbox).len(), 3);
    let more = ask(server.address, ASK, "").unwrap();
    assert_eq!((more.status, messages(&outbox).len()), (429, 3));
}
