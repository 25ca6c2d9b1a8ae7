//! What a message with a code must look like to arrive whole, be read at a glance and be filled in by the phone.

/// Septets in one segment (3GPP TS 23.038 §6.1.2.1.1).
const GSM_SEGMENT: usize = 160;

/// Characters of UCS-2 in one segment: one character outside GSM-7 makes the whole message so.
const UCS2_SEGMENT: usize = 70;

/// Octets that each part of a longer message gives up to tell which part it is (3GPP TS 23.040 §9.2.3.24.1): 6, which are seven
/// septets or three characters of UCS-2.
const GSM_PART: usize = GSM_SEGMENT - 7;
const UCS2_PART: usize = UCS2_SEGMENT - 3;

/// GSM-7's basic table (3GPP TS 23.038 §6.2.1) without digits and plain letters.
const GSM_BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";

/// Its extension (§6.2.1.1): two septets each.
const GSM_EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// How long a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// Septets, or characters of UCS-2.
    pub units: usize,
    /// How many of them one segment holds.
    pub segment: usize,
}

impl Length {
    /// Of this text, in the encoding that the networks choose for it.
    pub fn of(text: &str) -> Self {
        let septets = |character: char| {
            if character.is_ascii_alphanumeric() || GSM_BASIC.contains(character) {
                return Some(1);
            }
            GSM_EXTENSION.contains(character).then_some(2)
        };
        match text.chars().map(septets).sum() {
            Some(units) => Self { units, segment: GSM_SEGMENT },
            None => Self { units: text.encode_utf16().count(), segment: UCS2_SEGMENT },
        }
    }

    /// Whether it is one message, paid once and never torn.
    pub fn is_one_segment(self) -> bool {
        self.units <= self.segment
    }

    /// Whether it is in UCS-2.
    pub fn is_wide(self) -> bool {
        self.segment == UCS2_SEGMENT
    }

    /// Messages that it is paid as.
    pub fn segments(self) -> usize {
        if self.is_one_segment() {
            return 1;
        }
        self.units.div_ceil(if self.is_wide() { UCS2_PART } else { GSM_PART })
    }
}

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFault {
    /// It is more than one message.
    TooLong(Length),
    /// A notification would not show the code.
    CodeNotFirst,
    /// Phones would not offer the code: the last line is not `@host #code` (WICG sms-one-time-codes).
    NotOriginBound,
    /// The notice of a changed number is longer than it must be.
    TooManySegments(Length),
    /// The notice of a changed number does not say how to undo that.
    NoUndoCode,
    /// It has a link, which networks filter and people should not learn to follow.
    HasLink,
}

impl std::fmt::Display for TextFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLong(Length { units, segment }) => write!(
                f,
                "the text has {units} characters where one message holds {segment}: it is paid twice or more and may come \
                 in pieces. Shorten [site] name"
            ),
            Self::CodeNotFirst => {
                f.write_str("the text does not begin with the code: a notification would not show it")
            }
            Self::NotOriginBound => {
                f.write_str("the last line is not @host #code: phones would not offer to fill the code in")
            }
            Self::TooManySegments(length) => {
                write!(
                    f,
                    "the notice of a changed number is paid {} times. Shorten [site] name",
                    length.segments()
                )
            }
            Self::NoUndoCode => {
                f.write_str("the notice of a changed number lacks the code that undoes the change")
            }
            Self::HasLink => f.write_str("the text has a link: networks filter such messages"),
        }
    }
}

/// Whether there is something to follow.
pub fn has_link(text: &str) -> bool {
    text.contains("://") || text.contains("www.")
}

/// Everything that is wrong with a text that carries this code to users of this host (REQUIREMENTS S-09).
pub fn faults(text: &str, code: &str, host: &str) -> Vec<TextFault> {
    let length = Length::of(text);
    let checks = [
        (!length.is_one_segment(), TextFault::TooLong(length)),
        (!text.starts_with(code), TextFault::CodeNotFirst),
        (text.lines().last() != Some(&*format!("@{host} #{code}")), TextFault::NotOriginBound),
        (has_link(text), TextFault::HasLink),
    ];
    checks.into_iter().filter(|(is_wrong, _)| *is_wrong).map(|(_, fault)| fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "012345 is your code.\n\n@example.com #012345";

    fn found(text: &str) -> Vec<TextFault> {
        faults(text, "012345", "example.com")
    }

    #[test]
    fn length_counts_as_the_networks_do() {
        for (text, units, segment) in [
            ("abc", 3, 160),
            ("a€b", 4, 160),
            ("[x]", 5, 160),
            ("é@", 2, 160),
            ("سلام", 4, 70),
            ("a`", 2, 70),
            ("😀", 2, 70),
            ("", 0, 160),
        ] {
            assert_eq!(Length::of(text), Length { units, segment }, "{text}");
        }
        for (text, segments) in
            [("a", [(160, 1), (161, 2), (306, 2), (307, 3)]), ("س", [(70, 1), (71, 2), (134, 2), (135, 3)])]
        {
            for (units, segments) in segments {
                assert_eq!(Length::of(&text.repeat(units)).segments(), segments, "{units}");
            }
        }
        assert!(
            Length::of(&"a".repeat(160)).is_one_segment() && !Length::of(&"a".repeat(161)).is_one_segment()
        );
        assert!(
            Length::of(&"س".repeat(70)).is_one_segment() && !Length::of(&"س".repeat(71)).is_one_segment()
        );
    }

    #[test]
    fn each_fault_is_found_alone() {
        assert_eq!(found(GOOD), []);
        assert_eq!(found(&format!("Your {GOOD}")), [TextFault::CodeNotFirst]);
        assert_eq!(found(&format!("{GOOD}\nBye")), [TextFault::NotOriginBound]);
        assert_eq!(found("012345\n@other.example #012345"), [TextFault::NotOriginBound]);
        assert_eq!(found(&GOOD.replace("code", "code, https://x.example")), [TextFault::HasLink]);
        let long = found(&GOOD.replace("code", &"code".repeat(40)));
        assert!(matches!(long[..], [TextFault::TooLong(_)]), "{long:?}");
    }
}
