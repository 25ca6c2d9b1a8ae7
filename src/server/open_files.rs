//! How many connections the operating system lets us have.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing::warn;

/// Connections at once: 4,096, which hold at most 20 KiB of header and body each.
const CONNECTIONS: u64 = 4096;

/// For the database, the log, messages and the browser's files.
const OTHER_FILES: u64 = 256;

/// Each connection is an open file. Raises the limit where the system permits it (it is often 1,024 for programs that do
/// not ask), and says how many connections there may be, so that a crowd of them leaves files for the database.
pub fn most_connections() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let wanted =
        Some(limit.maximum.map_or(CONNECTIONS + OTHER_FILES, |most| most.min(CONNECTIONS + OTHER_FILES)));
    let allowed = if limit.current >= wanted || limit.current.is_none() {
        limit.current
    } else {
        let raised = setrlimit(Resource::Nofile, Rlimit { current: wanted, maximum: limit.maximum });
        raised.map_or(limit.current, |()| wanted)
    };
    let connections = connections(allowed);
    if connections < CONNECTIONS {
        warn!(
            event = "few_open_files",
            connections,
            remedy = "raise the limit of open files (LimitNOFILE, ulimit -n)"
        );
    }
    usize::try_from(connections).unwrap_or(usize::MAX)
}

/// `None`: there is no limit. At least half of a small limit is for connections.
fn connections(files: Option<u64>) -> u64 {
    let for_connections = files.map_or(CONNECTIONS, |files| files.saturating_sub(OTHER_FILES).max(files / 2));
    for_connections.clamp(1, CONNECTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_the_rest() {
        for (files, expected) in [
            (None, 4096),
            (Some(20_000), 4096),
            (Some(4352), 4096),
            (Some(1024), 768),
            (Some(100), 50),
            (Some(0), 1),
        ] {
            assert_eq!(connections(files), expected, "{files:?}");
        }
    }
}
