//! Ten times as many people as the server can sign in: `cargo bench --bench overload --features ssr`.
//!
//! First as many as it can: a fixed crowd, each person after the other. Then people who begin to sign in ten times as often as
//! that, whatever happens to those before them; who is told to come back later goes away, and who has a code goes on. And so in
//! turns, for a shared machine has good and bad moments.
//! The crowd runs on the same processors as the server, which costs the server more under overload than at rest.
//!
//! It ends with exit code 1 and a sentence when the server does not do what it promises (REQUIREMENTS R-13).
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]

#[path = "overload/crowd.rs"]
mod crowd;
#[path = "overload/person.rs"]
mod person;

use std::{
    process::{Child, Command, ExitCode, Stdio},
    time::Duration,
};

use crowd::{LEAD, Outcome, as_many_as_it_can, ten_times_as_many};
use person::Site;

/// Each turn.
const LASTING: Duration = Duration::from_secs(5);

/// Overloads, each between two rests.
const TURNS: u32 = 4;

/// Of the sign-ins that it can, so many in a hundred must go on under overload.
const LEAST_PERCENT: f64 = 80.0;

/// Of those who begin, one in so many may be neither signed in nor told to come back later: those whose connection broke, or who
/// had begun and found no place.
const ONE_IN: usize = 1000;

/// Whoever is told to come back later is told within this, ninety-nine of a hundred of them.
const TOLD_WITHIN: Duration = Duration::from_millis(100);

/// What the server may take: 128 MB, for 4,096 connections with 20 KiB each of header and body, and itself.
const MOST_MEMORY: u64 = 128;

/// The server in a folder of its own; it is killed at the end.
struct Server {
    child: Child,
    _folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start() -> (Server, Site) {
    let folder = tempfile::tempdir().unwrap();
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let outbox = folder.path().join("outbox.jsonl");
    let child = Command::new(env!("CARGO_BIN_EXE_mobile-auth"))
        .env_clear()
        .env("LEPTOS_SITE_ADDR", address.to_string())
        .env("MOBILE_AUTH_SMS_PROVIDER", "outbox")
        .env("MOBILE_AUTH_SMS_OUTBOX_PATH", &outbox)
        .env("MOBILE_AUTH_LOG_FILTER", "warn")
        // Each has an address of their own, as the proxy says; the site is as large as its crowd.
        .env("MOBILE_AUTH_SITE_TRUSTED_PROXIES", "127.0.0.1")
        .env("MOBILE_AUTH_BUDGET_SENDS_PER_HOUR", "1000000")
        .env("MOBILE_AUTH_BUDGET_SENDS_PER_DAY", "1000000")
        .env("MOBILE_AUTH_BUDGET_LEAST_USED_PERCENT", "0")
        // Their numbers are not far from each other.
        .env("MOBILE_AUTH_LIMITS_RECORD_ONLY", "block_sends")
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while std::net::TcpStream::connect(address).is_err() {
        std::thread::sleep(Duration::from_millis(10));
    }
    (Server { child, _folder: folder }, Site::new(address, outbox))
}

/// Memory at its highest so far, in MB.
fn highest_memory(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1000
}

fn row(what: &str, figure: &str) {
    println!("{what:<52} {figure:>12}");
}

fn per_second(count: usize, turns: u32) -> f64 {
    f64::from(u32::try_from(count).unwrap()) / (LASTING * turns).as_secs_f64()
}

/// Of these times, the one that so many in a hundred are within; nothing of none.
fn within(times: &[Duration], percent: usize) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}

fn tell_overload(normal: f64, outcome: &Outcome, memory: u64) {
    let signed_in = per_second(outcome.signed_in, TURNS);
    let begun = f64::from(u32::try_from(outcome.begun).unwrap()) / ((LEAD + LASTING) * TURNS).as_secs_f64();
    row("people who begin, a second", &format!("{begun:.0}"));
    row("  of these told to come back later", &format!("{}", outcome.shed.len()));
    row("  of these not answered as they should be", &format!("{}", outcome.failed));
    for (name, percent) in [("half", 50), ("99 of 100", 99)] {
        let told = within(&outcome.shed, percent);
        row(&format!("  told within, {name}"), &format!("{:.1} ms", told.as_secs_f64() * 1000.0));
    }
    row("sign-ins a second", &format!("{signed_in:.0}"));
    row("  of what it can at that time", &format!("{:.0} %", 100.0 * signed_in / normal));
    row("memory, highest", &format!("{memory} MB"));
}

/// What is not as promised, in sentences.
fn faults(normal: f64, outcome: &Outcome, memory: u64) -> Vec<String> {
    let percent = 100.0 * per_second(outcome.signed_in, TURNS) / normal;
    let told = within(&outcome.shed, 99);
    let checks = [
        (outcome.shed.is_empty(), "nobody was told to come back later, so this was no overload".to_owned()),
        (
            percent < LEAST_PERCENT,
            format!("only {percent:.0} % of the sign-ins went on, and {LEAST_PERCENT:.0} % must"),
        ),
        (
            told >= TOLD_WITHIN,
            format!(
                "one in a hundred was told only after {told:?} to come back, and {TOLD_WITHIN:?} is the most"
            ),
        ),
        (
            outcome.failed * ONE_IN > outcome.begun,
            format!("{} people got another answer than they should, and one in {ONE_IN} may", outcome.failed),
        ),
        (memory > MOST_MEMORY, format!("the server took {memory} MB, and {MOST_MEMORY} MB is the most")),
    ];
    checks.into_iter().filter(|(is_fault, _)| *is_fault).map(|(_, sentence)| sentence).collect()
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (server, site) = start();
    let faults = runtime.block_on(async {
        let mut rests = vec![as_many_as_it_can(&site, LASTING).await];
        row("memory, highest", &format!("{} MB", highest_memory(&server)));
        let mut outcome = Outcome::default();
        for _ in 0..TURNS {
            let rate = 10.0 * per_second(rests[rests.len() - 1], 1);
            outcome.add(ten_times_as_many(&site, rate, LASTING).await);
            rests.push(as_many_as_it_can(&site, LASTING).await);
        }
        // Each overload is compared with the rests before and after it: those in the middle count twice.
        let inner = rests[1..rests.len() - 1].iter().sum::<usize>();
        let normal = per_second(rests[0] + 2 * inner + rests[rests.len() - 1], 2 * TURNS);
        row("as many as it can: sign-ins a second", &format!("{normal:.0}"));
        let memory = highest_memory(&server);
        tell_overload(normal, &outcome, memory);
        faults(normal, &outcome, memory)
    });
    for fault in &faults {
        eprintln!("overload: {fault}.");
    }
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
