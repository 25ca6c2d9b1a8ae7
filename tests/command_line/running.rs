use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::{Child, ChildStderr, Command, ExitStatus, Output, Stdio},
    time::Duration,
};

use tempfile::TempDir;

/// How long a test waits for what should be there at once.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A folder to run the program in.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// The program with an empty environment but for these variables.
    pub fn program(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mobile-auth"));
        command.args(arguments).env_clear().envs(variables.iter().copied()).current_dir(self.0.path());
        command.stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        self.program(arguments, variables).output().unwrap()
    }

    /// Runs it, sees it fail with exit code 1 and nothing on standard output, and returns what it says.
    pub fn fail(&self, arguments: &[&str], variables: &[(&str, &str)]) -> String {
        let output = self.run(arguments, variables);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(output.stdout.is_empty() && !text.contains("panicked"), "{text}");
        text
    }

    /// Starts the server on a free port and waits until it serves.
    pub fn serve(&self, variables: &[(&str, &str)]) -> Server {
        self.serve_logging_to(Stdio::piped(), variables)
    }

    /// The same with a log that goes elsewhere than to [`Server::said`].
    pub fn serve_logging_to(&self, log: Stdio, variables: &[(&str, &str)]) -> Server {
        let address = free_address();
        let text = address.to_string();
        let variables: Vec<_> =
            [("LEPTOS_SITE_ADDR", text.as_str())].iter().chain(variables).copied().collect();
        let mut command = self.program(&[], &variables);
        let child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut server = Server { child, address };
        server.wait_until_healthy();
        server
    }
}

pub fn free_address() -> SocketAddr {
    let [address] = free_addresses();
    address
}

/// All of them held at once before any is let go: one by one, two could be the same.
pub fn free_addresses<const COUNT: usize>() -> [SocketAddr; COUNT] {
    let held = [(); COUNT].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
    held.each_ref().map(|listener| listener.local_addr().unwrap())
}

/// A running server; it is killed when the test is over.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    fn wait_until_healthy(&mut self) {
        let is_healthy =
            |server: &Self| server.get("/healthz").is_some_and(|answer| answer.starts_with("HTTP/1.1 200"));
        for _ in 0..PATIENCE.as_millis() / 20 {
            if is_healthy(self) {
                return;
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                let said = self.said();
                assert!(status.success(), "the server ended: {said:?}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(is_healthy(self), "the server does not serve");
    }

    pub fn connect(&self) -> Option<TcpStream> {
        let stream = TcpStream::connect(self.address).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Some(stream)
    }

    /// The answer to one request.
    pub fn get(&self, path: &str) -> Option<String> {
        let mut stream = self.connect()?;
        let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }

    /// Sends a signal by its name: `TERM`, `INT`.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// Has it stop, and waits until it has.
    pub fn stop(&mut self) {
        self.signal("TERM");
        assert!(self.wait(PATIENCE).is_some());
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its standard error, to be read while it runs.
    pub fn take_log(&mut self) -> ChildStderr {
        self.child.stderr.take().unwrap()
    }

    /// Waits for its end.
    pub fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        for _ in 0..patience.as_millis() / 10 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    }

    /// What it wrote to standard output and standard error, after its end.
    pub fn said(&mut self) -> (String, Vec<String>) {
        let mut output = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut output).unwrap();
        let log = BufReader::new(self.child.stderr.take().unwrap());
        (output, log.lines().map(Result::unwrap).collect())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
