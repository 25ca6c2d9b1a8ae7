//! Codes on paper: the way back in for whoever has lost the phone.

use rand::CryptoRng;
use zeroize::ZeroizeOnDrop;

use super::{crockford, site_key::DerivedKey, user::UserId};

/// Codes that are made at a time.
pub const RECOVERY_CODES: usize = 10;

/// Length of a code in bytes: 80 bits, four times what NIST SP 800-63B-4 asks of a look-up secret, so that no limit on guesses
/// is what it depends on.
const BYTES: usize = 10;

/// One code. `Debug` is redacted; it is shown once, when it is made.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct RecoveryCode([u8; BYTES]);

impl RecoveryCode {
    /// Draws a code.
    pub fn generate(random: &mut dyn CryptoRng) -> Self {
        let mut bytes = [0; BYTES];
        random.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// Reads what a person typed: in either case, with or without dashes and spaces, in any script's digits. `None`: it is no
    /// recovery code.
    pub fn parse(text: &str) -> Option<Self> {
        crockford::read(text)?.try_into().ok().map(Self)
    }

    /// `7K3D-9XQM-0B2T-ZZ4W`: for the one page that shows it.
    pub fn reveal(&self) -> String {
        crockford::write(&self.0)
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

/// What the database keeps of a code: HMAC-SHA-256 over the user and the code, so that it fits no other user.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RecoveryDigest([u8; 32]);

impl RecoveryDigest {
    /// Computes the digest under the key for recovery codes.
    pub fn new(key: &DerivedKey, user_id: UserId, code: &RecoveryCode) -> Self {
        Self(key.authenticate(&[&user_id.get().to_be_bytes(), &code.0]))
    }

    /// The bytes for a store to keep.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for RecoveryDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryDigest(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{SeedableRng as _, rngs::ChaCha20Rng};

    use super::*;
    use crate::domain::site_key::SiteKey;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = RecoveryCode([0; BYTES]);
        assert_eq!(code.reveal(), "0000-0000-0000-0000");
        for typed in
            ["0000000000000000", "oooo-OOOO-0000 0000", " 0000–0000–0000–0000 ", "۰۰۰۰-۰۰۰۰-۰۰۰۰-۰۰۰۰"]
        {
            assert_eq!(RecoveryCode::parse(typed), Some(code.clone()), "{typed}");
        }
        let code = RecoveryCode::generate(&mut ChaCha20Rng::seed_from_u64(1));
        let shown = code.reveal();
        assert!(shown.len() == 19 && !shown.contains(['I', 'L', 'O', 'U']), "{shown}");
        for typed in [shown.to_lowercase(), shown.replace('-', ""), shown.replace('1', "l").replace('0', "O")]
        {
            assert_eq!(RecoveryCode::parse(&typed), Some(code.clone()), "{typed}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in
            ["", "0000-0000-0000-000", "0000-0000-0000-00000", "UUUU-0000-0000-0000", "123456", "\u{0}"]
        {
            assert_eq!(RecoveryCode::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_digest_fits_one_user() {
        let key = SiteKey::new([7; 32]).derive("recovery");
        let code = RecoveryCode([5; BYTES]);
        let of = |id| RecoveryDigest::new(&key, UserId::new(id), &code);
        assert!(of(1) == of(1) && of(1) != of(2));
        assert_eq!(format!("{code:?} {:?}", of(1)), "RecoveryCode(…) RecoveryDigest(…)");
    }

    proptest! {
        #[test]
        fn every_code_reads_back(bytes in any::<[u8; BYTES]>()) {
            let code = RecoveryCode(bytes);
            prop_assert_eq!(RecoveryCode::parse(&code.reveal()), Some(code));
        }

        #[test]
        fn no_input_panics(text in any::<String>()) {
            let _ = RecoveryCode::parse(&text);
        }
    }
}
