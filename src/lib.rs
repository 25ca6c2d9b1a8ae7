//! Register and sign in with only a phone number and a 6-digit code that lives two minutes.
//!
//! The map of the house; data flows one way: page → server function → use case → domain.
//!
//! | module | built for | what it is |
//! |---|---|---|
//! | [`domain`] | everything | the rules: pure, tested alone with no features |

#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod api;
pub mod domain;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod ui;
