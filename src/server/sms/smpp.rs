//! An SMSC by SMPP 3.4: one connection that stays, over which messages go and receipts come
//! (<https://smpp.org/SMPP_v3_4_Issue1_2.pdf>).

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use rusmpp::Pdu;
use rustls::ClientConfig;
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::{
    SmsMessage, SmsSender,
    http_provider::Credential,
    provider::{Provider, ProviderKind, SenderParts},
    receipts::ReceiptSink,
    smpp_link::SmppUrl,
    smpp_pdu::submit,
    smpp_session::SmppTask,
    smpp_settings,
};
use crate::domain::{sms_outcome::SmsOutcome, sms_route::ProviderName};

/// The name.
pub const NAME: ProviderName = ProviderName::new("smpp");

/// SMPP's entry in the registry.
pub static KIND: ProviderKind = ProviderKind {
    name: NAME,
    delivers_to_people: true,
    settings: smpp_settings::SETTINGS,
    read: |reader| Some(Box::new(smpp_settings::read(reader)?)),
};

/// Messages that wait for their way out: as many as one provider gets at a time (REQUIREMENTS V-04).
const QUEUE: usize = 32;

/// An account at an SMSC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smpp {
    /// Where it is.
    pub url: SmppUrl,
    /// The account's name: at most 15 characters (SMPP 3.4 §5.2.1).
    pub system_id: String,
    /// At most 8 characters (§5.2.2).
    pub password: Credential,
    /// What some SMSCs want besides: at most 12 characters (§5.2.3).
    pub system_type: String,
    /// A number, a short code, or a registered name.
    pub from: String,
}

impl Provider for Smpp {
    fn sender(&self, parts: &mut SenderParts) -> io::Result<Arc<dyn SmsSender>> {
        let (tls, sink) = (parts.tls()?, parts.sink.clone());
        Ok(Arc::new(SmppSender::new(self.clone(), tls, sink, SmppPatience::default())))
    }

    fn sender_name(&self) -> Option<&str> {
        Some(&self.from)
    }

    fn tells_over_its_connection(&self) -> bool {
        true
    }
}

/// How long is waited for what.
#[derive(Clone, Copy, Debug)]
pub struct SmppPatience {
    /// For the connection, TLS included: 2 s (REQUIREMENTS V-01).
    pub connect: Duration,
    /// For any answer, and for a message in all: 5 s (REQUIREMENTS V-01).
    pub answer: Duration,
    /// After the SMSC said that messages come too fast, before the next is written: 1 s, for SMSCs count messages by the second. Who
    /// waits longer than their patience meanwhile goes to the next provider.
    pub throttled: Duration,
    /// Silence after which the SMSC is asked whether it is there: 30 s, less than the minute after which firewalls commonly
    /// forget a connection.
    pub idle: Duration,
    /// After a connection was lost, before the next is tried: 1 s, doubled with each that fails.
    pub first_wait: Duration,
    /// At most: 30 s, the pause of a provider that keeps failing.
    pub longest_wait: Duration,
}

impl Default for SmppPatience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            answer: Duration::from_secs(5),
            throttled: Duration::from_secs(1),
            idle: Duration::from_secs(30),
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(30),
        }
    }
}

/// A message on its way to the task that owns the connection.
pub struct Submission {
    /// The message.
    pub pdu: Pdu,
    /// Whose turn it is: whoever sets it first, the task before it writes the message, or the sender when it gives up.
    pub is_taken: Arc<AtomicBool>,
    /// Where its outcome goes; dropped when there will be none.
    pub outcome: oneshot::Sender<SmsOutcome>,
}

impl Submission {
    /// Whether the message may be written: from then on it may have gone. False: its sender has given it up.
    pub fn take(&self) -> bool {
        !self.is_taken.swap(true, Ordering::SeqCst)
    }
}

/// Sends by one SMSC.
pub struct SmppSender {
    submissions: mpsc::Sender<Submission>,
    from: String,
    patience: SmppPatience,
}

impl SmppSender {
    /// Starts the task that keeps the connection; it ends with the sender. Receipts go to the sink, where there is one.
    pub fn new(
        account: Smpp,
        tls: Arc<ClientConfig>,
        sink: Option<Arc<dyn ReceiptSink>>,
        patience: SmppPatience,
    ) -> Self {
        let (submissions, queue) = mpsc::channel(QUEUE);
        let from = account.from.clone();
        tokio::spawn(SmppTask { account, tls, sink, patience, queue }.run());
        Self { submissions, from, patience }
    }
}

#[async_trait]
impl SmsSender for SmppSender {
    async fn send(&self, message: &SmsMessage) -> SmsOutcome {
        let Some(pdu) = submit(message.from(&self.from), message) else {
            return SmsOutcome::elsewhere("the sender or the number is too long for SMPP; check [smpp] from");
        };
        let (outcome, told) = oneshot::channel();
        let is_taken = Arc::new(AtomicBool::new(false));
        if self.submissions.try_send(Submission { pdu, is_taken: is_taken.clone(), outcome }).is_err() {
            return SmsOutcome::elsewhere("too many messages wait for the SMSC; ask it for more throughput");
        }
        let why = match timeout(self.patience.answer, told).await {
            Ok(Ok(outcome)) => return outcome,
            Ok(Err(_)) => "the connection to the SMSC broke",
            Err(_) => "the SMSC did not answer in time",
        };
        if is_taken.swap(true, Ordering::SeqCst) {
            return SmsOutcome::unknown(format!("{why}, and it may have the message"));
        }
        SmsOutcome::elsewhere(format!("{why}, and the message was not sent; see smpp_lost in the log"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_two_and_five_seconds() {
        let SmppPatience { connect, answer, throttled, idle, first_wait, longest_wait } =
            SmppPatience::default();
        assert_eq!(
            [connect, answer, throttled, idle, first_wait, longest_wait].map(|wait| wait.as_secs()),
            [2, 5, 1, 30, 1, 30]
        );
    }

    #[test]
    fn a_message_is_either_written_or_given_up() {
        let (outcome, _told) = oneshot::channel();
        let submission = Submission { pdu: Pdu::EnquireLink, is_taken: Arc::default(), outcome };
        assert!(submission.take() && !submission.take());
    }
}
