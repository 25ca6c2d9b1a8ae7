//! The one key of the site and what is derived from it.
//!
//! The key lives outside the database, so that a stolen database cannot be searched for codes:
//! a plain hash of six digits falls to 10^6 guesses (OWASP MFA cheat sheet).

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::ZeroizeOnDrop;

/// Length of the site key and of every key derived from it, in bytes.
pub const KEY_BYTES: usize = 32;

/// The key an operator gives (`[site] secret_key`). Everything else is derived from it by HKDF-SHA-256.
#[derive(Clone, ZeroizeOnDrop)]
pub struct SiteKey([u8; KEY_BYTES]);

impl SiteKey {
    /// Takes the key's bytes.
    pub fn new(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// Draws a new key.
    pub fn generate(random: &mut dyn rand::CryptoRng) -> Self {
        let mut bytes = [0; KEY_BYTES];
        random.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// The bytes, to be written to the key file.
    pub fn reveal(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    /// A key of its own for one purpose (RFC 5869, the purpose as `info`): learning one
    /// derived key tells nothing of the others.
    pub fn derive(&self, purpose: &str) -> DerivedKey {
        let mut bytes = [0; KEY_BYTES];
        let expanded = Hkdf::<Sha256>::new(None, &self.0).expand(purpose.as_bytes(), &mut bytes);
        debug_assert!(expanded.is_ok(), "32 bytes are within HKDF's limit of 255 blocks");
        DerivedKey(bytes)
    }
}

impl std::fmt::Debug for SiteKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SiteKey(…)")
    }
}

/// A key for one purpose, from [`SiteKey::derive`].
#[derive(Clone, ZeroizeOnDrop)]
pub struct DerivedKey([u8; KEY_BYTES]);

impl DerivedKey {
    /// HMAC-SHA-256 over `parts`. Each part is preceded by its length, so that no two lists of
    /// parts give the same input.
    pub fn authenticate(&self, parts: &[&[u8]]) -> [u8; KEY_BYTES] {
        // HMAC pads a key shorter than the hash's block of 64 bytes with zeros (RFC 2104).
        let mut block = [0; 64];
        for (padded, byte) in block.iter_mut().zip(&self.0) {
            *padded = *byte;
        }
        let mut mac = Hmac::<Sha256>::new(&block.into());
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// The bytes, for a library that wants a key.
    pub fn reveal(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl std::fmt::Debug for DerivedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DerivedKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_for_different_purposes_differ() {
        let site_key = SiteKey::new([7; KEY_BYTES]);
        assert_ne!(site_key.derive("code").reveal(), site_key.derive("throttle").reveal());
    }

    #[test]
    fn the_border_between_parts_counts() {
        let key = SiteKey::new([7; KEY_BYTES]).derive("code");
        assert_ne!(key.authenticate(&[b"ab", b"c"]), key.authenticate(&[b"a", b"bc"]));
    }

    #[test]
    fn debug_shows_no_key() {
        let site_key = SiteKey::new([7; KEY_BYTES]);
        assert_eq!(format!("{site_key:?} {:?}", site_key.derive("code")), "SiteKey(…) DerivedKey(…)");
    }
}
