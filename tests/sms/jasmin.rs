//! A second SMSC that nobody here wrote: the gateway Jasmin with its broker and its store, which hands what it gets to the first one.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, TcpStream},
    path::Path,
    process::Command,
};

use mobile_auth::{
    domain::{
        receipt::{DeliveryState, Receipt},
        sms_outcome::SmsOutcome,
    },
    server::sms::{
        SmsSender as _,
        http_provider::Credential,
        smpp::{self, Smpp, SmppPatience, SmppSender},
    },
};
use tokio::sync::mpsc;

use super::{
    TEXT, message_to,
    processes::Processes,
    smsc::{NEVER, PATIENCE, Sink, Smsc, account, next, sender},
};
use crate::command_line::running::free_addresses;

const PYTHON: &str = ".tools/jasmin/bin/python";

/// Not the wrapper in /usr/sbin, which would work as another user in /var.
const RABBITMQ: &str = "/usr/lib/rabbitmq/bin/rabbitmq-server";

/// What Jasmin's console is told: somebody who may send, and where all messages go.
const CONSOLE: &str = "group -a\ngid web\nok\n\
    user -a\nuid tester\ngid web\nusername tester\npassword secret\nok\n\
    smppccm -a\ncid upstream\nhost 127.0.0.1\nport {port}\nusername tester\npassword secret\nok\n\
    mtrouter -a\ntype DefaultRoute\nconnector smppc(upstream)\nrate 0\nok\n\
    smppccm -1 upstream";

/// Jasmin answers once its broker has the message, which takes its time where others compile.
const SLOW: SmppPatience = SmppPatience { answer: NEVER, ..PATIENCE };

/// Its parts end with the test.
struct Jasmin {
    processes: Processes,
    port: u16,
}

impl Jasmin {
    async fn start(upstream: u64) -> Self {
        for needed in [PYTHON, RABBITMQ] {
            assert!(Path::new(needed).exists(), "{needed} is missing: run scripts/setup --for test");
        }
        let mut processes = Processes::new();
        let [amqp, names, distribution, redis, port, console, others @ ..] =
            free_addresses::<9>().map(|address| address.port());
        let mut name_server = Command::new("epmd");
        name_server.args(["-address", "127.0.0.1", "-port", &names.to_string()]);
        processes.run(&mut name_server, "epmd.log");
        let mut rabbitmq = rabbitmq(&processes, amqp, names, distribution);
        processes.run(&mut rabbitmq, "rabbitmq.log");
        let mut redis_server = Command::new("redis-server");
        redis_server.args(["--bind", "127.0.0.1", "--port", &redis.to_string(), "--save", ""]);
        processes.run(&mut redis_server, "redis.log");
        processes.wait_for("redis.log", "Ready to accept connections").await;
        processes.wait_for("rabbitmq.log", "Server startup complete").await;
        let ports = [port, console, amqp, redis];
        std::fs::write(processes.path("jasmin.cfg"), configuration(ports, others)).unwrap();
        let here = std::env::current_dir().unwrap();
        let mut jasmin = Command::new(here.join(PYTHON));
        processes.run(jasmin.arg(here.join("tests/sms/run_jasmin.py")), "jasmin.log");
        processes.wait_for("jasmin.log", "jCli Started").await;
        let mut console = Console::open(console);
        CONSOLE.replace("{port}", &upstream.to_string()).lines().for_each(|line| drop(console.tell(line)));
        while !console.tell("smppccm --list").contains("BOUND_TRX") {
            tokio::task::yield_now().await;
        }
        Self { processes, port }
    }

    fn account(&self) -> Smpp {
        account(self.port.into())
    }

    fn sender(&self) -> (SmppSender, mpsc::UnboundedReceiver<Receipt>) {
        let (sink, receipts) = Sink::new();
        (sender(self.account(), Some(sink), SLOW), receipts)
    }
}

/// With all that it keeps in the folder, and no node of it seen from outside.
fn rabbitmq(processes: &Processes, port: u16, names: u16, distribution: u16) -> Command {
    let mut command = Command::new(RABBITMQ);
    let folder = processes.folder.path();
    for (name, value) in [
        ("NODENAME", "rabbit@localhost"),
        ("NODE_IP_ADDRESS", "127.0.0.1"),
        ("NODE_PORT", &port.to_string()),
        ("DIST_PORT", &distribution.to_string()),
        ("SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}"),
        ("LOGS", "-"),
    ] {
        command.env(format!("RABBITMQ_{name}"), value);
    }
    for name in ["MNESIA_BASE", "LOG_BASE", "ENABLED_PLUGINS_FILE", "CONFIG_FILE", "ADVANCED_CONFIG_FILE"] {
        command.env(format!("RABBITMQ_{name}"), folder.join(name.to_lowercase()));
    }
    command.env("HOME", folder).env("ERL_EPMD_PORT", names.to_string());
    // Else a shell stays before it, and to end that would not end it.
    command.env("RUNNING_UNDER_SYSTEMD", "1");
    command
}

fn configuration([port, console, amqp, redis]: [u16; 4], [server, router, clients]: [u16; 3]) -> String {
    format!(
        "[smpp-server]\nbind = 127.0.0.1\nport = {port}\n\
         [jcli]\nport = {console}\nauthentication = no\n\
         [amqp-broker]\nport = {amqp}\n\
         [redis-client]\nport = {redis}\n\
         [smpp-server-pb]\nbind = 127.0.0.1\nport = {server}\n\
         [router]\nbind = 127.0.0.1\nport = {router}\n\
         [client-management]\nbind = 127.0.0.1\nport = {clients}\n"
    )
}

/// Jasmin's jcli: a line, then what it says, then the sign that it waits. It greets without one.
struct Console(TcpStream);

impl Console {
    fn open(port: u16) -> Self {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        stream.set_read_timeout(Some(NEVER)).unwrap();
        let mut console = Self(stream);
        console.hear(|said| said.contains("Session ref"));
        console
    }

    fn tell(&mut self, line: &str) -> String {
        self.0.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        self.hear(|said| said.ends_with("jcli : ") || said.ends_with("> "))
    }

    fn hear(&mut self, is_all: impl Fn(&str) -> bool) -> String {
        let mut said = String::new();
        while !is_all(&said) {
            let mut some = [0; 4096];
            let length = self.0.read(&mut some).unwrap_or_else(|error| panic!("{error} after {said:?}"));
            assert!(length > 0, "the console is closed: {said}");
            said.push_str(&String::from_utf8_lossy(&some[..length]));
        }
        said
    }
}

#[tokio::test]
async fn messages_go_through_jasmin_and_their_receipts_come_back() {
    let mut smsc = Smsc::start("receipts-again").await;
    let jasmin = Jasmin::start(smsc.port).await;
    let (sender, mut receipts) = jasmin.sender();
    let long = "۱۲۳ سلام ".repeat(20);
    for (text, coding) in [(TEXT, 0), ("۱۲۳ سلام\n@example.com #012345", 8), (&long, 8)] {
        let mut message = message_to("+989121234567");
        message.text = text.to_owned();
        let outcome = sender.send(&message).await;
        let SmsOutcome::Accepted { id: Some(id), .. } = outcome else { panic!("{outcome:?}") };
        let submitted = smsc.told("submit").await;
        assert_eq!((submitted["text"].as_str(), submitted["coding"].as_u64()), (Some(text), Some(coding)));
        let delivered = Receipt { provider: smpp::NAME, id, state: DeliveryState::Delivered };
        assert_eq!(next(&mut receipts).await, delivered);
    }
    let stranger = Smpp { password: Credential::new("wrong".to_owned()), ..jasmin.account() };
    let refused = super::smsc::sender(stranger, None, SLOW).send(&message_to("+989121234567")).await;
    let SmsOutcome::TryElsewhere(cause) = refused else { panic!("bound") };
    assert!(cause.to_string().contains("refuses the account"), "{cause}");
    drop(sender);
    jasmin.processes.wait_for("log/default-smpps_01.log", "Dropped CommandId.bind_transceiver").await;
}
