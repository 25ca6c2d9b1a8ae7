//! One page, one file. Each first asks the use cases, so that the status and the redirect are decided before a byte is
//! drawn.

pub mod account;
pub mod account_data;
pub mod code;
pub mod home;
pub mod in_doubt;
pub mod inbox;
pub mod number;
pub mod phone;
pub mod problem;
pub mod recover;
pub mod recovery_codes;
pub mod undo;
