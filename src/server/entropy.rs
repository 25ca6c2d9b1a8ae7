//! Random numbers, as a parameter of everything that draws them.

use rand::{CryptoRng, rand_core::UnwrapErr, rngs::SysRng};

/// Hands out random sources fit for secrets.
pub trait Entropy: Send + Sync {
    /// A source to draw from at once; do not keep it.
    fn random(&self) -> Box<dyn CryptoRng + Send>;
}

/// The operating system's generator: the only one outside tests (ASVS 11.5.1).
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    /// # Panics
    /// Drawing panics when the operating system has no randomness to give: there is no safe way on, and the
    /// request ends with a 500.
    fn random(&self) -> Box<dyn CryptoRng + Send> {
        Box::new(UnwrapErr(SysRng))
    }
}
