//! Everything that can stop a sign-in, as a closed set.

use serde::{Deserialize, Serialize};

use super::{one_time_code::CodeFault, phone_number::PhoneFault, sms_outcome::Rejection};

/// Why an act of signing in did not succeed. It travels to the browser as JSON (`{"error":"code_incorrect",
/// "guesses_left":3}`); the names are a stable contract. It holds no phone number, no code and no text of
/// anyone's, so that nothing a request carries can end up on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "error")]
pub enum SignInError {
    /// The input is no mobile number.
    PhoneInvalid {
        /// What is wrong with it.
        reason: PhoneFault,
    },
    /// The site sends no codes to that country.
    RegionNotServed,
    /// The input is no code; no guess was spent.
    CodeMalformed(CodeFault),
    /// A wrong code.
    CodeIncorrect {
        /// Guesses that remain in this attempt.
        guesses_left: u32,
    },
    /// The code's two minutes are over.
    CodeExpired,
    /// The input is no recovery code; no guess was spent.
    RecoveryCodeMalformed,
    /// No such recovery code of that number, or no such number: which, nobody is told.
    RecoveryCodeIncorrect,
    /// The account has that number already.
    PhoneUnchanged,
    /// Another account has that number. Told only to whoever proved to have the number.
    PhoneTaken,
    /// The number was that of an account until lately, which whoever has the number can take back. Told only to them.
    PhoneReserved,
    /// The input is no undo code; no guess was spent.
    UndoCodeMalformed,
    /// No such undo code of that number, or no such number: which, nobody is told.
    UndoCodeIncorrect,
    /// All guesses of this attempt are spent.
    GuessesExhausted,
    /// This browser has no attempt to sign in under way.
    ChallengeMissing,
    /// Nobody is signed in in this browser.
    SessionMissing,
    /// The act wants a code that was verified a moment ago.
    ConfirmationNeeded,
    /// It is in doubt whose account it is: nobody used it for long, and the browser is not known.
    AccountInDoubt,
    /// The wait before the next code is not over, or a quota is used up.
    TooManyRequests {
        /// When to try again.
        retry_after_seconds: u32,
    },
    /// No codes are sent for now, to that destination or at all: a budget is used up, or the site is under attack.
    SendingPaused {
        /// When to try again.
        retry_after_seconds: u32,
    },
    /// Too many wrong codes in a row: waiting does not help, the operator or a known device does.
    PhoneDisabled,
    /// The message could not be handed to the provider; nothing was used up.
    DeliveryFailed,
    /// The number's owner told the sender to stop; nothing was used up, and they can take that back.
    NumberOptedOut,
    /// The site does not send codes that way, or not to that country.
    ChannelNotOffered,
    /// That way is open only after two codes of this attempt were sent.
    ChannelTooEarly,
    /// The database cannot be reached or is busy; nothing was decided.
    Unavailable,
    /// The post came from another site.
    CrossSiteRequest,
    /// The request names another host than the site's.
    HostUnknown,
    /// The body is not form-encoded.
    ContentTypeUnsupported,
    /// The body is larger than any form of ours.
    BodyTooLarge,
    /// The body did not come in time.
    BodyTooSlow,
    /// The body cannot be read as the form: bad encoding, a missing or a repeated field.
    BodyUnreadable,
    /// The browser could not reach the server. Never sent by the server.
    Unreachable,
}

/// When to try again where the database could not be used: 5 s, as long as an act waits for it (REQUIREMENTS R-08).
const UNAVAILABLE_SECONDS: u32 = 5;

impl SignInError {
    /// The HTTP status of a `fetch` that fails this way.
    pub fn status(&self) -> u16 {
        match self {
            Self::BodyUnreadable => 400,
            Self::SessionMissing => 401,
            Self::ConfirmationNeeded | Self::AccountInDoubt | Self::CrossSiteRequest => 403,
            Self::BodyTooSlow => 408,
            Self::ChallengeMissing => 409,
            Self::BodyTooLarge => 413,
            Self::ContentTypeUnsupported => 415,
            Self::HostUnknown => 421,
            Self::PhoneInvalid { .. }
            | Self::RegionNotServed
            | Self::CodeMalformed(_)
            | Self::CodeIncorrect { .. }
            | Self::CodeExpired
            | Self::RecoveryCodeMalformed
            | Self::RecoveryCodeIncorrect
            | Self::PhoneUnchanged
            | Self::PhoneTaken
            | Self::PhoneReserved
            | Self::UndoCodeMalformed
            | Self::UndoCodeIncorrect
            | Self::GuessesExhausted
            | Self::PhoneDisabled
            | Self::NumberOptedOut
            | Self::ChannelNotOffered
            | Self::ChannelTooEarly => 422,
            Self::TooManyRequests { .. } => 429,
            Self::DeliveryFailed => 502,
            Self::SendingPaused { .. } | Self::Unavailable | Self::Unreachable => 503,
        }
    }

    /// When to try again, where that is known or can be guessed.
    pub fn retry_after_seconds(&self) -> Option<u32> {
        match *self {
            Self::TooManyRequests { retry_after_seconds } | Self::SendingPaused { retry_after_seconds } => {
                Some(retry_after_seconds)
            }
            Self::Unavailable => Some(UNAVAILABLE_SECONDS),
            _ => None,
        }
    }

    /// The stable name, as in the JSON: for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::PhoneInvalid { .. } => "phone_invalid",
            Self::RegionNotServed => "region_not_served",
            Self::CodeMalformed(_) => "code_malformed",
            Self::CodeIncorrect { .. } => "code_incorrect",
            Self::CodeExpired => "code_expired",
            Self::RecoveryCodeMalformed => "recovery_code_malformed",
            Self::RecoveryCodeIncorrect => "recovery_code_incorrect",
            Self::PhoneUnchanged => "phone_unchanged",
            Self::PhoneTaken => "phone_taken",
            Self::PhoneReserved => "phone_reserved",
            Self::UndoCodeMalformed => "undo_code_malformed",
            Self::UndoCodeIncorrect => "undo_code_incorrect",
            Self::GuessesExhausted => "guesses_exhausted",
            Self::ChallengeMissing => "challenge_missing",
            Self::SessionMissing => "session_missing",
            Self::ConfirmationNeeded => "confirmation_needed",
            Self::AccountInDoubt => "account_in_doubt",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::SendingPaused { .. } => "sending_paused",
            Self::PhoneDisabled => "phone_disabled",
            Self::DeliveryFailed => "delivery_failed",
            Self::NumberOptedOut => "number_opted_out",
            Self::ChannelNotOffered => "channel_not_offered",
            Self::ChannelTooEarly => "channel_too_early",
            Self::Unavailable => "unavailable",
            Self::CrossSiteRequest => "cross_site_request",
            Self::HostUnknown => "host_unknown",
            Self::ContentTypeUnsupported => "content_type_unsupported",
            Self::BodyTooLarge => "body_too_large",
            Self::BodyTooSlow => "body_too_slow",
            Self::BodyUnreadable => "body_unreadable",
            Self::Unreachable => "unreachable",
        }
    }
}

impl From<Rejection> for SignInError {
    /// Only what the person can mend by themselves has a name of its own.
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::OptedOut => Self::NumberOptedOut,
            Rejection::BadNumber | Rejection::NotReachable | Rejection::BlockedRegion => Self::DeliveryFailed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_of_the_json() {
        let pairs = [
            (
                SignInError::PhoneInvalid { reason: PhoneFault::TooShort },
                r#"{"error":"phone_invalid","reason":"too_short"}"#,
            ),
            (SignInError::CodeMalformed(CodeFault::Empty), r#"{"error":"code_malformed","reason":"empty"}"#),
            (
                SignInError::CodeMalformed(CodeFault::WrongLength { digits: 4 }),
                r#"{"error":"code_malformed","reason":"wrong_length","digits":4}"#,
            ),
            (
                SignInError::CodeIncorrect { guesses_left: 3 },
                r#"{"error":"code_incorrect","guesses_left":3}"#,
            ),
            (
                SignInError::TooManyRequests { retry_after_seconds: 41 },
                r#"{"error":"too_many_requests","retry_after_seconds":41}"#,
            ),
            (SignInError::ChallengeMissing, r#"{"error":"challenge_missing"}"#),
        ];
        for (error, json) in pairs {
            assert_eq!(serde_json::to_string(&error).unwrap(), json);
            assert_eq!(serde_json::from_str::<SignInError>(json).unwrap(), error);
            assert!(json.contains(&format!("\"error\":\"{}\"", error.name())));
        }
    }
}
