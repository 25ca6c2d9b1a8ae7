//! The code that is sent to a number which an account has left: whoever has that number can take the account back with it.

use rand::CryptoRng;
use zeroize::ZeroizeOnDrop;

use super::{crockford, site_key::DerivedKey, user::UserId};

/// Length of a code in bytes: 40 bits. It is short, for it is typed from a message, and it lives three days, in which a network
/// may guess three hundred times: a thousand networks together find it with a chance of one in three million.
const BYTES: usize = 5;

/// One code. `Debug` is redacted; it is sent once.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct UndoCode([u8; BYTES]);

impl UndoCode {
    /// Draws a code.
    pub fn generate(random: &mut dyn CryptoRng) -> Self {
        let mut bytes = [0; BYTES];
        random.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// Reads what a person typed: in either case, with or without dashes and spaces, in any script's digits. `None`: it is no
    /// undo code.
    pub fn parse(text: &str) -> Option<Self> {
        crockford::read(text)?.try_into().ok().map(Self)
    }

    /// `7K3D-9XQM`: for the one message that holds it.
    pub fn reveal(&self) -> String {
        crockford::write(&self.0)
    }
}

impl std::fmt::Debug for UndoCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UndoCode(…)")
    }
}

/// What the database keeps of a code: HMAC-SHA-256 over the user and the code, so that it fits no other user.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UndoDigest([u8; 32]);

impl UndoDigest {
    /// Computes the digest under the key for undo codes.
    pub fn new(key: &DerivedKey, user_id: UserId, code: &UndoCode) -> Self {
        Self(key.authenticate(&[&user_id.get().to_be_bytes(), &code.0]))
    }

    /// The bytes for a store to keep.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for UndoDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UndoDigest(…)")
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::ChaCha20Rng};

    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = UndoCode::generate(&mut ChaCha20Rng::seed_from_u64(1));
        let written = code.reveal();
        assert_eq!(written.len(), 9, "two groups of four");
        for typed in
            [written.clone(), written.to_lowercase(), written.replace('-', " "), written.replace('-', "")]
        {
            assert_eq!(UndoCode::parse(&typed), Some(code.clone()), "{typed}");
        }
        for text in ["", "7K3D", "7K3D-9XQM-0B2T-ZZ4W", "7K3D-9XQU", "é"] {
            assert_eq!(UndoCode::parse(text), None, "{text}");
        }
    }

    #[test]
    fn debug_shows_neither_the_code_nor_its_digest() {
        let code = UndoCode::generate(&mut ChaCha20Rng::seed_from_u64(1));
        let key = crate::domain::site_key::SiteKey::new([7; 32]).derive("undo");
        let digest = UndoDigest::new(&key, UserId::new(1), &code);
        assert_eq!(format!("{code:?} {digest:?}"), "UndoCode(…) UndoDigest(…)");
    }
}
