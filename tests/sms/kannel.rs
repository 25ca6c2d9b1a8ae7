//! A real gateway that nobody here wrote: Debian's Kannel with its own stand-in for a mobile network, on this machine.

use std::{path::Path, process::Command};

use super::{message_to, processes::Processes, sender};
use crate::command_line::{
    running::{Folder, free_addresses},
    visitor::{ask, is_signed_in, messages, serve_with_outbox, verify_code},
};
use mobile_auth::{
    domain::sms_outcome::SmsOutcome,
    server::sms::{SmsSender as _, http_provider::Credential, http_template::HttpTemplate},
};

const FAKE_NETWORK: &str = "/usr/lib/kannel/test/fakesmsc";

/// Bearerbox, smsbox and the network; they end with the test.
pub struct Kannel {
    processes: Processes,
    port: u16,
}

impl Kannel {
    pub async fn start() -> Self {
        assert!(Path::new(FAKE_NETWORK).exists(), "Kannel is missing: run scripts/setup --for test");
        let mut processes = Processes::new();
        let [admin, boxes, network, port] = free_addresses().map(|address| address.port());
        let configuration = format!(
            "group = core\nadmin-port = {admin}\nadmin-interface = 127.0.0.1\nadmin-password = secret\n\
             smsbox-port = {boxes}\nsmsbox-interface = 127.0.0.1\nbox-allow-ip = 127.0.0.1\nlog-level = 0\n\n\
             group = smsc\nsmsc = fake\nport = {network}\nconnect-allow-ip = 127.0.0.1\n\n\
             group = smsbox\nbearerbox-host = 127.0.0.1\nbearerbox-port = {boxes}\n\
             sendsms-port = {port}\nsendsms-interface = 127.0.0.1\nlog-level = 0\n\n\
             group = sendsms-user\nusername = tester\npassword = foobar\n\n\
             group = sms-service\nkeyword = default\ntext = none\n"
        );
        std::fs::write(processes.path("kannel.conf"), configuration).unwrap();
        processes.run(Command::new("/usr/sbin/bearerbox").arg("kannel.conf"), "bearerbox.log");
        processes.wait_for("bearerbox.log", "MAIN: Start-up done").await;
        processes.run(Command::new("/usr/sbin/smsbox").arg("kannel.conf"), "smsbox.log");
        let mut fake_network = Command::new(FAKE_NETWORK);
        fake_network.args(["-H", "127.0.0.1", "-r", &network.to_string(), "-m", "0", "x"]);
        processes.run(&mut fake_network, "network.log");
        processes.wait_for("bearerbox.log", "Fakesmsc client connected").await;
        processes.wait_for("smsbox.log", "Connected to bearerbox").await;
        Self { processes, port }
    }

    /// Kannel's sendsms interface, as docs/sms.md describes it.
    pub fn url(&self) -> String {
        let query = "username=tester&password={secret}&from=Tea&to={to}&text={text}";
        format!("http://127.0.0.1:{}/cgi-bin/sendsms?{query}", self.port)
    }

    fn provider(&self, password: &str) -> HttpTemplate {
        HttpTemplate {
            is_get: true,
            url: self.url(),
            secret: Some(Credential::new(password.to_owned())),
            accepted_status: vec![202],
            accepted_text: ": ".to_owned(),
            ..HttpTemplate::default()
        }
    }
}

impl Kannel {
    /// The code that the network carried to a number.
    pub async fn code_to(&self, phone: &str) -> String {
        let sign = format!("<Tea {phone} text ");
        self.processes.wait_for("network.log", &sign).await;
        let log = self.processes.log("network.log");
        log.rsplit_once(&sign).unwrap().1.chars().take(6).collect()
    }

    pub fn has_message_to(&self, phone: &str) -> bool {
        self.processes.log("network.log").contains(phone)
    }
}

#[tokio::test]
async fn a_message_goes_through_kannel_to_its_network() {
    let kannel = Kannel::start().await;
    let outcome = sender(kannel.provider("foobar")).send(&message_to("+989121234567")).await;
    assert_eq!(outcome, SmsOutcome::accepted(None));
    // Kannel's network prints one line of the text a line.
    kannel.processes.wait_for("network.log", "<Tea +989121234567 text 012345 is your Tea & Co. code.").await;
    kannel.processes.wait_for("network.log", "@example.com #012345").await;
    let refused = sender(kannel.provider("wrong")).send(&message_to("+989121234567")).await;
    assert_eq!(refused.name(), "try_elsewhere", "Kannel answers 403");
    assert_eq!(kannel.processes.log("network.log").matches("+989121234567").count(), 1);
}

/// The whole journey on the real program; the second person's first route dies while they wait.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_through_kannel_and_by_the_second_provider_when_kannel_dies() {
    let kannel = Kannel::start().await;
    let folder = Folder::new();
    let url = kannel.url();
    let (server, outbox) = serve_with_outbox(
        &folder,
        &[
            ("MOBILE_AUTH_SMS_PROVIDER", "http"),
            ("MOBILE_AUTH_SMS_FALLBACK", "outbox"),
            ("MOBILE_AUTH_HTTP_URL", &url),
            ("MOBILE_AUTH_HTTP_METHOD", "GET"),
            ("MOBILE_AUTH_HTTP_SECRET", "foobar"),
            ("MOBILE_AUTH_HTTP_ACCEPTED_STATUS", "202"),
            ("MOBILE_AUTH_HTTP_ACCEPTED_TEXT", ": "),
        ],
    );
    let begin = |phone: &str| {
        let reply = ask(server.address, &format!("POST /api/request_code\nphone=%2B{phone}"), "").unwrap();
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.cookies["challenge"].clone()
    };
    let signs_in = |challenge: &str, code: &str| {
        let reply = verify_code(server.address, challenge, code).unwrap();
        is_signed_in(server.address, &reply.cookies["session"])
    };
    let challenge = begin("989121234567");
    assert!(signs_in(&challenge, &kannel.code_to("+989121234567").await));

    let challenge = begin("989121234568");
    let first = kannel.code_to("+989121234568").await;
    assert_eq!(messages(&outbox), [], "nothing went by the second provider");
    drop(kannel);
    let again = ask(server.address, "POST /api/resend_code\n", &format!("challenge={challenge}")).unwrap();
    assert_eq!(again.status, 200, "{}", again.text);
    let sent = messages(&outbox);
    assert_eq!(sent.len(), 1);
    assert!(sent[0].1 != first && signs_in(&challenge, &sent[0].1));
}
