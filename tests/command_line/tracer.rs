//! strace on the running server: it sees its system calls and makes chosen ones fail.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, ChildStderr, Command, Stdio},
};

use tempfile::TempDir;

use super::running::Server;

/// Lets go of the server when dropped.
pub struct Tracer {
    strace: Child,
    /// Kept open: strace ends when nobody listens.
    _talk: BufReader<ChildStderr>,
    folder: TempDir,
}

impl Tracer {
    /// Begins; when this returns every thread of the server is seen.
    pub fn attach(server: &Server, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut strace = Command::new("strace")
            .args(["-f", "-p", &server.id().to_string(), "-o", folder.path().join("calls").to_str().unwrap()])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .expect("strace is missing: run scripts/setup --for test");
        let mut said = String::new();
        // It says so when it holds all threads there are.
        let mut talk = BufReader::new(strace.stderr.take().unwrap());
        talk.read_line(&mut said).unwrap();
        assert!(said.contains("attached"), "strace cannot attach: {said}");
        Self { strace, _talk: talk, folder }
    }

    /// Ends, and tells every call that was seen, with the number of its thread at the beginning of a line.
    pub fn finish(mut self) -> String {
        self.stop();
        std::fs::read_to_string(self.folder.path().join("calls")).unwrap()
    }

    fn stop(&mut self) {
        // Interrupted, not killed: it must write what it has seen and let go of the server.
        if !matches!(self.strace.try_wait(), Ok(None)) {
            return;
        }
        let id = self.strace.id().to_string();
        let _ = Command::new("kill").args(["-INT", &id]).status();
        let _ = self.strace.wait();
    }
}

impl Drop for Tracer {
    fn drop(&mut self) {
        self.stop();
    }
}
