//! A browser that signed in with a number before.
//!
//! It spends from budgets of its own, so that a stranger who has used up a number's every budget has not locked its
//! owner out (OWASP Authentication cheat sheet on device cookies; NIST SP 800-63B-4 §3.2.2 names the idea).

use super::secret_token::secret_token;

secret_token! {
    /// The value of the device cookie. It signs nobody in: it only says which budgets a request spends from.
    DeviceSecret,
    /// SHA-256 of a [`DeviceSecret`]: what the database knows of a device.
    DeviceDigest
}
