//! The six digits.

use rand::{CryptoRng, RngExt as _};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use zeroize::ZeroizeOnDrop;

use super::{
    challenge::ChallengeDigest,
    phone_number::{PhoneNumber, ascii_digit, is_invisible, is_separator},
    policy::CODE_DIGITS,
    site_key::DerivedKey,
};

/// Longest input, in characters, that is searched for a code: a whole pasted SMS fits.
const INPUT_MAX_CHARACTERS: usize = 1_000;

/// Six ASCII digits, leading zeros kept. `Debug` is redacted; there is no `Display` and no `Serialize`.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct OneTimeCode([u8; CODE_DIGITS]);

/// Why an input is no code. Costs no guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum CodeFault {
    /// Nothing was typed.
    Empty,
    /// Something other than digits, and no single code in it.
    NotDigits,
    /// Digits only, but not six.
    WrongLength {
        /// How many digits there were.
        digits: u32,
    },
}

impl OneTimeCode {
    /// Draws a code uniformly from 000000 to 999999 without modulo bias (NIST SP 800-63B-4 §3.1.3.2).
    pub fn generate(random: &mut dyn CryptoRng) -> Self {
        let mut number: u32 = random.random_range(0..1_000_000);
        let mut digits = [b'0'; CODE_DIGITS];
        for digit in digits.iter_mut().rev() {
            *digit += (number % 10) as u8;
            number /= 10;
        }
        Self(digits)
    }

    /// Reads what a person typed or pasted: any script's decimal digits, spaces and dashes between them, or a
    /// whole SMS with one code in it.
    ///
    /// # Errors
    /// [`CodeFault`] says which of the person's next steps mends it.
    pub fn parse(text: &str) -> Result<Self, CodeFault> {
        let text: String = text.chars().take(INPUT_MAX_CHARACTERS).filter(|&c| !is_invisible(c)).collect();
        let typed: String = text.chars().filter(|&c| !is_separator(c) && !c.is_whitespace()).collect();
        if typed.is_empty() {
            return Err(CodeFault::Empty);
        }
        match typed.chars().map(ascii_digit).collect::<Option<String>>() {
            Some(digits) => Self::from_digits(&digits)
                .ok_or(CodeFault::WrongLength { digits: u32::try_from(digits.len()).unwrap_or(u32::MAX) }),
            None => Self::find(&text).ok_or(CodeFault::NotDigits),
        }
    }

    /// The digits, for the text of the SMS: the only place where the code leaves the type.
    pub fn reveal(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn from_digits(digits: &str) -> Option<Self> {
        digits.as_bytes().try_into().ok().map(Self)
    }

    /// The one code in a text: all runs of exactly six digits must be the same.
    fn find(text: &str) -> Option<Self> {
        let text: String = text.chars().map(|c| ascii_digit(c).unwrap_or(' ')).collect();
        let mut codes = text.split(' ').filter_map(Self::from_digits);
        let first = codes.next()?;
        codes.all(|code| code == first).then_some(first)
    }
}

impl std::fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OneTimeCode(…)")
    }
}

/// What the database keeps of a code: HMAC-SHA-256, under a key outside the database, over the challenge, the
/// number and the code, so that it says nothing without the key and fits no other challenge or number.
#[derive(Clone, Copy)]
pub struct CodeDigest([u8; 32]);

impl CodeDigest {
    /// Computes the digest under the key for codes.
    pub fn new(
        key: &DerivedKey,
        challenge: &ChallengeDigest,
        phone: &PhoneNumber,
        code: &OneTimeCode,
    ) -> Self {
        Self(key.authenticate(&[challenge.as_bytes(), phone.e164().as_bytes(), &code.0]))
    }

    /// Takes the bytes that a store kept.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes for a store to keep.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Compares in constant time (ASVS 11.2.4). There is no `==` on purpose.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl std::fmt::Debug for CodeDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeDigest(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{SeedableRng as _, rngs::ChaCha20Rng};

    use super::*;

    fn parse(text: &str) -> Result<String, CodeFault> {
        OneTimeCode::parse(text).map(|code| code.reveal().to_owned())
    }

    #[test]
    fn codes_are_uniform_in_every_place_with_leading_zeros_kept() {
        let mut random = ChaCha20Rng::seed_from_u64(2026);
        let draws = 20_000_u32;
        let mut counts = [[0_u32; 10]; CODE_DIGITS];
        for _ in 0..draws {
            let code = OneTimeCode::generate(&mut random);
            assert_eq!(code.reveal().len(), CODE_DIGITS);
            for (place, digit) in code.reveal().bytes().enumerate() {
                counts[place][usize::from(digit - b'0')] += 1;
            }
        }
        for (place, counts) in counts.iter().enumerate() {
            let expected = f64::from(draws) / 10.0;
            let chi_square: f64 = counts.iter().map(|&n| (f64::from(n) - expected).powi(2) / expected).sum();
            // 27.88 is the 0.999 quantile of chi-square with 9 degrees of freedom.
            assert!(chi_square < 27.88, "place {place}: chi-square {chi_square}, counts {counts:?}");
        }
    }

    #[test]
    fn every_way_of_typing_a_code_is_read() {
        let ways = [
            "012345",
            " 012345 ",
            "012 345",
            "012-345",
            "0 1 2 3 4 5",
            "012–345",
            "۰۱۲۳۴۵",
            "٠١٢٣٤٥",
            "०१२३४५",
            "０１２３４５",
            "\u{202a}012345\u{202c}",
            "012\u{a0}345",
            "#012345",
            "G-012345",
            "012345\n",
            "012345 is your Example code. It works for 2 minutes.\n\n@example.com #012345",
            "کد شما: ۰۱۲۳۴۵",
        ];
        for way in ways {
            assert_eq!(parse(way).as_deref(), Ok("012345"), "{way:?}");
        }
    }

    #[test]
    fn each_fault_is_told_apart() {
        let faults = [
            ("", CodeFault::Empty),
            (" \u{200b}- ", CodeFault::Empty),
            ("1234", CodeFault::WrongLength { digits: 4 }),
            ("12345678", CodeFault::WrongLength { digits: 8 }),
            ("12345a", CodeFault::NotDigits),
            ("l23456", CodeFault::NotDigits),
            ("hello", CodeFault::NotDigits),
            ("either 123456 or 654321", CodeFault::NotDigits),
        ];
        for (text, fault) in faults {
            assert_eq!(parse(text), Err(fault), "{text:?}");
        }
    }

    #[test]
    fn debug_shows_no_code() {
        let code = OneTimeCode::parse("123456").unwrap();
        assert_eq!(format!("{code:?}"), "OneTimeCode(…)");
    }

    proptest! {
        #[test]
        fn every_code_reads_back_as_itself(number in 0u32..1_000_000) {
            let text = format!("{number:06}");
            prop_assert_eq!(parse(&text), Ok(text.clone()));
        }

        #[test]
        fn no_input_panics(text in any::<String>()) {
            if let Ok(code) = parse(&text) {
                prop_assert!(code.len() == CODE_DIGITS && code.bytes().all(|byte| byte.is_ascii_digit()));
            }
        }
    }
}
