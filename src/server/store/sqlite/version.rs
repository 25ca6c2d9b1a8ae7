//! Which SQLite may hold the data.

/// Whether this version of SQLite is free of the WAL-reset bug (3.7.0 to 3.51.2), by which a checkpoint that races a
/// commit may corrupt the database: 3.51.3 and later, or a release line that got the correction.
pub(super) fn is_supported(version: &str) -> bool {
    let mut numbers = version.split('.').map(str::parse::<u32>);
    let (Some(Ok(major)), Some(Ok(minor)), Some(Ok(patch))) =
        (numbers.next(), numbers.next(), numbers.next())
    else {
        return false;
    };
    match (major, minor) {
        (3, 44) => patch >= 6,
        (3, 50) => patch >= 7,
        _ => (major, minor, patch) >= (3, 51, 3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corrected_versions_are_supported() {
        for version in ["3.51.3", "3.51.10", "3.52.0", "4.0.0", "3.50.7", "3.50.8", "3.44.6", "3.51.3.1"] {
            assert!(is_supported(version), "{version}");
        }
    }

    #[test]
    fn versions_with_the_bug_and_unreadable_ones_are_refused() {
        let versions =
            ["3.51.2", "3.51.0", "3.50.6", "3.49.99", "3.46.0", "3.45.9", "3.44.5", "3.40.1", "2.99.9"];
        for version in versions.into_iter().chain(["", "3", "3.51", "3.51.x", "three", "-3.51.3"]) {
            assert!(!is_supported(version), "{version:?}");
        }
    }
}
