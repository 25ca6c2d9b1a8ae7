//! A person's word to a sender of texts: stop, or go on.

use chrono::{DateTime, Utc};

/// What a text that a person wrote asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptOutWord {
    /// No more texts.
    Stop,
    /// Texts again.
    Start,
}

/// The words that stop: those of Twilio (<https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out>), which hold CTIA's,
/// and Telnyx's in two words (<https://developers.telnyx.com/docs/messaging/messages/advanced-opt-in-out>).
const STOP: &[&str] =
    &["STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"];

/// The words that take it back: those of Twilio
/// (<https://help.twilio.com/articles/223134027-Twilio-support-for-opt-out-keywords-SMS-STOP-filtering->).
const START: &[&str] = &["START", "YES", "UNSTOP"];

impl OptOutWord {
    /// Reads a text: the word is all of it, in capitals or not, with or without space around it. “Stop it” is none, as for the
    /// providers: what they do not block must not be stopped here either.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_among = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
        if is_among(STOP) {
            return Some(Self::Stop);
        }
        is_among(START).then_some(Self::Start)
    }

    /// The stable name, for the database and the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Start => "start",
        }
    }
}

/// A number that gets no texts, by its owner's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptOut {
    /// Since when.
    pub since: DateTime<Utc>,
    /// The name of the provider that passed the word on, which may be one that is no more.
    pub provider: String,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_word_is_known_however_it_is_written() {
        for (words, meant) in [(STOP, OptOutWord::Stop), (START, OptOutWord::Start)] {
            for word in words {
                let lower = word.to_lowercase();
                for text in
                    [(*word).to_owned(), lower.clone(), format!(" {lower}\r\n"), format!("\t{word}\u{a0}")]
                {
                    assert_eq!(OptOutWord::read(&text), Some(meant), "{text:?}");
                }
            }
        }
    }

    #[test]
    fn more_or_less_than_the_word_is_none() {
        for text in [
            "",
            " ",
            "stop it",
            "please stop",
            "STOP.",
            "“stop”",
            "sto",
            "stopp",
            "stop\nstop",
            "st op",
            "no",
            "help",
            "HELP",
            "ſtop",
            "ＳＴＯＰ",
            "start now",
            "yes please",
            "012345",
        ] {
            assert_eq!(OptOutWord::read(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_text_that_holds_more_than_a_word_is_none(
            word in proptest::sample::select([STOP, START].concat()), more in "[a-z0-9.!]{1,20}"
        ) {
            prop_assume!(format!("{word} {more}") != "STOP all");
            prop_assert_eq!(OptOutWord::read(&format!("{word} {more}")), None);
            prop_assert_eq!(OptOutWord::read(&format!("{more} {word}")), None);
        }
    }
}
