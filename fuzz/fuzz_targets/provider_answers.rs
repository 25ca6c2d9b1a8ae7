#![no_main]

#[path = "../targets/mod.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::timed::feed(("provider_answers", targets::provider_answers), data, targets::timed::MOST));
