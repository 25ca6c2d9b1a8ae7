//! A real gateway that nobody here wrote: Debian's Kannel with its own stand-in for a mobile network, on this machine.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use mobile_auth::{
    domain::sms_outcome::SmsOutcome,
    server::sms::{SmsSender as _, http_provider::Credential, http_template::HttpTemplate},
};
use tempfile::TempDir;

use super::{message_to, sender};
use crate::command_line::running::free_address;

const FAKE_NETWORK: &str = "/usr/lib/kannel/test/fakesmsc";

/// Bearerbox, smsbox and the network; they end with the test.
struct Kannel {
    parts: Vec<Child>,
    folder: TempDir,
    port: u16,
}

impl Kannel {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [admin, boxes, network, port] = [(); 4].map(|()| free_address().port());
        let configuration = format!(
            "group = core\nadmin-port = {admin}\nadmin-interface = 127.0.0.1\nadmin-password = secret\n\
             smsbox-port = {boxes}\nsmsbox-interface = 127.0.0.1\nbox-allow-ip = 127.0.0.1\nlog-level = 0\n\n\
             group = smsc\nsmsc = fake\nport = {network}\nconnect-allow-ip = 127.0.0.1\n\n\
             group = smsbox\nbearerbox-host = 127.0.0.1\nbearerbox-port = {boxes}\n\
             sendsms-port = {port}\nsendsms-interface = 127.0.0.1\nlog-level = 0\n\n\
             group = sendsms-user\nusername = tester\npassword = foobar\n\n\
             group = sms-service\nkeyword = default\ntext = none\n"
        );
        std::fs::write(folder.path().join("kannel.conf"), configuration).unwrap();
        let mut kannel = Self { parts: Vec::new(), folder, port };
        kannel.run("/usr/sbin/bearerbox", &["kannel.conf"], "bearerbox.log");
        kannel.wait_for("bearerbox.log", "MAIN: Start-up done").await;
        kannel.run("/usr/sbin/smsbox", &["kannel.conf"], "smsbox.log");
        let port = network.to_string();
        kannel.run(FAKE_NETWORK, &["-H", "127.0.0.1", "-r", &port, "-m", "0", "x"], "network.log");
        kannel.wait_for("bearerbox.log", "Fakesmsc client connected").await;
        kannel.wait_for("smsbox.log", "Connected to bearerbox").await;
        kannel
    }

    fn run(&mut self, program: &str, arguments: &[&str], log: &str) {
        let log = std::fs::File::create(self.path(log)).unwrap();
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command.stdout(log.try_clone().unwrap()).stderr(log);
        self.parts.push(command.spawn().unwrap());
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn log(&self, name: &str) -> String {
        String::from_utf8_lossy(&std::fs::read(self.path(name)).unwrap()).into_owned()
    }

    async fn wait_for(&self, log: &str, sign: &str) {
        for _ in 0..500 {
            if self.log(log).contains(sign) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{sign:?} is not in\n{}", self.log(log));
    }

    /// As docs/sms.md describes it for Kannel's sendsms interface.
    fn provider(&self, password: &str) -> HttpTemplate {
        let query = "username=tester&password={secret}&from=Tea&to={to}&text={text}";
        HttpTemplate {
            is_get: true,
            url: format!("http://127.0.0.1:{}/cgi-bin/sendsms?{query}", self.port),
            secret: Some(Credential::new(password.to_owned())),
            accepted_status: vec![202],
            accepted_text: ": ".to_owned(),
            ..HttpTemplate::default()
        }
    }
}

impl Drop for Kannel {
    fn drop(&mut self) {
        for part in &mut self.parts {
            let _ = part.kill();
            let _ = part.wait();
        }
    }
}

#[tokio::test]
async fn a_message_goes_through_kannel_to_its_network() {
    assert!(Path::new(FAKE_NETWORK).exists(), "Kannel is missing: run scripts/setup --for test");
    let kannel = Kannel::start().await;
    let outcome = sender(kannel.provider("foobar")).send(&message_to("+989121234567")).await;
    assert_eq!(outcome, SmsOutcome::accepted(None));
    // Kannel's network prints one line of the text a line.
    kannel.wait_for("network.log", "<Tea +989121234567 text 012345 is your Tea & Co. code.").await;
    kannel.wait_for("network.log", "@example.com #012345").await;
    let refused = sender(kannel.provider("wrong")).send(&message_to("+989121234567")).await;
    assert_eq!(refused.name(), "try_elsewhere", "Kannel answers 403");
    assert_eq!(kannel.log("network.log").matches("+989121234567").count(), 1);
}
