//! The program killed at any moment: what it said yes or no to, beside signing in, it still says afterwards.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use super::{
    crash::rounds,
    running::{Folder, Server},
    visitor::{
        Reply, ask, count, integrity, is_signed_in, other_than, request_code, serve_with_outbox, sign_in,
        verify_code,
    },
};

const PEOPLE_AT_ONCE: u32 = 5;

/// Acts of earlier rounds that are looked at after each kill; all are at the end.
const LOOKED_AT: usize = 40;

/// What the server acknowledged, and must know ever after.
enum Acknowledged {
    /// A wrong guess, after which so many were left.
    Guess { challenge: String, wrong: &'static str, left: u64 },
    /// A code that was sent.
    Sent { challenge: String, code: String },
    /// A session that was ended.
    SignedOut { session: String },
    /// A recovery code that was used, and the session it gave.
    Recovered { phone: String, code: String, session: String },
    /// An account that is being deleted.
    Deleting { session: String },
}

/// How many kinds are left once a sent code has been looked at.
const KINDS: usize = 4;

impl Acknowledged {
    fn kind(&self) -> usize {
        match self {
            Self::Guess { .. } => 0,
            Self::Sent { .. } | Self::SignedOut { .. } => 1,
            Self::Recovered { .. } => 2,
            Self::Deleting { .. } => 3,
        }
    }
}

fn session_cookie(session: &str) -> String {
    format!("session={session}")
}

fn guesses_left(reply: &Reply) -> u64 {
    assert!(matches!(reply.status, 409 | 422), "{}", reply.text);
    let body = reply.text.rsplit("\r\n\r\n").next().unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    // Once all are spent the answer is another error, without a figure.
    body["guesses_left"].as_u64().unwrap_or(0)
}

fn guess(address: SocketAddr, outbox: &Path, phone: &str) -> Option<Acknowledged> {
    let (challenge, code) = request_code(address, outbox, phone)?;
    let wrong = other_than(&code);
    let mut left = guesses_left(&verify_code(address, &challenge, wrong)?);
    // The second may be cut off: the first is acknowledged all the same.
    if let Some(reply) = verify_code(address, &challenge, wrong) {
        left = guesses_left(&reply);
    }
    Some(Acknowledged::Guess { challenge, wrong, left })
}

fn be_sent(address: SocketAddr, outbox: &Path, phone: &str) -> Option<Acknowledged> {
    let (challenge, code) = request_code(address, outbox, phone)?;
    Some(Acknowledged::Sent { challenge, code })
}

fn sign_out(address: SocketAddr, outbox: &Path, phone: &str) -> Option<Acknowledged> {
    let session = sign_in(address, outbox, phone)?.session;
    let reply = ask(address, "POST /api/sign_out", &session_cookie(&session))?;
    assert_eq!(reply.status, 200, "{}", reply.text);
    Some(Acknowledged::SignedOut { session })
}

fn recover(address: SocketAddr, outbox: &Path, phone: &str) -> Option<Acknowledged> {
    let cookie = session_cookie(&sign_in(address, outbox, phone)?.session);
    let made = ask(address, "POST /api/make_recovery_codes", &cookie)?;
    let flash = made.cookies.get("flash")?;
    let page = ask(address, "GET /account/recovery-codes", &format!("{cookie}; flash={flash}"))?;
    let mut items = page.text.split("<li>").skip(1).filter_map(|item| item.split("</li>").next());
    let code = items.find(|item| item.len() == 19)?.to_owned();
    let session = use_recovery_code(address, phone, &code)?.cookies.get("session")?.clone();
    Some(Acknowledged::Recovered { phone: phone.to_owned(), code, session })
}

fn use_recovery_code(address: SocketAddr, phone: &str, code: &str) -> Option<Reply> {
    ask(address, &format!("POST /api/recover\nphone=%2B{phone}&code={code}"), "")
}

fn delete(address: SocketAddr, outbox: &Path, phone: &str) -> Option<Acknowledged> {
    let session = sign_in(address, outbox, phone)?.session;
    let reply = ask(address, "POST /api/delete_account", &session_cookie(&session))?;
    assert_eq!(reply.status, 200, "{}", reply.text);
    Some(Acknowledged::Deleting { session })
}

/// `None`: the server died on the way.
type Act = fn(SocketAddr, &Path, &str) -> Option<Acknowledged>;

const ACTS: [Act; PEOPLE_AT_ONCE as usize] = [guess, be_sent, sign_out, recover, delete];

/// What was acknowledged holds; looking at some of it changes it, which is written down in its turn.
fn check(server: &Server, acknowledged: &mut Acknowledged) {
    let address = server.address;
    match acknowledged {
        Acknowledged::Guess { challenge, wrong, left } => {
            let now = guesses_left(&verify_code(address, challenge, wrong).unwrap());
            assert!(now < *left || now == 0, "a spent guess is back: {left} were left, and now {now}");
            *left = now;
        }
        Acknowledged::Sent { challenge, code } => {
            let reply = verify_code(address, challenge, code).unwrap();
            let session = reply.cookies.get("session").cloned();
            let session =
                session.unwrap_or_else(|| panic!("a code that was sent is unknown: {}", reply.text));
            let reply = ask(address, "POST /api/sign_out", &session_cookie(&session)).unwrap();
            assert_eq!(reply.status, 200, "{}", reply.text);
            *acknowledged = Acknowledged::SignedOut { session };
        }
        Acknowledged::SignedOut { session } => {
            assert!(!is_signed_in(address, session), "an ended session is alive again");
        }
        Acknowledged::Recovered { phone, code, session } => {
            assert!(is_signed_in(address, session), "the session of a recovery code is gone");
            let again = use_recovery_code(address, phone, code).unwrap();
            assert!(
                again.text.contains("recovery_code_incorrect"),
                "a used recovery code works: {}",
                again.text
            );
        }
        Acknowledged::Deleting { session } => {
            let page = ask(address, "GET /account", &session_cookie(session)).unwrap();
            assert!(page.text.contains("/api/keep_account"), "a deletion is forgotten: {}", page.text);
        }
    }
}

/// One after the other until the server is gone.
fn act_until_killed(
    address: SocketAddr,
    outbox: &Path,
    act: Act,
    first: u32,
    counter: &AtomicUsize,
) -> Vec<Acknowledged> {
    let done = (first..).map_while(|person| act(address, outbox, &format!("9891{person:08}")));
    let counted = done.inspect(|_| {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    counted.collect()
}

#[tokio::test]
async fn a_kill_at_any_moment_undoes_nothing_that_was_acknowledged() {
    let folder = Folder::new();
    let rounds = rounds();
    let (mut ledger, mut looked_at) = (Vec::<Acknowledged>::new(), 0);
    for round in 0..rounds {
        let (server, outbox) = serve_with_outbox(&folder, &[]);
        // All of the last round, as codes live two minutes, and some of the earlier ones.
        let from = looked_at.min(ledger.len().saturating_sub(LOOKED_AT));
        looked_at = ledger.len();
        for entry in &mut ledger[from..] {
            check(&server, entry);
        }
        let counters: Arc<[AtomicUsize; ACTS.len()]> = Arc::default();
        let people: Vec<_> = (0..)
            .zip(ACTS)
            .map(|(person, act)| {
                let (outbox, counters, address) = (outbox.clone(), counters.clone(), server.address);
                let first = (round * PEOPLE_AT_ONCE + person) * 10_000;
                let counter = person as usize;
                std::thread::spawn(move || act_until_killed(address, &outbox, act, first, &counters[counter]))
            })
            .collect();
        while counters.iter().any(|counter| counter.load(Ordering::SeqCst) == 0) {
            std::thread::sleep(Duration::from_millis(1));
        }
        // From now on any moment will do; these are spread.
        std::thread::sleep(Duration::from_millis(u64::from(round * 37 % 100)));
        server.signal("KILL");
        ledger.extend(people.into_iter().flat_map(|person| person.join().unwrap()));
    }
    let (server, _) = serve_with_outbox(&folder, &[]);
    for entry in &mut ledger {
        check(&server, entry);
    }
    let kept = |kind| ledger.iter().filter(|entry| entry.kind() == kind).count();
    let kept: Vec<_> = (0..KINDS).map(kept).collect();
    println!("{rounds} kills; kept of guesses, ended sessions, recoveries and deletions: {kept:?}");
    assert!(kept.iter().all(|&kept| kept >= rounds as usize), "{kept:?}");
    assert_eq!(integrity(&folder).await, "ok");
    let without_session = "SELECT count(*) FROM recovery_codes WHERE used_at_ms IS NOT NULL AND NOT EXISTS \
         (SELECT 1 FROM sessions WHERE sessions.user_id = recovery_codes.user_id)";
    assert_eq!(count(&folder, without_session).await, 0, "a recovery code is used up without a session");
}
