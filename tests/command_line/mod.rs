//! The program as an operator meets it: the real binary in a folder of its own.

mod clock_jumps;
mod configuration;
mod crash;
mod crash_ledger;
mod disconnects;
mod disk;
mod doctor;
mod dribble;
mod hostile_clients;
mod key_file;
mod last_byte;
mod limits;
mod log;
mod many_strangers;
mod mount;
mod outside_lock;
pub mod running;
mod sessions;
mod slow_provider;
mod sms;
mod start;
pub mod timing;
mod tracer;
pub mod visitor;
