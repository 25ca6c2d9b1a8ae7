//! What goes over the wire, read without serde in the browser: its JSON reader, its buffers for tagged enums and the
//! float formatting that their errors pull in would be a fifth of all the WebAssembly.

use std::convert::Infallible;

use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType, codec::Post};

use crate::domain::{one_time_code::CodeFault, phone_number::PhoneFault, sign_in_error::SignInError};

/// The answer of a server function that has nothing to say but "done".
pub type Done = Post<JsonNull>;

/// JSON's `null`.
pub struct JsonNull;

impl ContentType for JsonNull {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for JsonNull {
    const FORMAT_TYPE: Format = Format::Text;
}

impl Encodes<()> for JsonNull {
    type Error = Infallible;

    fn encode((): &()) -> Result<Bytes, Infallible> {
        Ok(Bytes::from_static(b"null"))
    }
}

impl Decodes<()> for JsonNull {
    type Error = Infallible;

    fn decode(_: Bytes) -> Result<(), Infallible> {
        Ok(())
    }
}

/// Reads the error of a failed request by asking for the texts and the numbers of its JSON.
pub fn read_error(
    text: impl Fn(&str) -> Option<String>,
    number: impl Fn(&str) -> Option<u32>,
) -> Option<SignInError> {
    let plain = [
        SignInError::RegionNotServed,
        SignInError::CodeExpired,
        SignInError::GuessesExhausted,
        SignInError::ChallengeMissing,
        SignInError::SessionMissing,
        SignInError::ConfirmationNeeded,
        SignInError::AccountInDoubt,
        SignInError::RecoveryCodeMalformed,
        SignInError::RecoveryCodeIncorrect,
        SignInError::PhoneUnchanged,
        SignInError::PhoneTaken,
        SignInError::PhoneReserved,
        SignInError::UndoCodeMalformed,
        SignInError::UndoCodeIncorrect,
        SignInError::PhoneDisabled,
        SignInError::DeliveryFailed,
        SignInError::NumberOptedOut,
        SignInError::ChannelNotOffered,
        SignInError::ChannelTooEarly,
        SignInError::Unavailable,
        SignInError::CrossSiteRequest,
        SignInError::HostUnknown,
        SignInError::ContentTypeUnsupported,
        SignInError::BodyTooLarge,
        SignInError::BodyTooSlow,
        SignInError::BodyUnreadable,
    ];
    let name = text("error")?;
    Some(match name.as_str() {
        "phone_invalid" => SignInError::PhoneInvalid { reason: phone_fault(&text("reason")?)? },
        "code_malformed" => SignInError::CodeMalformed(match text("reason")?.as_str() {
            "empty" => CodeFault::Empty,
            "not_digits" => CodeFault::NotDigits,
            "wrong_length" => CodeFault::WrongLength { digits: number("digits")? },
            _ => return None,
        }),
        "code_incorrect" => SignInError::CodeIncorrect { guesses_left: number("guesses_left")? },
        "too_many_requests" => {
            SignInError::TooManyRequests { retry_after_seconds: number("retry_after_seconds")? }
        }
        "sending_paused" => {
            SignInError::SendingPaused { retry_after_seconds: number("retry_after_seconds")? }
        }
        name => return plain.into_iter().find(|error| error.name() == name),
    })
}

fn phone_fault(reason: &str) -> Option<PhoneFault> {
    Some(match reason {
        "empty" => PhoneFault::Empty,
        "not_digits" => PhoneFault::NotDigits,
        "too_short" => PhoneFault::TooShort,
        "too_long" => PhoneFault::TooLong,
        "region_needed" => PhoneFault::RegionNeeded,
        "unknown" => PhoneFault::Unknown,
        "not_mobile" => PhoneFault::NotMobile,
        _ => return None,
    })
}

/// Reads the error with the browser's own JSON reader.
#[cfg(target_family = "wasm")]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the conversion saturates, and the server sends small whole numbers"
)]
pub fn read_error_in_browser(json: &[u8]) -> Option<SignInError> {
    let json = js_sys::JSON::parse(std::str::from_utf8(json).ok()?).ok()?;
    let part = |key: &str| js_sys::Reflect::get(&json, &key.into()).ok();
    read_error(|key| part(key)?.as_string(), |key| part(key)?.as_f64().map(|number| number as u32))
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn every_error_is_read_back_from_its_json() {
        let phone = [
            PhoneFault::Empty,
            PhoneFault::NotDigits,
            PhoneFault::TooShort,
            PhoneFault::TooLong,
            PhoneFault::RegionNeeded,
            PhoneFault::Unknown,
            PhoneFault::NotMobile,
        ];
        let code = [CodeFault::Empty, CodeFault::NotDigits, CodeFault::WrongLength { digits: 4 }];
        let errors = [
            SignInError::RegionNotServed,
            SignInError::CodeIncorrect { guesses_left: 3 },
            SignInError::CodeExpired,
            SignInError::GuessesExhausted,
            SignInError::PhoneTaken,
            SignInError::PhoneReserved,
            SignInError::ChallengeMissing,
            SignInError::TooManyRequests { retry_after_seconds: 41 },
            SignInError::SendingPaused { retry_after_seconds: 600 },
            SignInError::PhoneDisabled,
            SignInError::DeliveryFailed,
            SignInError::NumberOptedOut,
            SignInError::ChannelNotOffered,
            SignInError::ChannelTooEarly,
            SignInError::Unavailable,
            SignInError::CrossSiteRequest,
            SignInError::HostUnknown,
            SignInError::ContentTypeUnsupported,
            SignInError::BodyTooLarge,
            SignInError::BodyTooSlow,
            SignInError::BodyUnreadable,
        ];
        let errors = errors
            .into_iter()
            .chain(phone.map(|reason| SignInError::PhoneInvalid { reason }))
            .chain(code.map(SignInError::CodeMalformed));
        for error in errors {
            let json = serde_json::to_value(error).unwrap();
            let text = |key: &str| json.get(key)?.as_str().map(str::to_owned);
            let number = |key: &str| json.get(key)?.as_u64()?.try_into().ok();
            assert_eq!(read_error(text, number), Some(error));
        }
    }

    #[test]
    fn what_is_no_error_of_ours_is_not_taken_for_one() {
        assert_eq!(read_error(|_| None, |_| None), None);
        assert_eq!(read_error(|_| Some("<html>".to_owned()), |_| Some(1)), None);
    }
}
