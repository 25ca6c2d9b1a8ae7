//! The one table of words. The pages and the islands take their sentences from here, so that both say the same with
//! and without JavaScript. Cause first, then the next step; no blame, no codes.

use chrono::{DateTime, Utc};

use super::{clock_time::date_and_time, country_names::country_name, other_channels};
use crate::{
    domain::{receipt::DeliveryState, served_regions::ServedRegions, sms_outcome::Rejection},
    server::state::Site,
    ui::phrases::Phrases,
};

/// Stands before the title of a page that shows an error.
pub const TITLE_ERROR: &str = "Error: ";

/// The page of the development server that shows its messages.
pub const INBOX: &str = "Messages of this development server";

/// What they are.
pub const INBOX_LEAD: &str =
    "The newest first, for any number. Nothing was sent to a phone. Only this machine sees this page.";

/// Where there are none.
pub const INBOX_EMPTY: &str = "No message yet. Ask for a code, then reload this page.";

/// Looks for new ones.
pub const INBOX_RELOAD: &str = "Reload";

/// Names fewer countries than this one by one.
const COUNTRIES_NAMED: usize = 5;

const TROUBLE: &[(&str, &str)] = &[
    ("problem", "There is a problem"),
    ("title_error", TITLE_ERROR),
    ("seconds", "1 second|{} seconds"),
    ("minutes", "1 minute|{} minutes"),
    ("hours", "1 hour|{} hours"),
    ("wait_error", "You can ask for another code in {}. Check your messages first"),
    ("until", "You can try again in {}, at {at}, or use a browser where you signed in before"),
    ("blocked", "Too many codes or tries. {}"),
    ("sending_paused", "We cannot send codes there right now. {}"),
    ("phone_disabled", "Too many wrong codes: use a browser where you signed in before, or ask for help"),
    ("delivery_failed", "We could not send the message. Try again in a minute; nothing was used up"),
    ("unavailable", "Sorry, sign-in is not working right now. People already signed in are not affected"),
    ("unreachable", "We could not reach the site. Check your connection and try again"),
    ("unreadable", "That form could not be read. Reload the page and try again"),
];

const CHALLENGE_MISSING: (&str, &str) =
    ("challenge_missing", "This attempt to sign in is over. Enter your number again");

/// The way back for whoever told our sender to stop: the word that networks and providers take it back by
/// (<https://www.twilio.com/docs/api/errors/21610>).
pub const NUMBER_OPTED_OUT: &str =
    "This number told us to stop texting it. Text START to where our texts come from, then try again";

/// What only the server says, when a plain form post failed or an island asks for the page again: it need not travel to the islands.
const ON_SERVER: &[(&str, &str)] = &[
    CHALLENGE_MISSING,
    ("session_missing", "You are not signed in any more. Enter your number"),
    ("number_opted_out", NUMBER_OPTED_OUT),
];

const RECOVERY_CODE_MALFORMED: (&str, &str) =
    ("recovery_code_malformed", "A recovery code has 16 letters and digits, in four groups");

const IN_DOUBT: &[(&str, &str)] = &[
    RECOVERY_CODE_MALFORMED,
    ("recovery_code_incorrect", "That is no recovery code of this account, or the code was used"),
    ("confirmation_needed", "First confirm that it is you: let us send you a code"),
];

const RECOVER: &[(&str, &str)] = &[
    RECOVERY_CODE_MALFORMED,
    ("recovery_code_incorrect", "That number and recovery code do not fit together, or the code was used"),
];

const UNDO: &[(&str, &str)] = &[
    ("undo_code_malformed", "An undo code has 8 letters and digits, in two groups"),
    ("undo_code_incorrect", "That number and undo code do not fit together, or the three days are over"),
];

const PHONE: &[(&str, &str)] = &[
    ("submit", "Send code"),
    ("busy", "Sending…"),
    ("phone_empty", "Enter your mobile number"),
    ("example", "Enter a mobile number, like 07700 900123 or +44 7700 900123"),
    ("phone_unknown", "{}"),
    ("phone_short", "That number is too short. {}"),
    ("phone_long", "That number is too long. {}"),
    ("phone_not_digits", "A number is digits only. {}"),
    ("phone_not_mobile", "That number cannot get text messages. {}"),
    ("region_needed", "Choose your country, or start the number with + and the country’s code"),
];

const CODE: &[(&str, &str)] = &[
    ("submit", "Verify"),
    ("busy", "Checking…"),
    ("code_empty", "Enter the code"),
    ("code_length", "The code has 6 digits, you entered {}"),
    ("code_not_digits", "The code is digits only"),
    ("code_incorrect", "That code is not right. Check it and try again"),
    (
        "code_incorrect_left",
        "That code is not right. You have 1 try left|That code is not right. You have {} tries left",
    ),
    ("code_expired", "That code has run out. Send a new code"),
    ("guesses_exhausted", "Too many tries. Send a new code"),
];

/// What a right code may come to that signs nobody in.
const NO_WAY_ON: &[(&str, &str)] = &[
    (
        "phone_taken",
        "That number cannot become yours: it has an account here. Sign in with it, or choose another number",
    ),
    (
        "phone_reserved",
        "An account here had this number until lately. If you did not change that, undo it; else wait three days",
    ),
];

const COUNTDOWN: &[(&str, &str)] = &[
    CHALLENGE_MISSING,
    ("region_not_served", "We no longer send codes to this number’s country. Use another number"),
    ("resend", "Send a new code"),
    ("time_left", "Time left:"),
    ("spoken", "{} left"),
    ("wait", "You can ask for another code in {}."),
];

/// The words of the phone page.
pub fn of_phone_page(site: &Site) -> Phrases {
    let not_served = format!("We cannot send codes to this number. {}", other_country(site));
    of(&[PHONE, TROUBLE]).and("region_not_served", &not_served)
}

/// The words of the code page.
pub fn of_code_page() -> Phrases {
    of(&[CODE, NO_WAY_ON, COUNTDOWN, TROUBLE])
}

/// What is known of a message, and what to do. Drawn by the server alone.
pub fn of_message(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::HandedOver => "The phone network has the message.",
        DeliveryState::Delivered => "The message is on your phone.",
        DeliveryState::Failed => "The message did not arrive. Send a new code.",
        DeliveryState::Undeliverable(Rejection::BadNumber | Rejection::NotReachable) => {
            "This number cannot get our texts. Check it, or use another one."
        }
        DeliveryState::Undeliverable(Rejection::OptedOut) => {
            "This number told us to stop texting it. Text START to where our texts come from, then send a new code."
        }
        DeliveryState::Undeliverable(Rejection::BlockedRegion) => {
            "We cannot send texts to this number's country. Use another number."
        }
    }
}

/// What stands on the pages of signing in while there are test numbers.
pub fn of_test_numbers(end: DateTime<Utc>) -> String {
    format!("This site has test numbers until {}. They get no text message.", date_and_time(end))
}

/// The words of the page for recovery codes, which has no islands.
pub fn of_recover_page(site: &Site, now: DateTime<Utc>) -> Phrases {
    let words = RECOVER.iter().fold(of_phone_page(site), |phrases, &(key, text)| phrases.and(key, text));
    with_server_words(&words, now)
}

/// The words of the page that changes a number, which has no islands.
pub fn of_number_page(site: &Site, now: DateTime<Utc>) -> Phrases {
    let unchanged = "That is your number already. Enter another one";
    let words = of_phone_page(site).and("phone_unchanged", unchanged);
    let words = NO_WAY_ON.iter().fold(words, |phrases, &(key, text)| phrases.and(key, text));
    with_server_words(&words, now)
}

/// The words of the page that asks whose an account is, which has no islands.
pub fn of_in_doubt_page(site: &Site, now: DateTime<Utc>) -> Phrases {
    let words = IN_DOUBT.iter().fold(of_phone_page(site), |phrases, &(key, text)| phrases.and(key, text));
    with_server_words(&words, now)
}

/// The words of the page that undoes a change of number, which has no islands.
pub fn of_undo_page(site: &Site, now: DateTime<Utc>) -> Phrases {
    let words = UNDO
        .iter()
        .chain(NO_WAY_ON)
        .fold(of_phone_page(site), |phrases, &(key, text)| phrases.and(key, text));
    with_server_words(&words, now)
}

/// The words of a page drawn now, with what only the server says.
pub fn with_server_words(phrases: &Phrases, now: DateTime<Utc>) -> Phrases {
    let all = ON_SERVER
        .iter()
        .chain(other_channels::ON_SERVER)
        .fold(phrases.clone(), |phrases, &(key, text)| phrases.and(key, text));
    all.and("drawn_at", &now.timestamp().to_string())
}

fn other_country(site: &Site) -> String {
    match site.served_regions() {
        ServedRegions::Only(regions) if regions.len() < COUNTRIES_NAMED => {
            let names: Vec<_> = regions.iter().map(|&region| country_name(region)).collect();
            format!("Use a mobile number from {}", listed(&names))
        }
        _ => "Use a mobile number from a country in the list".to_owned(),
    }
}

/// `Iran, Germany or Canada`.
fn listed(names: &[&str]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => names.concat(),
    }
}

fn of(tables: &[&[(&'static str, &'static str)]]) -> Phrases {
    Phrases::new(tables.iter().copied().flatten().map(|&(key, text)| (key, text.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{one_time_code::CodeFault, phone_number::PhoneFault, sign_in_error::SignInError},
        server::state::tests::site,
    };

    /// What both pages may be sent back to with.
    const ANYWHERE: [SignInError; 9] = [
        SignInError::NumberOptedOut,
        SignInError::SendingPaused { retry_after_seconds: 600 },
        SignInError::PhoneDisabled,
        SignInError::ChallengeMissing,
        SignInError::TooManyRequests { retry_after_seconds: 30 },
        SignInError::TooManyRequests { retry_after_seconds: 3_600 },
        SignInError::DeliveryFailed,
        SignInError::Unavailable,
        SignInError::Unreachable,
    ];

    fn assert_said(phrases: &Phrases, errors: &[SignInError]) {
        for error in ANYWHERE.iter().chain(errors) {
            let text = phrases.failure(error).text;
            assert!(text.len() > 10 && !text.contains(['{', '|']), "{error:?}: {text:?}");
        }
    }

    #[test]
    fn the_phone_page_has_a_whole_sentence_for_each_of_its_errors() {
        let reasons = [
            PhoneFault::Empty,
            PhoneFault::NotDigits,
            PhoneFault::TooShort,
            PhoneFault::TooLong,
            PhoneFault::RegionNeeded,
            PhoneFault::Unknown,
            PhoneFault::NotMobile,
        ];
        let mut errors = reasons.map(|reason| SignInError::PhoneInvalid { reason }).to_vec();
        errors.push(SignInError::RegionNotServed);
        let phrases = of_phone_page(&site("http://localhost:3000"));
        assert_said(&with_server_words(&phrases, DateTime::UNIX_EPOCH), &errors);
    }

    #[test]
    fn the_code_page_has_a_whole_sentence_for_each_of_its_errors() {
        let errors = [
            SignInError::CodeMalformed(CodeFault::Empty),
            SignInError::CodeMalformed(CodeFault::WrongLength { digits: 4 }),
            SignInError::CodeMalformed(CodeFault::NotDigits),
            SignInError::CodeIncorrect { guesses_left: 4 },
            SignInError::CodeIncorrect { guesses_left: 1 },
            SignInError::CodeExpired,
            SignInError::GuessesExhausted,
            SignInError::ChannelNotOffered,
            SignInError::ChannelTooEarly,
            SignInError::RegionNotServed,
        ];
        assert_said(&with_server_words(&of_code_page(), DateTime::UNIX_EPOCH), &errors);
    }
}
