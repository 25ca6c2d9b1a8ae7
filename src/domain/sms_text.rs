//! What a message with a code must look like to arrive whole, be read at a glance and be filled in by the phone.

use super::sms_language::SmsLanguage;

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
        self.units.div_ceil(self.part())
    }

    /// Characters in each part of a message that is more than one.
    fn part(self) -> usize {
        if self.is_wide() { UCS2_PART } else { GSM_PART }
    }

    /// The alphabet that the networks choose for it (3GPP TS 23.038 §6.2): as providers and their bills call it.
    pub fn alphabet(self) -> &'static str {
        if self.is_wide() { "UCS-2" } else { "GSM-7" }
    }
}

impl std::fmt::Display for Length {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (units, alphabet) = (self.units, self.alphabet());
        match self.segments() {
            1 => write!(f, "{alphabet}, {units} of {} characters, 1 segment", self.segment),
            segments => {
                write!(f, "{alphabet}, {units} of {} characters, {segments} segments", segments * self.part())
            }
        }
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
            Self::HasLink => f.write_str(
                "the text has a link, or a name with a dot that phones show as one (tea.house): networks filter such messages. \
                 Write [site] name without the dot",
            ),
        }
    }
}

/// Whether there is something to follow: an address, or what phones make one of, a dot between a letter or digit and a word of letters,
/// such as `tea.house`. Which last parts of a name there really are, phones ask a list that grows; here any counts.
pub fn has_link(text: &str) -> bool {
    let characters: Vec<_> = text.chars().collect();
    let is_domain = |near: &[char]| {
        matches!(near, [before, '.', first, second]
            if before.is_alphanumeric() && first.is_alphabetic() && second.is_alphabetic())
    };
    text.contains("://") || text.contains("www.") || characters.windows(4).any(is_domain)
}

/// Everything that is wrong with a text that carries this code to users of this host (REQUIREMENTS S-09).
pub fn faults(text: &str, code: &str, host: &str) -> Vec<TextFault> {
    let length = Length::of(text);
    let last_line = format!("@{host} #{code}");
    // The host in that line, and there alone, is what the phone looks for.
    let without_it = text.replace(&last_line, "");
    let checks = [
        (!length.is_one_segment(), TextFault::TooLong(length)),
        (!text.starts_with(code), TextFault::CodeNotFirst),
        (text.lines().last() != Some(&*last_line), TextFault::NotOriginBound),
        (has_link(&without_it), TextFault::HasLink),
    ];
    checks.into_iter().filter(|(is_wrong, _)| *is_wrong).map(|(_, fault)| fault).collect()
}

/// Each fault once, with the languages in which it was found, both in the order in which they came.
pub fn by_fault(
    found: impl IntoIterator<Item = (SmsLanguage, TextFault)>,
) -> Vec<(TextFault, Vec<SmsLanguage>)> {
    let mut grouped: Vec<(TextFault, Vec<SmsLanguage>)> = Vec::new();
    for (language, fault) in found {
        match grouped.iter_mut().find(|(known, _)| *known == fault) {
            Some((_, languages)) if languages.contains(&language) => {}
            Some((_, languages)) => languages.push(language),
            None => grouped.push((fault, vec![language])),
        }
    }
    grouped
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
    fn a_length_tells_the_alphabet_and_the_segments() {
        for (text, said) in [
            ("a".repeat(57), "GSM-7, 57 of 160 characters, 1 segment"),
            ("a".repeat(161), "GSM-7, 161 of 306 characters, 2 segments"),
            ("س".repeat(70), "UCS-2, 70 of 70 characters, 1 segment"),
            ("س".repeat(135), "UCS-2, 135 of 201 characters, 3 segments"),
        ] {
            assert_eq!(Length::of(&text).to_string(), said);
        }
    }

    #[test]
    fn a_fault_is_told_once_with_its_languages() {
        use SmsLanguage::{English, French};
        let found = [
            (English, TextFault::HasLink),
            (English, TextFault::HasLink),
            (French, TextFault::CodeNotFirst),
            (French, TextFault::HasLink),
        ];
        assert_eq!(
            by_fault(found),
            [(TextFault::HasLink, vec![English, French]), (TextFault::CodeNotFirst, vec![French])]
        );
    }

    #[test]
    fn each_fault_is_found_alone() {
        assert_eq!(found(GOOD), []);
        assert_eq!(found(&format!("Your {GOOD}")), [TextFault::CodeNotFirst]);
        assert_eq!(found(&format!("{GOOD}\nBye")), [TextFault::NotOriginBound]);
        assert_eq!(found("012345\n@localhost #012345"), [TextFault::NotOriginBound]);
        assert_eq!(
            found("012345\n@other.example #012345"),
            [TextFault::NotOriginBound, TextFault::HasLink],
            "another host is a link like any other"
        );
        for link in ["https://x", "www.x", "tea.house", "t.me", "1.fm", "Tea.House", "x.example/y"] {
            assert_eq!(found(&GOOD.replace("code", link)), [TextFault::HasLink], "{link}");
        }
        for no_link in ["code. Good", "code.\nNot", "3.5", "a. b", "St. Ives", "no. 7", "...", "e.g."] {
            assert_eq!(found(&GOOD.replace("code", no_link)), [], "{no_link}");
        }
        let long = found(&GOOD.replace("code", &"code".repeat(40)));
        assert!(matches!(long[..], [TextFault::TooLong(_)]), "{long:?}");
    }
}
