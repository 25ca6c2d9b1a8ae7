#![no_main]

#[path = "../targets/mod.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::timed::feed(("undo_code", targets::undo_code), data, targets::timed::MOST));
