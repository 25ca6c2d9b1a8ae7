//! What phones write to our sender: `deliver_sm` without a mark (SMPP 3.4 §5.2.12, <https://smpp.org/SMPP_v3_4_Issue1_2.pdf>).

use rusmpp::{
    pdus::DeliverSm,
    values::{DataCoding, Ton},
};

use super::{inbound::InboundWord, smpp_receipts::octets};
use crate::domain::opt_out::OptOutWord;

/// Bits of `esm_class` that mark a message as something else than a text: a receipt, an acknowledgement, a notification.
const MARKS: u8 = 0b0011_1100;

/// The word that a phone's text is. `None`: it is none, or from no number that could get codes; of such a text nothing is kept.
pub fn word(message: &DeliverSm) -> Option<InboundWord> {
    let is_whole = matches!(message.source_addr_ton, Ton::International | Ton::Unknown);
    if u8::from(message.esm_class) & MARKS != 0 || !is_whole {
        return None;
    }
    InboundWord::unnamed(message.source_addr.as_str(), OptOutWord::read(&text(message)))
}

/// In UCS-2, or in an alphabet that has the letters of the words where ASCII has them, as all of SMPP's others do.
fn text(message: &DeliverSm) -> String {
    let octets = octets(message);
    if message.data_coding != DataCoding::Ucs2 {
        return String::from_utf8_lossy(octets).into_owned();
    }
    let units =
        octets.chunks_exact(2).map(|pair| pair.iter().fold(0, |unit, octet| unit << 8 | u16::from(*octet)));
    String::from_utf16_lossy(&units.collect::<Vec<u16>>())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rusmpp::{
        types::{COctetString, OctetString},
        values::EsmClass,
    };

    use super::*;

    fn message(from: &str, class: u8, coding: DataCoding, octets: &[u8]) -> DeliverSm {
        let mut message = DeliverSm::default();
        message.source_addr = COctetString::from_slice(format!("{from}\0").as_bytes()).unwrap();
        message.esm_class = EsmClass::from(class);
        message.data_coding = coding;
        message.set_short_message(OctetString::from_slice(octets).unwrap());
        message
    }

    fn heard(from: &str, class: u8, coding: DataCoding, octets: &[u8]) -> Option<(String, OptOutWord)> {
        word(&message(from, class, coding, octets)).map(|heard| (heard.from.e164().to_owned(), heard.word))
    }

    #[test]
    fn a_word_is_heard_in_each_alphabet() {
        let number = "+989121234567".to_owned();
        for coding in [DataCoding::McSpecific, DataCoding::Ia5, DataCoding::Latin1] {
            let said = heard("989121234567", 0, coding, b" Stop\r\n");
            assert_eq!(said, Some((number.clone(), OptOutWord::Stop)), "{coding:?}");
        }
        let wide: Vec<u8> = "start".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(heard("+989121234567", 0, DataCoding::Ucs2, &wide), Some((number, OptOutWord::Start)));
        assert_eq!(heard("989121234567", 0, DataCoding::McSpecific, &wide), None, "in the wrong alphabet");
    }

    #[test]
    fn a_number_without_its_country_is_nobodys() {
        let mut national = message("9121234567", 0, DataCoding::McSpecific, b"STOP");
        national.source_addr_ton = Ton::National;
        assert!(word(&national).is_none());
        assert_eq!(heard("09121234567", 0, DataCoding::McSpecific, b"STOP"), None);
    }

    #[test]
    fn what_is_no_word_or_no_persons_is_not_heard() {
        let plain = DataCoding::McSpecific;
        assert_eq!(heard("989121234567", 0, plain, b"stop it"), None);
        assert_eq!(heard("Tea", 0, plain, b"STOP"), None, "from a name");
        assert_eq!(heard("12345", 0, plain, b"STOP"), None, "from a short code");
        for class in [0x04, 0x08, 0x10, 0x20] {
            assert_eq!(
                heard("989121234567", class, plain, b"STOP"),
                None,
                "{class:#x} is marked as something else"
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_that_comes_is_a_fault_of_ours(
            from in "[ -~]{0,20}", coding: u8, octets in prop::collection::vec(any::<u8>(), 0..255)
        ) {
            let _ = word(&message(&from, 0, DataCoding::from(coding), &octets));
        }
    }
}
