#![no_main]

#[path = "../targets/mod.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::timed::feed(("phone_number", targets::phone_number), data, targets::timed::MOST));
