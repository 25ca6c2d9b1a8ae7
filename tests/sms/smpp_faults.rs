//! An SMSC that does what it likes, octet by octet: what it may do by SMPP 3.4, and what it may not.

use std::{sync::Arc, time::Duration};

use mobile_auth::{
    domain::receipt::DeliveryState,
    server::{
        clock::{Clock as _, SystemClock},
        sms::{SmsSender as _, smpp::SmppPatience},
    },
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use super::{
    message_to,
    smsc::{NEVER, PATIENCE, Sink, account, next, sender},
};

const SUBMIT: u32 = 0x04;
const DELIVER: u32 = 0x05;
const UNBIND: u32 = 0x06;
const TRANSCEIVER: u32 = 0x09;
const ENQUIRE: u32 = 0x15;
const ALERT: u32 = 0x102;
const NACK: u32 = 0x8000_0000;

/// The answer to it.
fn to(id: u32) -> u32 {
    NACK | id
}

fn pdu(id: u32, number: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(16 + body.len()).unwrap();
    [length, id, 0, number].into_iter().flat_map(u32::to_be_bytes).chain(body.iter().copied()).collect()
}

fn receipt(number: u32, text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).unwrap();
    let fields = [&[0, 1, 1, b'1', 0, 5, 0, b'T', 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, length], text.as_bytes()];
    pdu(DELIVER, number, &fields.concat())
}

struct Network(TcpListener);

impl Network {
    async fn new() -> (Self, u64) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        (Self(listener), port.into())
    }

    /// The next connection, once it has asked to be bound, and the number of that.
    async fn bind(&self) -> (Line, u32) {
        let (stream, _) = timeout(NEVER, self.0.accept()).await.expect("nobody comes").unwrap();
        let mut line = Line(stream);
        let (id, number) = line.next().await.unwrap();
        assert_eq!(id, TRANSCEIVER);
        (line, number)
    }

    async fn bound(&self) -> Line {
        let (mut line, number) = self.bind().await;
        line.write(&pdu(to(TRANSCEIVER), number, b"smsc\0")).await;
        line
    }
}

struct Line(TcpStream);

impl Line {
    async fn write(&mut self, octets: &[u8]) {
        self.0.write_all(octets).await.unwrap();
    }

    /// What the other side says next, and its number. `None`: it has hung up.
    async fn next(&mut self) -> Option<(u32, u32)> {
        let mut header = [0; 16];
        timeout(NEVER, self.0.read_exact(&mut header)).await.expect("nothing is said").ok()?;
        let [length, id, _, number] =
            [0, 4, 8, 12].map(|at| u32::from_be_bytes(*header[at..].first_chunk().unwrap()));
        self.0.read_exact(&mut vec![0; usize::try_from(length).unwrap() - 16]).await.ok()?;
        Some((id, number))
    }
}

#[tokio::test]
async fn what_comes_together_with_the_bind_is_answered_at_once() {
    let (network, port) = Network::new().await;
    let (sink, mut receipts) = Sink::new();
    let _sender = sender(account(port), Some(sink), PATIENCE);
    let (mut line, number) = network.bind().await;
    line.write(&[pdu(to(TRANSCEIVER), number, b"smsc\0"), pdu(ENQUIRE, 77, b"")].concat()).await;
    assert_eq!(line.next().await, Some((to(ENQUIRE), 77)));
    // Of a message that went over an earlier connection.
    line.write(&receipt(78, "id:old-1 stat:DELIVRD")).await;
    let told = next(&mut receipts).await;
    assert_eq!((told.id.as_str(), told.state), ("old-1", DeliveryState::Delivered));
    assert_eq!(line.next().await, Some((to(DELIVER), 78)));
}

#[tokio::test]
async fn each_request_of_the_smsc_is_answered_as_the_protocol_has_it() {
    let (network, port) = Network::new().await;
    let _sender = sender(account(port), Some(Sink::new().0), PATIENCE);
    let mut line = network.bound().await;
    // Alert_notification has no answer; the next that is said is the answer to what follows.
    line.write(&pdu(ALERT, 5, b"\x01\x011\0\x05\0T\0")).await;
    line.write(&pdu(ENQUIRE, u32::MAX, b"")).await;
    assert_eq!(line.next().await, Some((to(ENQUIRE), u32::MAX)));
    line.write(&pdu(0x7777, 6, b"what?")).await;
    assert_eq!(line.next().await, Some((NACK, 6)));
    line.write(&pdu(UNBIND, 7, b"")).await;
    assert_eq!(line.next().await, Some((to(UNBIND), 7)));
    assert_eq!(line.next().await, None, "it hangs up");
    network.bound().await;
}

#[tokio::test]
async fn a_length_that_no_pdu_has_ends_the_connection() {
    let (network, port) = Network::new().await;
    let _sender = sender(account(port), Some(Sink::new().0), PATIENCE);
    for length in [0, 15, 8193, u32::MAX] {
        let mut line = network.bound().await;
        line.write(&length.to_be_bytes()).await;
        assert_eq!(line.next().await, None, "{length}");
    }
}

#[tokio::test]
async fn a_window_that_is_full_opens_when_those_who_waited_have_given_up() {
    let (network, port) = Network::new().await;
    let patience = SmppPatience { answer: Duration::from_millis(500), ..PATIENCE };
    let sender = Arc::new(sender(account(port), Some(Sink::new().0), patience));
    let mut line = network.bound().await;
    let tasks = (0..12).map(|_| {
        let sender = sender.clone();
        tokio::spawn(async move { sender.send(&message_to("+989121234567")).await.name() })
    });
    let mut outcomes = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        outcomes.push(task.await.unwrap());
    }
    outcomes.sort_unstable();
    assert_eq!(outcomes[..2], ["try_elsewhere"; 2], "they were not written");
    assert_eq!(outcomes[2..], ["unknown"; 10]);
    for _ in 0..10 {
        assert_eq!(line.next().await.unwrap().0, SUBMIT);
    }
    let message = message_to("+989121234567");
    let answer = async {
        let (id, number) = line.next().await.unwrap();
        assert_eq!(id, SUBMIT);
        line.write(&pdu(to(SUBMIT), number, b"m-13\0")).await;
    };
    let (outcome, ()) = tokio::join!(sender.send(&message), answer);
    assert_eq!(outcome.name(), "accepted");
}

#[tokio::test]
async fn whoever_is_thrown_out_at_once_comes_back_less_and_less_often() {
    let (network, port) = Network::new().await;
    let first_wait = Duration::from_millis(100);
    let patience = SmppPatience { first_wait, longest_wait: NEVER, ..PATIENCE };
    let _sender = sender(account(port), Some(Sink::new().0), patience);
    let mut came = Vec::new();
    for _ in 0..4 {
        drop(network.bound().await);
        came.push(SystemClock.now());
    }
    let last = (came[3] - came[2]).to_std().unwrap();
    assert!(last >= 3 * first_wait, "the third wait is four times the first: {last:?}");
}
