//! What tells a form that was sent twice from two forms.
//!
//! A browser that is pressed twice before the first answer is there drops that answer, and its cookies with it. The same
//! number of the same page then shows that it is the same person asking, who waits for the code already.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::CryptoRng;
use zeroize::ZeroizeOnDrop;

/// Length in bytes: 128 bits, as ASVS 7.2.3 asks of what stands for a browser.
const NONCE_BYTES: usize = 16;

/// A random number of one page. Whoever has it and sends the same form gets the same attempt: it is as good as that attempt's
/// cookie, and stands nowhere but on a page that no cache keeps.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct FormNonce([u8; NONCE_BYTES]);

impl FormNonce {
    /// Draws a new one; `random` is the operating system's generator outside tests.
    pub fn generate(random: &mut dyn CryptoRng) -> Self {
        let mut bytes = [0; NONCE_BYTES];
        random.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// Reads a field's value; anything but 22 characters of unpadded base64url is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; NONCE_BYTES];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        (length == NONCE_BYTES).then_some(Self(bytes))
    }

    /// The value for the page's hidden field: the only place where it leaves the type as a text.
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Its bytes, for what is derived from it.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for FormNonce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FormNonce(…)")
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::ChaCha20Rng};

    use super::*;

    #[test]
    fn a_nonce_comes_back_as_it_was() {
        let nonce = FormNonce::generate(&mut ChaCha20Rng::seed_from_u64(1));
        assert_eq!(nonce.reveal().len(), 22);
        assert_eq!(FormNonce::parse(&nonce.reveal()), Some(nonce.clone()));
        assert_eq!(format!("{nonce:?}"), "FormNonce(…)");
    }

    #[test]
    fn nothing_else_is_taken_for_one() {
        let nonce = FormNonce::generate(&mut ChaCha20Rng::seed_from_u64(1)).reveal();
        let (short, long) = (nonce.get(1..).unwrap(), format!("{nonce}A"));
        for text in
            ["", "AAAA", short, &long, &format!("{nonce}=="), &nonce.repeat(2), "?".repeat(22).as_str()]
        {
            assert_eq!(FormNonce::parse(text), None, "{text}");
        }
    }
}
