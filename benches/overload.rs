//! Ten times as many people as the server can sign in: `cargo bench --bench overload --features ssr`.
//!
//! First as many as it can: a fixed crowd, each person after the other. Then people who begin to sign in ten times as often as
//! that, whatever happens to those before them; who is told to come back later goes away, and who has a code goes on.
//! The crowd runs on the same processors as the server, which costs the server more under overload than at rest.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]

#[path = "overload/crowd.rs"]
mod crowd;
#[path = "overload/person.rs"]
mod person;

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use crowd::{Outcome, as_many_as_it_can, ten_times_as_many};
use person::Site;

const LASTING: Duration = Duration::from_secs(10);

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
        // Everybody has the same address here.
        .env("MOBILE_AUTH_LIMITS_RECORD_ONLY", "true")
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

fn per_second(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap()) / LASTING.as_secs_f64()
}

fn tell_overload(normal: f64, outcome: &Outcome, memory: u64) {
    let signed_in = per_second(outcome.signed_in);
    row("people who begin, a second", &format!("{:.0}", per_second(outcome.begun)));
    row("  of these told to come back later", &format!("{}", outcome.shed.len()));
    row("  of these not answered as they should be", &format!("{}", outcome.failed));
    for (name, part) in [("half", 50), ("99 of 100", 99)] {
        let mut shed = outcome.shed.clone();
        shed.sort_unstable();
        let place = (shed.len() * part / 100).min(shed.len().saturating_sub(1));
        let told = shed.get(place).copied().unwrap_or_default();
        row(&format!("  told within, {name}"), &format!("{:.1} ms", told.as_secs_f64() * 1000.0));
    }
    row("sign-ins a second", &format!("{signed_in:.0}"));
    row("  of what it can", &format!("{:.0} %", 100.0 * signed_in / normal));
    row("memory, highest", &format!("{memory} MB"));
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (server, site) = start();
    runtime.block_on(async {
        let normal = per_second(as_many_as_it_can(&site, LASTING).await);
        row("as many as it can: sign-ins a second", &format!("{normal:.0}"));
        row("memory, highest", &format!("{} MB", highest_memory(&server)));
        let outcome = ten_times_as_many(&site, normal * 10.0, LASTING).await;
        tell_overload(normal, &outcome, highest_memory(&server));
        let again = per_second(as_many_as_it_can(&site, LASTING).await);
        row("afterwards, as many as it can", &format!("{again:.0}"));
    });
}
