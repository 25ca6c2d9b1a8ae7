//! What Cargo.lock must hold: no crate older than the version that mended a fault we would suffer from.

use std::path::Path;

/// The first good version of each crate and release line, with the fault of the earlier ones.
const FLOORS: &[(&str, &str, &str)] = &[
    ("sqlx", "0.9.0", "RUSTSEC-2024-0363; and it bundles a SQLite without the WAL-reset bug"),
    ("libsqlite3-sys", "0.37.0", "SQLite 3.51.3: the WAL-reset bug"),
    ("leptos", "0.8.19", "body limits of server functions (leptos pull request 4813)"),
    ("server_fn", "0.8.13", "body limits of server functions (leptos pull request 4813)"),
    ("tracing-subscriber", "0.3.20", "RUSTSEC-2025-0055: terminal control in log lines"),
    ("h2", "0.4.16", "RUSTSEC-2026-0258"),
    ("phonenumber", "0.3.6", "RUSTSEC-2024-0369: a panic in parsing"),
    ("time", "0.3.47", "RUSTSEC-2026-0009"),
    ("bytes", "1.11.1", "RUSTSEC-2026-0007"),
    ("rand", "0.8.6", "RUSTSEC-2026-0097"),
    ("rand", "0.9.3", "RUSTSEC-2026-0097"),
    ("rand", "0.10.1", "RUSTSEC-2026-0097"),
];

/// Those that we stand on, and that must be found for the test to mean anything.
const OURS: &[&str] =
    &["sqlx", "libsqlite3-sys", "leptos", "server_fn", "tracing-subscriber", "bytes", "rand"];

type Version = (u64, u64, u64);

fn version(text: &str) -> Version {
    let core = text.split(['-', '+']).next().unwrap();
    let mut numbers = core.split('.').map(|number| number.parse().unwrap());
    (numbers.next().unwrap(), numbers.next().unwrap(), numbers.next().unwrap())
}

/// Cargo's rule of what may replace what: the first number that is not zero.
fn release_line((major, minor, patch): Version) -> Version {
    if major > 0 {
        (major, 0, 0)
    } else if minor > 0 {
        (0, minor, 0)
    } else {
        (0, 0, patch)
    }
}

/// Whether a version is at least the floor of its release line, or of a later line than all that have a floor.
fn is_good(found: Version, floors: &[Version]) -> bool {
    match floors.iter().find(|&&floor| release_line(floor) == release_line(found)) {
        Some(&floor) => found >= floor,
        None => floors.iter().all(|&floor| found > floor),
    }
}

fn locked() -> Vec<(String, Version)> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    let lock: toml::Table = text.parse().unwrap();
    let packages = lock["package"].as_array().unwrap().iter();
    packages
        .map(|package| {
            (package["name"].as_str().unwrap().to_owned(), version(package["version"].as_str().unwrap()))
        })
        .collect()
}

#[test]
fn no_locked_crate_is_older_than_its_floor() {
    let locked = locked();
    for (name, found) in &locked {
        let of_crate = FLOORS.iter().filter(|(crate_name, ..)| crate_name == name);
        let (floors, faults): (Vec<_>, Vec<_>) =
            of_crate.map(|&(_, floor, fault)| (version(floor), fault)).unzip();
        assert!(floors.is_empty() || is_good(*found, &floors), "{name} {found:?}: {faults:?}");
    }
    for ours in OURS {
        assert!(locked.iter().any(|(name, _)| name == ours), "{ours} is not in Cargo.lock");
    }
}

#[test]
fn a_floor_holds_in_its_release_line_and_above_all_lines() {
    let floors = ["0.8.6", "0.9.3", "0.10.1"].map(version);
    for good in ["0.8.6", "0.8.8", "0.9.3", "0.10.1", "0.11.0", "1.0.0"] {
        assert!(is_good(version(good), &floors), "{good}");
    }
    for bad in ["0.7.9", "0.8.5", "0.9.2", "0.10.0"] {
        assert!(!is_good(version(bad), &floors), "{bad}");
    }
}
