//! The rules of signing in, and nothing else.
//!
//! Pure: no I/O, no async, no clock, no entropy. What a rule needs to know of the
//! outside (`now`, random numbers, what the store remembers) is a parameter.
//! `cargo test --no-default-features --lib` builds and tests this module alone.

pub mod breaker;
pub mod budget;
pub mod budget_mark;
pub mod challenge;
pub mod change_notice;
pub mod channel;
pub mod client_network;
pub mod conversion;
pub mod cost;
mod crockford;
pub mod doubt;
pub mod event;
pub mod form_nonce;
pub mod guess_limits;
pub mod known_device;
pub mod limit;
pub mod one_time_code;
pub mod opt_out;
pub mod phone_kind;
pub mod phone_number;
pub mod policy;
pub mod receipt;
pub mod recovery_code;
pub mod region_code;
pub mod secret_token;
pub mod send_limits;
pub mod served_regions;
pub mod session;
pub mod sign_in_error;
pub mod site_key;
pub mod sms_language;
pub mod sms_outcome;
pub mod sms_registration;
pub mod sms_route;
pub mod sms_sender;
pub mod sms_text;
pub mod spoken_code;
pub mod test_number;
pub mod throttle;
pub mod undo_code;
pub mod user;
