//! How long things take for people.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

/// As many as a hundredth of them says something.
pub const SIGN_INS: usize = 200;

/// What a sign-in may take of a hundred but one (REQUIREMENTS W-12, L-05 and L-06).
const P99: Duration = Duration::from_secs(1);

/// How long each of some acts took.
#[derive(Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Does it, and keeps how long it took.
    #[expect(clippy::disallowed_methods, reason = "the time that passes for people is what is measured")]
    pub fn take<T>(&mut self, act: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let done = act();
        self.0.push(began.elapsed());
        done
    }

    /// The same of what is awaited.
    #[expect(clippy::disallowed_methods, reason = "the time that passes for people is what is measured")]
    pub async fn take_async<T>(&mut self, act: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let done = act.await;
        self.0.push(began.elapsed());
        done
    }

    fn p99(&self) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        sorted[(sorted.len() * 99).div_ceil(100) - 1]
    }

    /// Of as many as it wants, ninety-nine in a hundred took less than a second.
    pub fn are_quick(&self, what: &str) -> bool {
        assert!(self.0.len() >= 100, "a hundredth of {} sign-ins is none", self.0.len());
        println!("{what}: {} sign-ins, p99 {:?}", self.0.len(), self.p99());
        self.p99() < P99
    }
}

/// Held by whoever measures: two who measure at once would measure each other.
pub static MEASURING: Mutex<()> = Mutex::const_new(());

/// A series may fall into a moment when somebody else needs the machine; what holds people up does so in every one.
const SERIES: usize = 3;

/// Lets people sign in, each with a number of their own, and sees that it is quick.
pub async fn assert_quick(what: &str, mut sign_in: impl FnMut(u32)) {
    let _alone = MEASURING.lock().await;
    let mut people = 0..;
    for _ in 0..SERIES {
        let mut times = Times::default();
        for person in people.by_ref().take(SIGN_INS) {
            times.take(|| sign_in(person));
        }
        if times.are_quick(what) {
            return;
        }
    }
    panic!("{what}: in none of {SERIES} series did 99 of 100 sign in within {P99:?}");
}
