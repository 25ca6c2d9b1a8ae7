//! The PDUs of SMPP that we write, how those of the SMSC are read, and what its statuses mean
//! (SMPP 3.4, <https://smpp.org/SMPP_v3_4_Issue1_2.pdf>).

use bytes::{Buf as _, BufMut as _, BytesMut};
use chrono::TimeDelta;
use rusmpp::{
    Command, CommandId, CommandStatus, Pdu,
    decode::DecodeWithLength as _,
    encode::{Length as _, owned::Encode as _},
    pdus::{BindTransceiver, BindTransmitter, SubmitSm},
    tlvs::MessageSubmissionRequestTlvValue,
    types::{AnyOctetString, OctetString},
    values::{InterfaceVersion, MessagePayload, Npi, RegisteredDelivery, Ton},
};

use super::{
    SmsMessage,
    http_provider::Meaning::{self, Elsewhere, Rejected, Unknown},
    smpp::Smpp,
    smpp_text::SmppText,
};
use crate::domain::sms_outcome::{Rejection, SmsOutcome};

/// A header's length (§3.2): the least that a PDU can be.
const HEADER: usize = 16;

/// The longest PDU that is read: 8 KiB, some twenty times a receipt.
const LONGEST: usize = 8192;

/// The digits from which on a number is a whole one, with its country: 7, for short codes have 3 to 6.
const WHOLE_NUMBER: usize = 7;

/// What the statuses of a `submit_sm_resp` mean, from §5.1.3. Any other tells that the request was refused, for a reason that is
/// the account's.
const STATUSES: &[(u32, Meaning)] = &[
    (0x08, Unknown("the SMSC failed (ESME_RSYSERR) and may have sent the message all the same")),
    (0x0A, Elsewhere("the SMSC does not take the sender (ESME_RINVSRCADR); check [smpp] from")),
    (0x0B, Rejected(Rejection::BadNumber)),
    (0x14, Elsewhere("the SMSC's queue is full (ESME_RMSGQFUL); if it stays so, ask it for more room")),
    (0x48, Elsewhere("the SMSC does not take such a sender (ESME_RINVSRCTON); check [smpp] from")),
    (0x49, Elsewhere("the SMSC does not take such a sender (ESME_RINVSRCNPI); check [smpp] from")),
    (0x58, Elsewhere("the SMSC gets too many messages (ESME_RTHROTTLED); ask it for more throughput")),
    (0xFE, Unknown("the SMSC could not deliver at once (ESME_RDELIVERYFAILURE) and may go on trying")),
    (0xFF, Unknown("the SMSC does not know what happened (ESME_RUNKNOWNERR)")),
];

/// What a refusal means. §5.1.3: any status but 0 tells that the request failed.
pub fn refusal(status: u32) -> SmsOutcome {
    let known = STATUSES.iter().find(|(known, _)| *known == status);
    known.map_or_else(
        || {
            SmsOutcome::elsewhere_with_this(format!(
                "the SMSC refused the message (command_status {status:#010x}); its operator tells why"
            ))
        },
        |(_, meaning)| (*meaning).into(),
    )
}

/// Whether a refusal says that messages come too fast: `ESME_RTHROTTLED`, or `ESME_RMSGQFUL` (§5.1.3).
pub fn is_throttle(status: u32) -> bool {
    [CommandStatus::EsmeRthrottled, CommandStatus::EsmeRmsgqful].map(u32::from).contains(&status)
}

/// Asks for a session that sends and receives, or, where nobody takes receipts, for one that sends alone (§4.1.1): else it
/// could be given the receipts of the account's other session, and they would be lost. `None`: a name is longer than the protocol
/// allows, or not plain, which the configuration refuses.
pub fn bind(account: &Smpp, receives: bool) -> Option<Pdu> {
    let system_id = account.system_id.parse().ok()?;
    let password = account.password.reveal().parse().ok()?;
    let system_type = account.system_type.parse().ok()?;
    let version = InterfaceVersion::Smpp3_4;
    Some(if receives {
        let bind = BindTransceiver::builder().system_id(system_id).password(password);
        bind.system_type(system_type).interface_version(version).build().into()
    } else {
        let bind = BindTransmitter::builder().system_id(system_id).password(password);
        bind.system_type(system_type).interface_version(version).build().into()
    })
}

/// Hands a message over and asks for its receipt. A text that a network carries in pieces is a payload (§5.3.2.32), which the SMSC
/// cuts: in `short_message` it could be 254 octets long (§5.2.22), yet many SMSCs refuse there what is more than one piece, or cut
/// it off. `None`: a number does not fit, which cannot be.
pub fn submit(from: &str, message: &SmsMessage) -> Option<Pdu> {
    let (source_ton, source_npi, source) = sender(from);
    let text = SmppText::new(&message.text);
    let is_one_message = text.is_one_message();
    let SmppText { coding, octets } = text;
    let mut submit = SubmitSm::builder()
        .source_addr_ton(source_ton)
        .source_addr_npi(source_npi)
        .source_addr(source.parse().ok()?)
        .dest_addr_ton(Ton::International)
        .dest_addr_npi(Npi::Isdn)
        .destination_addr(message.digits().parse().ok()?)
        .validity_period(validity(message.good_for).parse().ok()?)
        .registered_delivery(RegisteredDelivery::from(1))
        .data_coding(coding)
        .build();
    if is_one_message {
        submit.set_short_message(OctetString::from_vec(octets).ok()?);
    } else {
        let payload = MessagePayload::new(AnyOctetString::from_vec(octets));
        submit.push_tlv(MessageSubmissionRequestTlvValue::MessagePayload(payload));
    }
    Some(submit.into())
}

/// Kind, plan (§5.2.5 and 6) and address of a sender, as networks have it: a name 5 and 0, a whole number 1 and 1 without its
/// plus sign, a short code 3 and 0 (<https://smsdeliverer.com/onlinehelp/smppaddr>).
fn sender(from: &str) -> (Ton, Npi, &str) {
    let digits = from.strip_prefix('+').unwrap_or(from);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return (Ton::Alphanumeric, Npi::Unknown, from);
    }
    if digits.len() < from.len() || digits.len() >= WHOLE_NUMBER {
        return (Ton::International, Npi::Isdn, digits);
    }
    (Ton::NetworkSpecific, Npi::Unknown, digits)
}

/// A time from now on: `YYMMDDhhmmsstnnR` (§7.1.1.2); at most 99 days.
fn validity(good_for: TimeDelta) -> String {
    let seconds = good_for.num_seconds().clamp(1, 99 * 86_400);
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    format!("0000{days:02}{hours:02}{:02}{:02}000R", seconds / 60 % 60, seconds % 60)
}

/// A PDU in octets, its length before it.
pub fn octets(status: CommandStatus, number: u32, pdu: Pdu) -> BytesMut {
    let command = Command::new(status, number, pdu);
    let length = 4 + command.length();
    let mut octets = BytesMut::with_capacity(length);
    octets.put_u32(u32::try_from(length).unwrap_or_default());
    command.encode(&mut octets);
    octets
}

/// What came from the SMSC. No `Debug`, for it may hold anything.
pub struct Incoming {
    /// What it is.
    pub id: CommandId,
    /// 0, or why a request of ours failed.
    pub status: u32,
    /// Which request it answers, or which it is.
    pub number: u32,
    /// What it says. `None`: nothing, or nothing that can be read.
    pub pdu: Option<Pdu>,
}

/// The SMSC sends what is no SMPP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the SMSC sends what is no SMPP; check the port in [smpp] url")]
pub struct NoSmpp;

/// Takes the next whole PDU out of what has come. `None`: not all of one is there. One that cannot be read is told by its header,
/// so that it can be answered and does not come again.
///
/// # Errors
/// Its length is none that a PDU has.
pub fn next(buffer: &mut BytesMut) -> Result<Option<Incoming>, NoSmpp> {
    let Some(length) = buffer.first_chunk().map(|length| u32::from_be_bytes(*length)) else {
        return Ok(None);
    };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if !(HEADER..=LONGEST).contains(&length) {
        return Err(NoSmpp);
    }
    if buffer.len() < length {
        return Ok(None);
    }
    let mut octets = buffer.split_to(length);
    octets.advance(4);
    let mut header = octets.clone();
    let (id, status, number) = (header.get_u32(), header.get_u32(), header.get_u32());
    let pdu = Command::decode(&mut octets, length - 4).ok().and_then(|(command, _)| command.pdu().cloned());
    Ok(Some(Incoming { id: CommandId::from(id), status, number, pdu }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{domain::phone_number::PhoneNumber, server::sms::http_provider::Credential};

    #[test]
    fn a_sender_is_a_name_a_number_or_a_short_code() {
        for (from, ton, npi, address) in [
            ("Tea", 5, 0, "Tea"),
            ("Tea24", 5, 0, "Tea24"),
            ("+15005550006", 1, 1, "15005550006"),
            ("15005550006", 1, 1, "15005550006"),
            ("55555", 3, 0, "55555"),
            ("+", 5, 0, "+"),
        ] {
            let (found_ton, found_npi, found) = sender(from);
            assert_eq!((u8::from(found_ton), u8::from(found_npi), found), (ton, npi, address), "{from}");
        }
    }

    #[test]
    fn a_validity_is_days_hours_minutes_and_seconds() {
        for (seconds, expected) in [
            (120, "000000000200000R"),
            (0, "000000000001000R"),
            (3 * 86_400, "000003000000000R"),
            (90_061, "000001010101000R"),
            (i64::MAX / 1_000_000, "000099000000000R"),
        ] {
            assert_eq!(validity(TimeDelta::seconds(seconds)), expected, "{seconds}");
        }
    }

    fn submitted(text: &str) -> SubmitSm {
        let message = SmsMessage {
            from: None,
            to: PhoneNumber::parse("+989121234567", None).unwrap(),
            text: text.to_owned(),
            good_until: chrono::DateTime::UNIX_EPOCH,
            good_for: TimeDelta::seconds(120),
            other_way: None,
        };
        let mut octets = octets(CommandStatus::EsmeRok, 7, submit("Tea", &message).unwrap());
        let Some(Pdu::SubmitSm(submit)) = next(&mut octets).unwrap().unwrap().pdu else {
            panic!("another PDU")
        };
        submit
    }

    #[test]
    fn a_message_stands_in_its_field_or_in_a_payload() {
        for (text, most, octets) in [("a", 160, 160), ("€", 80, 160), ("я", 70, 140)] {
            let short = submitted(&text.repeat(most));
            assert_eq!((short.short_message().len(), short.tlvs().len()), (octets, 0), "{text}");
            let long = submitted(&text.repeat(most + 1));
            assert_eq!((long.short_message().len(), long.tlvs().len()), (0, 1), "{text}");
            assert_eq!(u8::from(long.registered_delivery), 1);
        }
    }

    #[test]
    fn an_account_has_the_lengths_of_the_protocol() {
        let account = |system_id: &str, password: &str, system_type: &str| Smpp {
            url: "smpp://127.0.0.1".parse().unwrap(),
            system_id: system_id.to_owned(),
            password: Credential::new(password.to_owned()),
            system_type: system_type.to_owned(),
            from: "Tea".to_owned(),
        };
        assert!(bind(&account(&"a".repeat(15), &"b".repeat(8), &"c".repeat(12)), true).is_some());
        assert!(bind(&account(&"a".repeat(16), "b", ""), true).is_none());
        assert!(bind(&account("a", &"b".repeat(9), ""), true).is_none());
        assert!(bind(&account("a", "b", &"c".repeat(13)), true).is_none());
    }

    #[test]
    fn only_the_number_is_blamed_on_the_number_and_only_a_clear_refusal_goes_elsewhere() {
        assert_eq!(refusal(0x0B), SmsOutcome::Rejected(Rejection::BadNumber));
        for status in [0x01, 0x0A, 0x14, 0x45, 0x58, 0x62, 0x104, 0x400] {
            assert_eq!(refusal(status).name(), "try_elsewhere", "{status:#x}");
        }
        for status in [0x08, 0xFE, 0xFF] {
            assert_eq!(refusal(status).name(), "unknown", "{status:#x}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_by_its_header() {
        // A receipt that ends after its header.
        let mut octets = BytesMut::from(&[0, 0, 0, 16, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 9, 0xFF][..]);
        let incoming = next(&mut octets).unwrap().unwrap();
        assert_eq!((incoming.id, incoming.number, incoming.pdu.is_none()), (CommandId::DeliverSm, 9, true));
        assert_eq!(&octets[..], [0xFF], "the next is left alone");
        for length in [0_u32, 15, 8193, u32::MAX] {
            assert!(next(&mut BytesMut::from(&length.to_be_bytes()[..])).is_err(), "{length}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_comes_is_a_fault_of_ours(
            id in prop::sample::select(vec![4_u32, 5, 9, 0x15, 0x103, 0x8000_0000, 0x8000_0004, 0x8000_0009]),
            body in prop::collection::vec(any::<u8>(), 0..300),
            cut in 0..316_usize,
        ) {
            let mut octets = BytesMut::new();
            octets.put_u32(u32::try_from(16 + body.len()).unwrap());
            octets.put_slice(&[&id.to_be_bytes()[..], &[0; 8], &body].concat());
            let whole = octets.len();
            octets.truncate(cut);
            let came = next(&mut octets).unwrap();
            prop_assert_eq!(came.is_some(), cut >= whole);
        }
    }
}
