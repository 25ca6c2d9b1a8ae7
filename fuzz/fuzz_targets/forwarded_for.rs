#![no_main]

#[path = "../targets/mod.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::timed::feed(("forwarded_for", targets::forwarded_for), data, targets::timed::MOST));
