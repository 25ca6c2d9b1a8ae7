use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use mobile_auth::{
    domain::{receipt::Receipt, sms_route::ProviderName},
    server::sms::{
        http_client::trust_the_system,
        http_provider::Credential,
        inbound::InboundWord,
        receipts::{NotKept, ReceiptSink},
        smpp::{Smpp, SmppPatience, SmppSender},
    },
};
use serde_json::Value;
use tokio::{sync::mpsc, time::timeout};

/// The test is not kept waiting: what the product waits is asserted where it is written.
pub const PATIENCE: SmppPatience = SmppPatience {
    connect: Duration::from_secs(2),
    answer: Duration::from_secs(5),
    throttled: Duration::from_millis(300),
    idle: Duration::from_secs(30),
    first_wait: Duration::from_millis(10),
    longest_wait: Duration::from_millis(20),
};

/// Longer than anything here takes, unless it never comes.
pub const NEVER: Duration = Duration::from_secs(20);

/// It ends with the test.
pub struct Smsc {
    process: Child,
    lines: mpsc::UnboundedReceiver<Value>,
    pub port: u64,
}

impl Smsc {
    pub async fn start(mode: &str) -> Self {
        let mut command = Command::new("node");
        command.args(["tests/sms/smsc.js", mode]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (told, lines) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            output
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| told.send(serde_json::from_str(&line).unwrap()))
        });
        let mut smsc = Self { process, lines, port: 0 };
        smsc.port = smsc.told("port").await.as_u64().unwrap();
        smsc
    }

    /// The next line that tells this.
    pub async fn told(&mut self, what: &str) -> Value {
        loop {
            let line = timeout(NEVER, self.lines.recv()).await.unwrap_or_else(|_| panic!("no {what} came"));
            let mut line = line.unwrap_or_else(|| {
                panic!("no {what}: is smpp in end2end/node_modules? Run scripts/setup --for test")
            });
            if line.get(what).is_some() {
                return line[what].take();
            }
        }
    }

    pub fn sender(&self, patience: SmppPatience) -> (SmppSender, mpsc::UnboundedReceiver<Receipt>) {
        let (sink, receipts) = Sink::new();
        (sender(account(self.port), Some(sink), patience), receipts)
    }
}

impl Drop for Smsc {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Keeps what comes, and hands it on once the application is there.
pub struct Sink {
    kept: mpsc::UnboundedSender<Receipt>,
    pub next: OnceLock<Arc<dyn ReceiptSink>>,
}

impl Sink {
    pub fn new() -> (Arc<Self>, mpsc::UnboundedReceiver<Receipt>) {
        let (kept, receipts) = mpsc::unbounded_channel();
        (Arc::new(Self { kept, next: OnceLock::new() }), receipts)
    }
}

#[async_trait]
impl ReceiptSink for Sink {
    fn receive(&self, receipt: Receipt) {
        if let Some(next) = self.next.get() {
            next.receive(receipt.clone());
        }
        let _ = self.kept.send(receipt);
    }

    async fn hear(&self, provider: ProviderName, word: InboundWord) -> Result<(), NotKept> {
        self.next.get().ok_or(NotKept)?.hear(provider, word).await
    }
}

pub fn account(port: u64) -> Smpp {
    Smpp {
        url: format!("smpp://127.0.0.1:{port}").parse().unwrap(),
        system_id: "tester".to_owned(),
        password: Credential::new("secret".to_owned()),
        system_type: "web".to_owned(),
        from: "Tea".to_owned(),
    }
}

pub fn sender(account: Smpp, sink: Option<Arc<Sink>>, patience: SmppPatience) -> SmppSender {
    let sink = sink.map(|sink| sink as Arc<dyn ReceiptSink>);
    SmppSender::new(account, Arc::new(trust_the_system().unwrap()), sink, patience)
}

pub async fn next(receipts: &mut mpsc::UnboundedReceiver<Receipt>) -> Receipt {
    timeout(NEVER, receipts.recv()).await.expect("no receipt came").unwrap()
}
