//! The outside world: HTTP, the database, SMS, the clock, randomness, configuration.
//!
//! [`sign_in`] writes down the order of the acts and knows only the traits; `store` and `sms` do not know each other.

pub mod account;
pub mod account_deletion;
pub mod adapters;
pub mod cleanup;
pub mod clock;
pub mod command_line;
pub mod config;
pub mod delivery;
pub mod doctor;
mod doctor_limits;
mod doctor_sends;
pub mod doubt;
pub mod draw;
pub mod entropy;
pub mod greeting;
pub mod http;
pub mod keyed_names;
pub mod limits;
pub mod log_queue;
pub mod minute_counts;
pub mod number_change;
pub mod open_files;
pub mod operator;
mod opt_outs;
pub mod overrides;
pub mod readiness;
pub mod receipts;
pub mod record;
pub mod recovery;
pub mod serve;
pub mod sign_in;
pub mod sign_in_state;
pub mod sms;
pub mod sms_operator;
pub mod start_warnings;
pub mod state;
pub mod stop;
pub mod store;
pub mod telemetry;
mod test_numbers;
mod to_its_end;
pub mod visitor;
