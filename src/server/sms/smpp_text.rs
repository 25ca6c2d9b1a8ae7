//! A text as an SMSC reads it: GSM 03.38's default alphabet where that holds it, UCS-2 where it does not (SMPP 3.4 §5.2.19,
//! <https://smpp.org/SMPP_v3_4_Issue1_2.pdf>).

use rusmpp::values::DataCoding;

/// The default alphabet, each character at its own place (3GPP TS 23.038 §6.2.1). Place 0x1B is the escape, which is no
/// character: a no-break space stands there, and is never looked for.
const ALPHABET: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{a0}ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
    ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// What stands after the escape (§6.2.1.1).
const EXTENSION: &[(char, u8)] = &[
    ('\u{c}', 0x0A),
    ('^', 0x14),
    ('{', 0x28),
    ('}', 0x29),
    ('\\', 0x2F),
    ('[', 0x3C),
    ('~', 0x3D),
    (']', 0x3E),
    ('|', 0x40),
    ('€', 0x65),
];

const ESCAPE: u8 = 0x1B;

/// Octets of `short_message` that a network carries as one message (3GPP TS 23.038): 160 septets, each in an octet of its own
/// here, or 70 characters of UCS-2.
const ONE_MESSAGE: [usize; 2] = [160, 140];

/// A text in octets. No `Debug`, for it holds a code.
pub struct SmppText {
    /// How they are to be read: 0, the SMSC's default, or 8.
    pub coding: DataCoding,
    /// One for each septet, not packed; or two for each unit of UTF-16, the higher first.
    pub octets: Vec<u8>,
}

impl SmppText {
    /// In the shortest way that loses nothing.
    pub fn new(text: &str) -> Self {
        match septets(text) {
            Some(octets) => Self { coding: DataCoding::McSpecific, octets },
            None => Self {
                coding: DataCoding::Ucs2,
                octets: text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            },
        }
    }

    /// Whether a network carries it in one piece.
    pub fn is_one_message(&self) -> bool {
        let [septets, wide] = ONE_MESSAGE;
        self.octets.len() <= if self.coding == DataCoding::Ucs2 { wide } else { septets }
    }
}

/// `None`: a character is not in the alphabet.
fn septets(text: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(text.len());
    for character in text.chars() {
        if let Some((_, octet)) = EXTENSION.iter().find(|(known, _)| *known == character) {
            octets.extend([ESCAPE, *octet]);
            continue;
        }
        let place = ALPHABET.chars().position(|known| known == character)?;
        octets.push(u8::try_from(place).ok().filter(|octet| *octet != ESCAPE)?);
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::sms_text::Length;

    fn octets(text: &str) -> (u8, Vec<u8>) {
        let SmppText { coding, octets } = SmppText::new(text);
        (coding.into(), octets)
    }

    /// The alphabet the other way, written anew.
    fn read(octets: &[u8]) -> String {
        let mut octets = octets.iter();
        let mut text = String::new();
        while let Some(&octet) = octets.next() {
            let character = if octet == ESCAPE {
                let next = octets.next().unwrap();
                EXTENSION.iter().find(|(_, known)| known == next).unwrap().0
            } else {
                ALPHABET.chars().nth(octet.into()).unwrap()
            };
            text.push(character);
        }
        text
    }

    #[test]
    fn characters_stand_where_the_standard_has_them() {
        assert_eq!(ALPHABET.chars().count(), 128);
        for (character, place) in [
            ('@', 0x00),
            ('$', 0x02),
            ('é', 0x05),
            ('\n', 0x0A),
            ('\r', 0x0D),
            ('_', 0x11),
            ('É', 0x1F),
            ('#', 0x23),
            ('0', 0x30),
            ('?', 0x3F),
            ('¡', 0x40),
            ('A', 0x41),
            ('Z', 0x5A),
            ('§', 0x5F),
            ('¿', 0x60),
            ('z', 0x7A),
            ('à', 0x7F),
        ] {
            assert_eq!(octets(&character.to_string()), (0, vec![place]), "{character}");
        }
        assert_eq!(octets("€["), (0, vec![0x1B, 0x65, 0x1B, 0x3C]));
    }

    #[test]
    fn what_the_alphabet_lacks_makes_the_whole_text_wide() {
        assert_eq!(octets("aя"), (8, vec![0, b'a', 0x04, 0x4F]));
        assert_eq!(octets("`").0, 8, "it looks plain and is not there");
        assert_eq!(octets("\u{a0}").0, 8, "the escape is no character");
        assert_eq!(octets("😀"), (8, vec![0xD8, 0x3D, 0xDE, 0x00]));
    }

    proptest! {
        #[test]
        fn texts_read_back_and_are_as_long_as_the_networks_count(
            text in prop_oneof!["[ -~éà@_$€\n]{0,40}", ".{0,40}", "[ا-یa-z ]{0,40}"]
        ) {
            let SmppText { coding, octets } = SmppText::new(&text);
            let length = Length::of(&text);
            if coding == DataCoding::McSpecific {
                prop_assert_eq!((octets.len(), 160), (length.units, length.segment));
                prop_assert_eq!(read(&octets), text);
            } else {
                prop_assert_eq!((octets.len() / 2, 70), (length.units, length.segment));
                let units: Vec<u16> = octets.chunks(2).map(|two| u16::from_be_bytes([two[0], two[1]])).collect();
                prop_assert_eq!(String::from_utf16(&units).unwrap(), text);
            }
        }
    }
}
