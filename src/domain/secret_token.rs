//! Random bearer secrets that live in a cookie, and the digests that live in the database.
//!
//! A secret and its digest are different types: only the digest can be stored, only the
//! secret can be put into a cookie, and neither prints its value.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

/// Length of a secret and of its digest in bytes: 256 bits, twice what ASVS 7.2.3 asks for.
pub const TOKEN_BYTES: usize = 32;

/// Reads exactly [`TOKEN_BYTES`] bytes of unpadded base64url.
pub(super) fn decode(text: &str) -> Option<[u8; TOKEN_BYTES]> {
    let mut bytes = [0; TOKEN_BYTES];
    let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
    (length == TOKEN_BYTES).then_some(bytes)
}

/// Writes a secret the way a cookie carries it: 43 characters of unpadded base64url.
pub(super) fn encode(bytes: &[u8; TOKEN_BYTES]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// SHA-256. No key is needed: the input has 256 bits of entropy, so it cannot be searched.
pub(super) fn digest(bytes: &[u8; TOKEN_BYTES]) -> [u8; TOKEN_BYTES] {
    Sha256::digest(bytes).into()
}

/// Declares a secret type and its digest type.
macro_rules! secret_token {
    ($(#[$secret_doc:meta])* $secret:ident, $(#[$digest_doc:meta])* $digest:ident) => {
        $(#[$secret_doc])*
        #[derive(Clone, zeroize::ZeroizeOnDrop)]
        pub struct $secret([u8; $crate::domain::secret_token::TOKEN_BYTES]);

        impl $secret {
            /// Draws a new secret; `random` is the operating system's generator outside tests.
            pub fn generate(random: &mut dyn rand::CryptoRng) -> Self {
                let mut bytes = [0; $crate::domain::secret_token::TOKEN_BYTES];
                random.fill_bytes(&mut bytes);
                Self(bytes)
            }

            /// Reads a cookie's value; anything but 43 characters of base64url is `None`.
            pub fn parse(text: &str) -> Option<Self> {
                $crate::domain::secret_token::decode(text).map(Self)
            }

            /// The value for the cookie: the only place where the secret leaves the type.
            pub fn reveal(&self) -> String {
                $crate::domain::secret_token::encode(&self.0)
            }

            /// What the database keeps in place of the secret.
            pub fn digest(&self) -> $digest {
                $digest($crate::domain::secret_token::digest(&self.0))
            }
        }

        impl std::fmt::Debug for $secret {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($secret), "(…)"))
            }
        }

        $(#[$digest_doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $digest([u8; $crate::domain::secret_token::TOKEN_BYTES]);

        impl $digest {
            /// Takes the bytes that a store kept.
            pub fn from_bytes(bytes: [u8; $crate::domain::secret_token::TOKEN_BYTES]) -> Self {
                Self(bytes)
            }

            /// The bytes for a store to keep.
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }
        }

        impl std::fmt::Debug for $digest {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($digest), "(…)"))
            }
        }
    };
}
pub(crate) use secret_token;
