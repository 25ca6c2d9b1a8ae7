#![no_main]

#[path = "../targets/mod.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::timed::feed(("smpp_receipts", targets::smpp_receipts), data, targets::timed::MOST));
