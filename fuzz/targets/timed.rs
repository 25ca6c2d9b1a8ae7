//! How much of the processor an input may take. The time of the thread alone is measured, so that a busy machine blames nobody.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::Target;

/// In a release build (REQUIREMENTS D-03): 10 ms. `-timeout` of the fuzzer knows whole seconds only.
pub const MOST: Duration = Duration::from_millis(10);

/// An input that took too long is tried so often: what takes long the first time only (a table that is made, a page that is
/// loaded) is no fault of the input.
const TRIES: usize = 3;

/// Feeds it.
///
/// # Panics
/// It breaks, or takes longer than `most` each time.
pub fn feed((name, target): Target, data: &[u8], most: Duration) {
    let mut quickest = Duration::MAX;
    for _ in 0..TRIES {
        let began = thread_time();
        target(data);
        quickest = quickest.min(thread_time().saturating_sub(began));
        if quickest <= most {
            return;
        }
    }
    panic!("{name}: {} bytes took {quickest:?} of the processor, and {most:?} is the most", data.len());
}

fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or_default(), time.tv_nsec.try_into().unwrap_or_default())
}
