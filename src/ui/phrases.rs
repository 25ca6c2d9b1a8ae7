//! How the words of a page get from the server to its islands, so that no sentence is compiled into WebAssembly and
//! both say the same.
//!
//! They stand in one attribute of the page, `<main data-words>`, and not in leptos's island properties: those are JSON,
//! and a JSON reader in WebAssembly costs more than all our islands.

use leptos::prelude::*;

use crate::domain::{one_time_code::CodeFault, phone_number::PhoneFault, sign_in_error::SignInError};

/// Sentences and figures by key: one `key=sentence` a line, which is the leanest form inside an HTML attribute. A
/// sentence may hold a place `{}`, and two forms `one|many` for a number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrases(String);

/// An error as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The sentence.
    pub text: String,
    /// Where the person mends it: a field of the page (`#phone`), another page, or nowhere (empty).
    pub target: String,
}

impl Failure {
    /// What stands at one place of a form; empty where nothing is wrong.
    pub fn text_at(failure: Option<&Self>, target: &str) -> String {
        let here = failure.filter(|failure| failure.target == target);
        here.map(|failure| failure.text.clone()).unwrap_or_default()
    }

    /// Without a way on to the page that it is shown on.
    pub fn not_to(self, page: &str) -> Self {
        let target = if self.target == page { String::new() } else { self.target };
        Self { target, ..self }
    }
}

/// A wait up to this many seconds is the pause between two codes; a longer one is a quota that is used up.
const LONGEST_PAUSE: u32 = 300;

/// From this many guesses down the page says how many are left (REQUIREMENTS A-09; login.gov warns at 3 too).
pub const GUESSES_WARNED: u32 = 3;

/// How many seconds a message usually takes at most: after this the page unfolds its advice (REQUIREMENTS, "slow route").
pub const ADVICE_AFTER: u32 = 30;

impl Phrases {
    /// Collects sentences. They are ours: none has a line break.
    pub fn new(entries: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        entries.into_iter().fold(Self::default(), |phrases, (key, text)| phrases.and(key, &text))
    }

    /// The words of the page being drawn, or, in the browser, of the page that was loaded.
    pub fn of_page() -> Self {
        if cfg!(target_family = "wasm") {
            let main = document().query_selector("main").ok().flatten();
            Self(main.and_then(|main| main.get_attribute("data-words")).unwrap_or_default())
        } else {
            use_context().unwrap_or_default()
        }
    }

    /// The words and what else the islands of this page must know.
    pub fn and(mut self, key: &'static str, text: &str) -> Self {
        self.0.extend([key, "=", text, "\n"]);
        self
    }

    /// The words with the error that the page is drawn with.
    pub fn and_failure(self, failure: Option<&Failure>) -> Self {
        match failure {
            Some(failure) => self.and("failure", &failure.text).and("failure_target", &failure.target),
            None => self,
        }
    }

    /// The error that the page is drawn with.
    pub fn first_failure(&self) -> Option<Failure> {
        let (text, target) = (self.get("failure"), self.get("failure_target"));
        (!text.is_empty()).then(|| Failure { text: text.to_owned(), target: target.to_owned() })
    }

    /// The text as it stands in the attribute.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The figure under a key; zero when the page did not bring it.
    pub fn number(&self, key: &str) -> u32 {
        self.get(key).parse().unwrap_or_default()
    }

    /// The sentence under a key; empty when the page did not bring it.
    pub fn get(&self, key: &str) -> &str {
        let found = self.0.lines().filter_map(|line| line.split_once('=')).find(|(name, _)| *name == key);
        found.map_or("", |(_, text)| text)
    }

    /// The sentence with a text in its place.
    pub fn with(&self, key: &str, text: &str) -> String {
        self.get(key).replace("{}", text)
    }

    /// The form of a sentence that fits the number, with the number in its place.
    pub fn count(&self, key: &str, number: u32) -> String {
        let both = self.get(key);
        let (one, many) = both.split_once('|').unwrap_or((both, both));
        (if number == 1 { one } else { many }).replace("{}", &number.to_string())
    }

    /// A duration in words, rounded up: "41 seconds", "5 minutes", "3 hours".
    pub fn duration(&self, seconds: u32) -> String {
        match seconds {
            0..=90 => self.count("seconds", seconds),
            91..=5_400 => self.count("minutes", seconds.div_ceil(60)),
            _ => self.count("hours", seconds.div_ceil(3_600)),
        }
    }

    /// A wait as duration and clock time: "in 3 hours, at 14:05". The browser knows the person's clock; the server says
    /// which one it means.
    fn until(&self, seconds: u32) -> String {
        self.with("until", &self.duration(seconds))
            .replace("{at}", &clock_time(self.get("drawn_at"), seconds))
    }

    /// What the page says of an error, and where it is mended.
    pub fn failure(&self, error: &SignInError) -> Failure {
        let text = match *error {
            SignInError::CodeMalformed(CodeFault::WrongLength { digits }) => {
                self.count("code_length", digits)
            }
            SignInError::CodeIncorrect { guesses_left } if guesses_left <= GUESSES_WARNED => {
                self.count("code_incorrect_left", guesses_left)
            }
            SignInError::TooManyRequests { retry_after_seconds: wait } if wait <= LONGEST_PAUSE => {
                self.with("wait_error", &self.duration(wait))
            }
            SignInError::TooManyRequests { retry_after_seconds: wait } => {
                self.with("blocked", &self.until(wait))
            }
            SignInError::SendingPaused { retry_after_seconds: wait } => {
                self.with("sending_paused", &self.until(wait))
            }
            _ => self.with(key(error), self.get("example")),
        };
        Failure { text, target: target(error).to_owned() }
    }
}

/// What the clock will show after so many seconds: the person's own clock.
#[cfg(target_family = "wasm")]
fn clock_time(_: &str, seconds: u32) -> String {
    let then = js_sys::Date::new(&(js_sys::Date::now() + f64::from(seconds) * 1000.0).into());
    format!("{:02}:{:02}", then.get_hours(), then.get_minutes())
}

/// The same on the server, which counts from when the page is drawn and does not know where the person is.
#[cfg(not(target_family = "wasm"))]
fn clock_time(drawn_at: &str, seconds: u32) -> String {
    let then = drawn_at.parse().unwrap_or(0_i64).saturating_add(seconds.into());
    let then = chrono::DateTime::from_timestamp(then, 0).unwrap_or_default();
    then.format("%H:%M UTC").to_string()
}

/// The sentence of an error that needs no number; the place in it is for the example of a good one.
fn key(error: &SignInError) -> &'static str {
    match error {
        SignInError::PhoneInvalid { reason } => match reason {
            PhoneFault::Empty => "phone_empty",
            PhoneFault::NotDigits => "phone_not_digits",
            PhoneFault::TooShort => "phone_short",
            PhoneFault::TooLong => "phone_long",
            PhoneFault::RegionNeeded => "region_needed",
            PhoneFault::Unknown => "phone_unknown",
            PhoneFault::NotMobile => "phone_not_mobile",
        },
        SignInError::RegionNotServed => "region_not_served",
        SignInError::CodeMalformed(CodeFault::Empty) => "code_empty",
        SignInError::CodeMalformed(_) => "code_not_digits",
        SignInError::CodeIncorrect { .. } => "code_incorrect",
        SignInError::CodeExpired => "code_expired",
        SignInError::RecoveryCodeMalformed => "recovery_code_malformed",
        SignInError::RecoveryCodeIncorrect => "recovery_code_incorrect",
        SignInError::PhoneUnchanged => "phone_unchanged",
        SignInError::PhoneTaken => "phone_taken",
        SignInError::PhoneReserved => "phone_reserved",
        SignInError::UndoCodeMalformed => "undo_code_malformed",
        SignInError::UndoCodeIncorrect => "undo_code_incorrect",
        SignInError::GuessesExhausted => "guesses_exhausted",
        SignInError::ChallengeMissing => "challenge_missing",
        SignInError::SessionMissing => "session_missing",
        SignInError::DeliveryFailed => "delivery_failed",
        SignInError::NumberOptedOut => "number_opted_out",
        SignInError::ChannelNotOffered => "channel_not_offered",
        SignInError::ChannelTooEarly => "channel_too_early",
        SignInError::Unreachable => "unreachable",
        SignInError::PhoneDisabled => "phone_disabled",
        SignInError::TooManyRequests { .. }
        | SignInError::SendingPaused { .. }
        | SignInError::Unavailable => "unavailable",
        SignInError::ConfirmationNeeded => "confirmation_needed",
        SignInError::AccountInDoubt
        | SignInError::CrossSiteRequest
        | SignInError::HostUnknown
        | SignInError::ContentTypeUnsupported
        | SignInError::BodyTooLarge
        | SignInError::BodyTooSlow
        | SignInError::BodyUnreadable => "unreadable",
    }
}

fn target(error: &SignInError) -> &'static str {
    match error {
        SignInError::PhoneInvalid { reason: PhoneFault::RegionNeeded } => "#region",
        SignInError::PhoneInvalid { .. } | SignInError::RegionNotServed | SignInError::PhoneUnchanged => {
            "#phone"
        }
        SignInError::CodeMalformed(_)
        | SignInError::CodeIncorrect { .. }
        | SignInError::RecoveryCodeMalformed
        | SignInError::RecoveryCodeIncorrect
        | SignInError::UndoCodeMalformed
        | SignInError::UndoCodeIncorrect => "#code",
        SignInError::CodeExpired
        | SignInError::GuessesExhausted
        | SignInError::ChannelNotOffered
        | SignInError::ChannelTooEarly => "#send",
        SignInError::ChallengeMissing => "/sign-in",
        SignInError::PhoneTaken => "/account/number",
        SignInError::PhoneReserved => "/undo",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_adds_what_it_knows_to_the_words() {
        let failure = Failure { text: "Enter the code".to_owned(), target: "#code".to_owned() };
        let phrases =
            Phrases::new([("submit", "Verify".to_owned()), ("minutes", "1 minute|{} minutes".to_owned())])
                .and_failure(Some(&failure))
                .and("wait_for", "30");
        assert_eq!(phrases.get("submit"), "Verify");
        assert_eq!(phrases.count("minutes", 1), "1 minute");
        assert_eq!(phrases.count("minutes", 2), "2 minutes");
        assert_eq!(phrases.first_failure(), Some(failure));
        assert_eq!(phrases.number("wait_for"), 30);
        assert_eq!(phrases.get("wait"), "", "a key is not the beginning of another");
    }

    #[test]
    fn a_fault_of_the_number_comes_with_an_example() {
        let phrases = Phrases::new([
            ("example", "Enter it like this".to_owned()),
            ("phone_short", "Too short. {}".to_owned()),
        ]);
        let failure = phrases.failure(&SignInError::PhoneInvalid { reason: PhoneFault::TooShort });
        assert_eq!(
            failure,
            Failure { text: "Too short. Enter it like this".to_owned(), target: "#phone".to_owned() }
        );
    }
}
