//! The house keeps its shape: who imports whom, and how long a file may be.

use std::path::{Path, PathBuf};

use mobile_auth::server::sms::registry::PROVIDERS;

const LONGEST_FILE: usize = 300;

fn sources(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no sources in {folder}");
    found
}

/// The lines of code of all files in a folder or of one file, without comments and the tests at the end.
fn lines(place: &str) -> Vec<(PathBuf, String)> {
    let files = if Path::new(place).is_file() { vec![PathBuf::from(place)] } else { sources(place) };
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
        let kept: Vec<_> =
            code.lines().filter(|line| !line.trim_start().starts_with("//")).map(str::to_owned).collect();
        kept.into_iter().map(move |line| (path.clone(), line))
    };
    files.into_iter().flat_map(read).collect()
}

fn assert_free_of(place: &str, forbidden: &[&str]) {
    for (path, line) in lines(place) {
        for word in forbidden {
            assert!(!line.contains(word), "{}: {word:?} has no place here: {line}", path.display());
        }
    }
}

#[test]
fn domain_is_pure() {
    let outside = [
        "crate::api",
        "crate::ui",
        "crate::server",
        "crate::app",
        "leptos",
        "axum",
        "sqlx",
        "tokio",
        "tracing",
    ];
    assert_free_of("src/domain", &outside);
    assert_free_of(
        "src/domain",
        &["async ", "Utc::now", "SystemTime", "Instant::", "std::fs", "std::env", "std::net", "SysRng"],
    );
}

#[test]
fn use_cases_know_only_the_domain_and_the_traits() {
    for file in [
        "sign_in.rs",
        "sign_in_state.rs",
        "account.rs",
        "account_deletion.rs",
        "recovery.rs",
        "limits.rs",
        "overrides.rs",
        "operator.rs",
        "opt_outs.rs",
        "draw.rs",
        "record.rs",
        "test_numbers.rs",
    ] {
        assert_free_of(
            &format!("src/server/{file}"),
            &["axum", "leptos", "sqlx", "sqlite", "console", "outbox", "http::", "Utc::now"],
        );
    }
}

#[test]
fn store_and_sms_do_not_know_each_other() {
    assert_free_of("src/server/store", &["sms::", "axum", "leptos", "http::", "sign_in::"]);
    assert_free_of("src/server/sms", &["store", "axum", "leptos", "sqlx", "sign_in::"]);
}

/// Where a provider of text messages may be named besides in its own files of `src/server/sms`, whose names begin with its own:
/// in the registry, and where the providers of other ways are.
const NAMES_OF_PROVIDERS: [&str; 3] =
    ["src/server/sms/registry.rs", "src/server/sms/other_provider.rs", "src/server/config/sms_channels.rs"];

/// A line without the texts that are sentences or addresses: there a provider may stand as an example or as a source.
fn without_sentences(line: &str) -> String {
    let is_sentence = |text: &str| text.contains(' ') || text.contains("://");
    let pieces = line.split('"').enumerate().filter(|(place, text)| place % 2 == 0 || !is_sentence(text));
    pieces.map(|(_, text)| text).collect::<Vec<_>>().join("\"").to_lowercase()
}

#[test]
fn a_provider_is_named_in_its_own_files_and_in_the_registry() {
    // The provider that the configuration describes is called after a protocol.
    let sign = |name: &'static str| if name == "http" { "http_template" } else { name };
    let is_module = |line: &str| line.starts_with("pub mod ") || line.starts_with("mod ");
    for (path, line) in lines("src") {
        let file = path.file_stem().unwrap().to_string_lossy();
        if file.ends_with("tests") || NAMES_OF_PROVIDERS.iter().any(|place| path.ends_with(place)) {
            continue;
        }
        let (is_sms, words) = (path.parent().unwrap().ends_with("src/server/sms"), without_sentences(&line));
        for name in PROVIDERS.iter().map(|kind| kind.name.name()) {
            let is_own = is_sms && (file.starts_with(name) || (file == "mod" && is_module(&line)));
            assert!(
                is_own || !words.contains(sign(name)),
                "{}: {name} has no place here: {line}",
                path.display()
            );
        }
    }
}

#[test]
fn islands_know_the_domain_and_the_server_functions() {
    assert_free_of("src/ui/islands", &["crate::server", "crate::app", "axum", "ui::pages"]);
}

#[test]
fn the_clock_and_the_randomness_are_read_in_one_place_each() {
    for (word, home) in [("Utc::now", "src/server/clock.rs"), ("SysRng", "src/server/entropy.rs")] {
        for (path, line) in lines("src") {
            assert!(!line.contains(word) || path.ends_with(home), "{}: {line}", path.display());
        }
    }
}

#[test]
fn no_file_is_longer_than_300_lines() {
    for path in ["src", "tests", "benches"].into_iter().flat_map(sources) {
        let length = std::fs::read_to_string(&path).unwrap().lines().count();
        assert!(length <= LONGEST_FILE, "{} has {length} lines", path.display());
    }
}
