//! One integration binary; its files mirror the routes and the rules. Everything here runs the real router on a real
//! SQLite file; only time and the delivery of messages are the tests' own.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod architecture;
mod command_line;
mod dependencies;
mod parsers;
mod routes;
mod rules;
mod sms;
mod store;
mod support;
