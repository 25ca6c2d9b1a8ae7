//! From what a person types to one canonical number.

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType, ValidationError,
};
use serde::{Deserialize, Serialize};

use super::{policy::PHONE_INPUT_MAX_BYTES, region_code::RegionCode};

/// A valid mobile number in E.164 form: `+` and at most 15 digits (ITU-T E.164).
///
/// Limits, look-ups, logs and the unique index use this form and no other, so that no spelling makes a twin.
/// `Debug` is masked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

/// Why an input is no number that a code can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneFault {
    /// Nothing was typed.
    Empty,
    /// Something other than digits and the marks people write between them.
    NotDigits,
    /// Fewer digits than any number of that country has.
    TooShort,
    /// More digits than any number of that country has, or more than 64 bytes of input.
    TooLong,
    /// The number has no `+` or `00`, and no country was chosen.
    RegionNeeded,
    /// No such number in that country.
    Unknown,
    /// A landline, a premium-rate or any other number that does not get text messages.
    NotMobile,
}

impl PhoneNumber {
    /// Reads what a person typed. `region` completes a number that does not bring its own `+` or `00`.
    ///
    /// # Errors
    /// [`PhoneFault`] says which of the person's next steps mends it.
    pub fn parse(text: &str, region: Option<RegionCode>) -> Result<Self, PhoneFault> {
        if text.len() > PHONE_INPUT_MAX_BYTES {
            return Err(PhoneFault::TooLong);
        }
        let dialled = dialled(text)?;
        if !dialled.starts_with('+') && region.is_none() {
            return Err(PhoneFault::RegionNeeded);
        }
        let number = PHONE_NUMBER_UTIL
            .parse(&dialled, region.map(RegionCode::to_library))
            .map_err(|error| fault_of_parse(&error))?;
        if !number.is_valid() {
            return Err(fault_of_mobile(&number));
        }
        match number.get_type() {
            PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile => {
                Ok(Self(number.format_as(PhoneNumberFormat::E164).into_owned()))
            }
            _ => Err(PhoneFault::NotMobile),
        }
    }

    /// Takes a number that [`PhoneNumber::parse`] once gave and a store kept.
    pub fn from_stored(e164: String) -> Self {
        Self(e164)
    }

    /// `+989121234567`: for the store, the limits and the SMS provider.
    pub fn e164(&self) -> &str {
        &self.0
    }

    /// The region the number belongs to; several share a calling code (`+1`, `+7`, `+44`).
    pub fn region(&self) -> Option<RegionCode> {
        let number = PHONE_NUMBER_UTIL.parse(&self.0, None).ok()?;
        number.get_region_code().map(RegionCode::from_library)
    }

    /// The number with all but its last two digits hidden, for every page and log after the entry (ASVS 14.2.6).
    pub fn mask(&self) -> String {
        let hidden = self.0.len().saturating_sub(2);
        self.0.chars().enumerate().map(|(place, digit)| if place < hidden { '•' } else { digit }).collect()
    }
}

impl std::fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PhoneNumber({})", self.mask())
    }
}

/// What a person typed, to be shown to them again: without invisible marks and controls, at most 64 bytes.
pub fn as_typed(text: &str) -> String {
    let mut kept = String::new();
    for character in text.chars().filter(|&character| !is_invisible(character) && !character.is_control()) {
        if kept.len() + character.len_utf8() > PHONE_INPUT_MAX_BYTES {
            break;
        }
        kept.push(character);
    }
    kept
}

/// Marks without a shape that contact apps and messengers put around numbers (REQUIREMENTS P-03).
pub(super) fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Marks that people and address books write between digits.
pub(super) fn is_separator(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2212}'
                | '\u{30fc}'
                | '\u{ff0d}'
                | '.'
                | '\u{b7}'
                | '\u{ff0e}'
                | '('
                | ')'
                | '['
                | ']'
                | '\u{ff08}'
                | '\u{ff09}'
                | '/'
                | '\u{ff0f}'
    ) || (character.is_whitespace() && !character.is_control())
}

/// Any script's decimal digit as its ASCII digit (libphonenumber's table of `\p{Nd}`).
pub(super) fn ascii_digit(character: char) -> Option<char> {
    if character.is_ascii() {
        return character.is_ascii_digit().then_some(character);
    }
    let mut buffer = [0; 4];
    PHONE_NUMBER_UTIL.normalize_digits_only(character.encode_utf8(&mut buffer)).chars().next()
}

/// Digits, with a leading `+` where the input had one or began with `00`.
pub(super) fn dialled(text: &str) -> Result<String, PhoneFault> {
    let mut dialled = String::new();
    for character in text.chars().filter(|&character| !is_invisible(character)) {
        match character {
            '+' | '\u{ff0b}' if dialled.is_empty() => dialled.push('+'),
            _ if is_separator(character) => {}
            _ => dialled.push(ascii_digit(character).ok_or(PhoneFault::NotDigits)?),
        }
    }
    match dialled.strip_prefix("00") {
        _ if dialled.is_empty() => Err(PhoneFault::Empty),
        Some(international) => Ok(format!("+{international}")),
        None => Ok(dialled),
    }
}

fn fault_of_parse(error: &rlibphonenumber::ParseError) -> PhoneFault {
    use rlibphonenumber::ParseError as E;
    match error {
        E::TooShortAfterIdd | E::TooShortNsn | E::NotANumber(_) => PhoneFault::TooShort,
        E::TooLongNsn => PhoneFault::TooLong,
        E::InvalidCountryCode => PhoneFault::Unknown,
    }
}

/// What keeps an invalid number from being a mobile number of its country.
fn fault_of_mobile(number: &rlibphonenumber::PhoneNumber) -> PhoneFault {
    match PHONE_NUMBER_UTIL.is_possible_number_for_type_with_reason(number, PhoneNumberType::Mobile) {
        Err(ValidationError::TooShort) | Ok(NumberLengthType::IsPossibleLocalOnly) => PhoneFault::TooShort,
        Err(ValidationError::TooLong) => PhoneFault::TooLong,
        _ => PhoneFault::Unknown,
    }
}

#[cfg(test)]
#[path = "phone_number_tests.rs"]
mod tests;
