#![no_main]

#[path = "../targets/mod.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::timed::feed(("one_time_code", targets::one_time_code), data, targets::timed::MOST));
