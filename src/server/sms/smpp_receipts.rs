//! Receipts of an SMSC: `deliver_sm` with fields of their own, or with a text (SMPP 3.4 §5.3.2.12, §5.3.2.35 and appendix B,
//! <https://smpp.org/SMPP_v3_4_Issue1_2.pdf>).

use rusmpp::{
    pdus::DeliverSm,
    tlvs::TlvValue,
    values::{MessageState, MessageType},
};

use crate::domain::{
    receipt::DeliveryState::{self, Delivered, Failed, HandedOver},
    sms_outcome::MessageId,
};

/// The states of §5.2.28 with their names in a text. None says that the reason is the number's: an undeliverable message may
/// have met a network that failed.
const STATES: &[(MessageState, &str, DeliveryState)] = &[
    (MessageState::Enroute, "ENROUTE", HandedOver),
    (MessageState::Delivered, "DELIVRD", Delivered),
    (MessageState::Expired, "EXPIRED", Failed),
    (MessageState::Deleted, "DELETED", Failed),
    (MessageState::Undeliverable, "UNDELIV", Failed),
    (MessageState::Accepted, "ACCEPTD", HandedOver),
    (MessageState::Unknown, "UNKNOWN", HandedOver),
    (MessageState::Rejected, "REJECTD", Failed),
];

/// What a message from the SMSC tells of one of ours. `None`: it is no receipt, or says nothing that is known. Only the SMSC
/// marks messages as receipts; the same words from a phone are a text like any other.
pub fn receipt(message: &DeliverSm) -> Option<(MessageId, DeliveryState)> {
    if message.esm_class.message_type != MessageType::ShortMessageContainsMCDeliveryReceipt {
        return None;
    }
    let mut values = message.tlvs().iter().filter_map(|tlv| tlv.value());
    let text = String::from_utf8_lossy(octets(message));
    let id = values.clone().find_map(|value| match value {
        TlvValue::ReceiptedMessageId(id) => Some(id.as_str().to_owned()),
        _ => None,
    });
    let state = values.find_map(|value| match value {
        TlvValue::MessageState(state) => Some(*state),
        _ => None,
    });
    let id = MessageId::parse(&id.or_else(|| word(&text, "id:"))?)?;
    Some((id, state.and_then(known).or_else(|| named(&word(&text, "stat:")?))?))
}

/// The text's octets, wherever they stand.
pub(super) fn octets(message: &DeliverSm) -> &[u8] {
    let payload = message.tlvs().iter().filter_map(|tlv| tlv.value()).find_map(|value| match value {
        TlvValue::MessagePayload(payload) => Some(payload.value.as_ref()).filter(|octets| !octets.is_empty()),
        _ => None,
    });
    // One of the two is empty (§5.3.2.32), or not there.
    payload.unwrap_or(message.short_message().as_ref())
}

fn known(state: MessageState) -> Option<DeliveryState> {
    STATES.iter().find(|(known, ..)| *known == state).map(|(.., state)| *state)
}

fn named(name: &str) -> Option<DeliveryState> {
    STATES.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(name)).map(|(.., state)| *state)
}

/// The word after a name such as `stat:`. What follows `text:` is the beginning of our own message, and says nothing.
fn word(text: &str, name: &str) -> Option<String> {
    let words = text.split_ascii_whitespace();
    let is_own = |word: &&str| strip(word, "text:").is_none();
    words.take_while(is_own).find_map(|word| strip(word, name)).map(str::to_owned)
}

fn strip<'a>(word: &'a str, name: &str) -> Option<&'a str> {
    let (start, rest) = word.split_at_checked(name.len())?;
    start.eq_ignore_ascii_case(name).then_some(rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rusmpp::{
        tlvs::MessageDeliveryRequestTlvValue,
        types::{AnyOctetString, COctetString, OctetString},
        values::{EsmClass, MessagePayload},
    };

    use super::*;

    const TEXT: &str = "id:0123456789 sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 stat:DELIVRD err:000 text:012345 is your";

    fn message(class: u8, text: &[u8]) -> DeliverSm {
        let mut message = DeliverSm::default();
        message.esm_class = EsmClass::from(class);
        message.set_short_message(OctetString::from_slice(text).unwrap());
        message
    }

    fn told(message: &DeliverSm) -> Option<(String, DeliveryState)> {
        receipt(message).map(|(id, state)| (id.as_str().to_owned(), state))
    }

    fn of(text: &str) -> Option<(String, DeliveryState)> {
        told(&message(4, text.as_bytes()))
    }

    #[test]
    fn a_receipts_text_is_understood_in_each_state() {
        for (_, name, state) in STATES {
            let said = of(&TEXT.replace("DELIVRD", name));
            assert_eq!(said, Some(("0123456789".to_owned(), *state)), "{name}");
        }
        assert_eq!(of("ID:a-1 Stat:delivrd"), Some(("a-1".to_owned(), Delivered)));
        for nothing in
            ["", "id:", "stat:DELIVRD", "id:1", "id:1 stat:LOST", "id:a/b stat:DELIVRD", "xid:1 stat:DELIVRD"]
        {
            assert_eq!(of(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn the_beginning_of_our_own_message_says_nothing() {
        assert_eq!(of("id:1 text:stat:DELIVRD stat:DELIVRD"), None);
        assert_eq!(of("id:1 stat:UNDELIV Text: id:2 stat:DELIVRD"), Some(("1".to_owned(), Failed)));
    }

    #[test]
    fn a_phone_cannot_write_a_receipt() {
        for class in [0x00, 0x08, 0x10, 0x20, 0x40] {
            assert_eq!(told(&message(class, TEXT.as_bytes())), None, "{class:#x}");
        }
    }

    #[test]
    fn a_receipts_text_may_stand_in_a_payload() {
        let mut message = message(4, b"");
        let payload = MessagePayload::new(AnyOctetString::from_vec(TEXT.as_bytes().to_vec()));
        message.set_tlvs(vec![MessageDeliveryRequestTlvValue::MessagePayload(payload)]);
        assert_eq!(told(&message), Some(("0123456789".to_owned(), Delivered)));
    }

    #[test]
    fn an_empty_payload_hides_no_text() {
        let mut message = message(4, TEXT.as_bytes());
        let payload = MessagePayload::new(AnyOctetString::from_vec(Vec::new()));
        message.set_tlvs(vec![MessageDeliveryRequestTlvValue::MessagePayload(payload)]);
        assert_eq!(told(&message), Some(("0123456789".to_owned(), Delivered)));
    }

    #[test]
    fn fields_go_before_the_text() {
        let mut message = message(4, TEXT.as_bytes());
        let id = COctetString::from_slice(b"f-1\0").unwrap();
        message.set_tlvs(vec![
            MessageDeliveryRequestTlvValue::ReceiptedMessageId(id),
            MessageDeliveryRequestTlvValue::MessageState(MessageState::Undeliverable),
        ]);
        assert_eq!(told(&message), Some(("f-1".to_owned(), Failed)));
    }

    proptest! {
        #[test]
        fn nothing_that_comes_is_a_fault_of_ours(octets in prop::collection::vec(any::<u8>(), 0..255)) {
            let _ = receipt(&message(4, &octets));
        }

        #[test]
        fn a_name_is_never_taken_from_the_message(own in "[ -~]{0,60}") {
            let text = format!("id:1 stat:EXPIRED text:{own}");
            prop_assert_eq!(of(&text), Some(("1".to_owned(), Failed)));
        }
    }
}
