//! Programs that a gateway is made of. They end with the test.

use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;

pub struct Processes {
    running: Vec<Child>,
    pub folder: TempDir,
}

impl Processes {
    pub fn new() -> Self {
        Self { running: Vec::new(), folder: tempfile::tempdir().unwrap() }
    }

    /// What it says goes to a file in the folder, where it works.
    pub fn run(&mut self, command: &mut Command, log: &str) {
        let log = std::fs::File::create(self.path(log)).unwrap();
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command.stdout(log.try_clone().unwrap()).stderr(log);
        self.running.push(command.spawn().unwrap());
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn log(&self, name: &str) -> String {
        String::from_utf8_lossy(&std::fs::read(self.path(name)).unwrap()).into_owned()
    }

    /// A minute: some take twenty seconds to start where others compile at the same time.
    pub async fn wait_for(&self, log: &str, sign: &str) {
        for _ in 0..3000 {
            if self.log(log).contains(sign) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{sign:?} is not in\n{}", self.log(log));
    }

    /// Ends the one that was started last.
    pub fn kill_last(&mut self) {
        if let Some(mut last) = self.running.pop() {
            let _ = last.kill();
            let _ = last.wait();
        }
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        while !self.running.is_empty() {
            self.kill_last();
        }
    }
}
