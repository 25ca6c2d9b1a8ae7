//! The machine's clock set forwards and back between a code and its use: never a longer life, never a failure.

use std::{fs, process::Command};

use super::{
    running::Folder,
    visitor::{ask, is_signed_in, request_code, serve_with_outbox, verify_code},
};

/// The clock of a server, moved by libfaketime.
pub struct Clock {
    file: std::path::PathBuf,
    library: String,
}

impl Clock {
    pub fn new(folder: &Folder) -> Self {
        // The program knows where its library lies; -m is the one for programs with threads.
        let asked = Command::new("faketime").args(["-m", "-f", "+0", "printenv", "LD_PRELOAD"]).output();
        let library = asked.expect("faketime is missing: run scripts/setup --for test").stdout;
        let clock = Self {
            file: folder.path("clock"),
            library: String::from_utf8(library).unwrap().trim().to_owned(),
        };
        clock.set("+0");
        clock
    }

    /// Timers stay true: they follow the monotonic clock.
    pub fn variables(&self) -> Vec<(&str, &str)> {
        vec![
            ("LD_PRELOAD", &self.library),
            ("FAKETIME_TIMESTAMP_FILE", self.file.to_str().unwrap()),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("TZ", "UTC"),
        ]
    }

    /// Renamed into place, for the server may read at any moment.
    pub fn set(&self, time: &str) {
        let new = self.file.with_extension("new");
        fs::write(&new, format!("{time}\n")).unwrap();
        fs::rename(&new, &self.file).unwrap();
    }
}

#[test]
fn a_code_is_good_neither_before_its_sending_nor_after_its_life_whatever_the_clock_does() {
    let folder = Folder::new();
    let clock = Clock::new(&folder);
    let (server, outbox) = serve_with_outbox(&folder, &clock.variables());
    let address = server.address;
    let jumps = [
        "+3600",
        "-3600",
        "+86400",
        "-86400",
        "1970-01-01 00:00:01",
        "2038-01-19 03:14:08",
        "2100-02-28 23:59:59",
        "+121",
        "-1",
    ];
    for (person, jump) in (0..).zip(jumps) {
        let phone = format!("98912{person:07}");
        let (challenge, code) = request_code(address, &outbox, &phone).unwrap();
        clock.set(jump);
        let refused = verify_code(address, &challenge, &code).unwrap();
        assert!(
            (400..500).contains(&refused.status) && refused.cookies.is_empty(),
            "{jump}: {}",
            refused.text
        );
        let again = ask(address, &format!("POST /api/request_code\nphone=%2B{phone}"), "").unwrap();
        assert!([200, 429].contains(&again.status), "{jump}: {}", again.text);
        if let Some(wait) = again.text.lines().find_map(|line| line.strip_prefix("retry-after: ")) {
            assert!((1..=300).contains(&wait.trim().parse::<i64>().unwrap()), "{jump}: {wait}");
        }
        for path in ["GET /", "GET /sign-in", "GET /sign-in/code", "GET /readyz"] {
            let page = ask(address, path, &format!("challenge={challenge}")).unwrap();
            assert!(page.status < 400, "{jump} {path}: {}", page.text);
        }
        clock.set("+0");
        let session = verify_code(address, &challenge, &code).unwrap().cookies.get("session").cloned();
        assert!(
            is_signed_in(address, &session.expect(jump)),
            "{jump}: within its two minutes the code is good"
        );
    }
}
