//! The task that owns the connection to an SMSC: binds, sends, answers, asks after silence, and binds anew when it is lost.

use std::{collections::HashMap, io, sync::Arc, time::Duration};

use bytes::BytesMut;
use rusmpp::{CommandId, CommandStatus, Pdu, pdus::DeliverSmResp};
use rustls::ClientConfig;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::{mpsc, oneshot},
    time::{sleep, timeout},
};
use tracing::{info, warn};

use super::{
    receipts::ReceiptSink,
    smpp::{self, Smpp, SmppPatience, Submission},
    smpp_inbound::word,
    smpp_link::{Stream, connect},
    smpp_pdu::{Incoming, bind, is_throttle, next, octets, refusal},
    smpp_receipts::receipt,
    smpp_trouble::Trouble,
};
use crate::domain::{receipt::Receipt, sms_outcome::SmsOutcome};

/// Messages that wait for the SMSC's answer at a time: 10, as Kannel has it (`max-pending-submits`); SMSCs refuse or drop what is
/// beyond their own window.
const WINDOW: usize = 10;

/// The greatest number of a request (SMPP 3.4 §3.2); after it comes 1.
const LAST_NUMBER: u32 = 0x7FFF_FFFF;

/// What the task works with.
pub struct SmppTask {
    /// Who binds, and where.
    pub account: Smpp,
    /// Whom it trusts.
    pub tls: Arc<ClientConfig>,
    /// Where receipts and people's words go.
    pub sink: Option<Arc<dyn ReceiptSink>>,
    /// How long it waits.
    pub patience: SmppPatience,
    /// The messages to send.
    pub queue: mpsc::Receiver<Submission>,
}

/// One bound connection.
struct Session {
    stream: Box<dyn Stream>,
    buffer: BytesMut,
    /// Messages that were written, by the number of their request.
    open: HashMap<u32, oneshot::Sender<SmsOutcome>>,
    last_number: u32,
    /// Whether the SMSC has just said that messages come too fast.
    is_throttled: bool,
    patience: Duration,
}

impl SmppTask {
    /// Runs until the sender is gone.
    pub async fn run(mut self) {
        let mut wait = self.patience.first_wait;
        loop {
            let trouble = match self.bind().await {
                Ok(session) => {
                    info!(event = "smpp_bound", host = self.account.url.host);
                    match self.serve(session, &mut wait).await {
                        Ok(()) => return,
                        Err(trouble) => trouble,
                    }
                }
                Err(trouble) => trouble,
            };
            warn!(event = "smpp_lost", cause = %trouble, next_try_milliseconds = wait.as_millis());
            if self.refuse_for(wait, &trouble).await.is_none() {
                return;
            }
            wait = (wait * 2).min(self.patience.longest_wait);
        }
    }

    async fn bind(&self) -> Result<Session, Trouble> {
        let pdu = bind(&self.account, self.sink.is_some()).ok_or(Trouble::NoAccount)?;
        let connected = timeout(self.patience.connect, connect(&self.account.url, &self.tls)).await;
        let stream = connected
            .map_err(io::Error::from)
            .flatten()
            .map_err(|error| Trouble::NotReached(error.kind()))?;
        let mut session = Session {
            stream,
            buffer: BytesMut::new(),
            open: HashMap::new(),
            last_number: 0,
            is_throttled: false,
            patience: self.patience.answer,
        };
        session.ask(pdu).await?;
        timeout(self.patience.answer, session.is_bound()).await.unwrap_or(Err(Trouble::Silent))?;
        Ok(session)
    }

    /// Sends and receives. `Ok`: the sender is gone. The wait is the first one again when the connection has lasted: whoever is bound
    /// and thrown out at once, as where another server has the account, must not come back each second.
    async fn serve(&mut self, mut session: Session, wait: &mut Duration) -> Result<(), Trouble> {
        // What came in one piece with the answer to the bind: nothing more may come before that is answered.
        self.read(&mut session).await?;
        let mut is_asked = false;
        let quiet = sleep(self.patience.idle);
        let lasting = sleep(self.patience.longest_wait);
        let (mut is_resting, rest) = (false, sleep(Duration::ZERO));
        tokio::pin!(quiet, lasting, rest);
        loop {
            session.open.retain(|_, outcome| !outcome.is_closed());
            if std::mem::take(&mut session.is_throttled) {
                is_resting = true;
                rest.set(sleep(self.patience.throttled));
            }
            let has_room = !is_resting && session.open.len() < WINDOW;
            tokio::select! {
                came = session.stream.read_buf(&mut session.buffer) => {
                    if came? == 0 {
                        return Err(Trouble::Closed);
                    }
                    is_asked = false;
                    quiet.set(sleep(self.patience.idle));
                    self.read(&mut session).await?;
                }
                submission = self.queue.recv(), if has_room => {
                    let Some(submission) = submission else {
                        return session.ask(Pdu::Unbind).await.map(drop);
                    };
                    session.submit(submission).await?;
                }
                () = &mut lasting, if *wait > self.patience.first_wait => *wait = self.patience.first_wait,
                () = &mut rest, if is_resting => is_resting = false,
                // By then those who waited have given up, and there is room.
                () = sleep(self.patience.answer), if !has_room => {}
                () = &mut quiet => {
                    if is_asked {
                        return Err(Trouble::Silent);
                    }
                    is_asked = true;
                    quiet.set(sleep(self.patience.answer));
                    session.ask(Pdu::EnquireLink).await?;
                }
            }
        }
    }

    async fn read(&self, session: &mut Session) -> Result<(), Trouble> {
        while let Some(incoming) = next(&mut session.buffer)? {
            match incoming.id {
                CommandId::SubmitSmResp | CommandId::GenericNack => session.answered(incoming),
                CommandId::DeliverSm => self.deliver(session, incoming).await?,
                CommandId::EnquireLink => session.answer(incoming.number, Pdu::EnquireLinkResp).await?,
                CommandId::Unbind => {
                    session.answer(incoming.number, Pdu::UnbindResp).await?;
                    return Err(Trouble::Closed);
                }
                // The one request without an answer (§4.12.1).
                CommandId::AlertNotification => {}
                id if id.is_response() => {}
                _ => session.write(CommandStatus::EsmeRinvcmdid, incoming.number, Pdu::GenericNack).await?,
            }
        }
        Ok(())
    }

    /// Everything is answered, or it would come again: receipts of other messages and what phones write beside words too. Only a word
    /// that could not be kept is to come again.
    async fn deliver(&self, session: &mut Session, incoming: Incoming) -> Result<(), Trouble> {
        let mut status = CommandStatus::EsmeRok;
        if let (Some(Pdu::DeliverSm(message)), Some(sink)) = (&incoming.pdu, &self.sink) {
            if let Some((id, state)) = receipt(message) {
                sink.receive(Receipt { provider: smpp::NAME, id, state });
            } else if let Some(word) = word(message) {
                // No longer than the database is waited for. Who is not waited for may be kept all the same, and would come again.
                if sink.hear(smpp::NAME, word).await.is_err() {
                    status = CommandStatus::EsmeRxTAppn;
                }
            }
        }
        session.write(status, incoming.number, DeliverSmResp::default().into()).await
    }

    /// Refuses every message until the time is over. `None`: the sender is gone.
    async fn refuse_for(&mut self, wait: Duration, trouble: &Trouble) -> Option<()> {
        let over = sleep(wait);
        tokio::pin!(over);
        loop {
            let submission = tokio::select! {
                () = &mut over => return Some(()),
                submission = self.queue.recv() => submission?,
            };
            // Whoever has given up does not listen.
            let _ = submission.outcome.send(SmsOutcome::elsewhere(trouble.to_string()));
        }
    }
}

impl Session {
    /// Waits for the answer to the bind.
    async fn is_bound(&mut self) -> Result<(), Trouble> {
        loop {
            while let Some(incoming) = next(&mut self.buffer)? {
                let is_answer =
                    matches!(incoming.id, CommandId::BindTransceiverResp | CommandId::BindTransmitterResp);
                match incoming.status {
                    0 if is_answer => return Ok(()),
                    1.. if is_answer || incoming.id == CommandId::GenericNack => {
                        return Err(Trouble::Refused(incoming.status));
                    }
                    _ => {}
                }
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(Trouble::Closed);
            }
        }
    }

    async fn submit(&mut self, submission: Submission) -> Result<(), Trouble> {
        if !submission.take() {
            return Ok(());
        }
        let number = self.ask(submission.pdu).await?;
        self.open.insert(number, submission.outcome);
        Ok(())
    }

    fn answered(&mut self, incoming: Incoming) {
        self.is_throttled |= is_throttle(incoming.status);
        let Some(outcome) = self.open.remove(&incoming.number) else { return };
        let said = match incoming.pdu {
            _ if incoming.status != 0 => refusal(incoming.status),
            Some(Pdu::SubmitSmResp(answer)) => SmsOutcome::accepted(Some(answer.message_id().as_str())),
            _ if incoming.id == CommandId::SubmitSmResp => SmsOutcome::accepted(None),
            _ => SmsOutcome::unknown("the SMSC's answer is not as SMPP has it, though it names no failure"),
        };
        // Whoever has given up does not listen.
        let _ = outcome.send(said);
    }

    /// Writes a request, and says under which number.
    async fn ask(&mut self, pdu: Pdu) -> Result<u32, Trouble> {
        self.last_number = if self.last_number >= LAST_NUMBER { 1 } else { self.last_number + 1 };
        self.write(CommandStatus::EsmeRok, self.last_number, pdu).await?;
        Ok(self.last_number)
    }

    async fn answer(&mut self, number: u32, pdu: Pdu) -> Result<(), Trouble> {
        self.write(CommandStatus::EsmeRok, number, pdu).await
    }

    async fn write(&mut self, status: CommandStatus, number: u32, pdu: Pdu) -> Result<(), Trouble> {
        let octets = octets(status, number, pdu);
        let write = async {
            self.stream.write_all(&octets).await?;
            self.stream.flush().await
        };
        timeout(self.patience, write).await.map_err(|_| Trouble::Silent)?.map_err(Trouble::Broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn after_the_greatest_number_comes_one() {
        let (stream, _other) = tokio::io::duplex(1024);
        let mut session = Session {
            stream: Box::new(stream),
            buffer: BytesMut::new(),
            open: HashMap::new(),
            last_number: LAST_NUMBER - 1,
            is_throttled: false,
            patience: Duration::from_secs(1),
        };
        let numbers = [session.ask(Pdu::EnquireLink).await, session.ask(Pdu::EnquireLink).await];
        assert_eq!(numbers.map(Result::unwrap), [LAST_NUMBER, 1]);
    }
}
