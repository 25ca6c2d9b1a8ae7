//! The program as an operator meets it: the real binary in a folder of its own.

mod configuration;
mod crash;
mod key_file;
mod limits;
mod running;
mod start;
