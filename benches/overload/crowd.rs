//! Many people: as fast as they are served, or as fast as they come.

use std::{cell::RefCell, ops::RangeInclusive, rc::Rc, time::Duration};

use tokio::{
    task::{JoinSet, LocalSet},
    time::{Instant, MissedTickBehavior, interval},
};

use super::person::{End, Site};

/// People who sign in one after the other, at once: enough to keep the server busy.
const AT_ONCE: usize = 64;

/// The clock of the crowd that comes: this many times a second some of them begin.
const TICKS: f64 = 200.0;

/// What an overload does shows when it lasts: who comes to the end in its first two seconds is not counted, nor is that time.
pub const LEAD: Duration = Duration::from_secs(2);

/// For those who began to come to their end.
const LAST_PATIENCE: Duration = Duration::from_secs(3);

/// What became of those who came.
#[derive(Clone, Default)]
pub struct Outcome {
    pub begun: usize,
    /// How long each waited who was told to come back later.
    pub shed: Vec<Duration>,
    /// Within the time that counts.
    pub signed_in: usize,
    pub failed: usize,
}

impl Outcome {
    /// With what became of others.
    pub fn add(&mut self, other: Self) {
        self.begun += other.begun;
        self.shed.extend(other.shed);
        self.signed_in += other.signed_in;
        self.failed += other.failed;
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn now() -> Instant {
    Instant::now()
}

/// How many sign in when each begins as soon as the one before is done.
pub async fn as_many_as_it_can(site: &Site, lasting: Duration) -> usize {
    let until = now() + lasting;
    let people = LocalSet::new();
    let ends: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let site = site.clone();
            people.spawn_local(one_after_the_other(site, until))
        })
        .collect();
    people.await;
    let mut sum = 0;
    for end in ends {
        sum += end.await.unwrap();
    }
    sum
}

async fn one_after_the_other(site: Site, until: Instant) -> usize {
    let mut signed_in = 0;
    while now() < until {
        let end = site.sign_in(site.new_person(), |_| ()).await;
        assert!(end != End::Failed, "a sign-in failed");
        signed_in += usize::from(end == End::SignedIn && now() <= until);
    }
    signed_in
}

/// What becomes of `rate` people a second, who come whatever happens to those before them.
pub async fn ten_times_as_many(site: &Site, rate: f64, lasting: Duration) -> Outcome {
    let outcome = Rc::new(RefCell::new(Outcome::default()));
    let people = LocalSet::new();
    let (site, kept) = (site.clone(), outcome.clone());
    people.run_until(come(site, kept, rate, lasting)).await;
    outcome.take()
}

async fn come(site: Site, outcome: Rc<RefCell<Outcome>>, rate: f64, lasting: Duration) {
    let since = now() + LEAD;
    let until = since + lasting;
    let mut tick = interval(Duration::from_secs_f64(1.0 / TICKS));
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (mut people, mut due) = (JoinSet::new(), 0.0);
    while now() < until {
        tick.tick().await;
        due += rate / TICKS;
        while due >= 1.0 {
            due -= 1.0;
            people.spawn_local(person(site.clone(), outcome.clone(), since..=until));
        }
        while people.try_join_next().is_some() {}
    }
    let _ = tokio::time::timeout(LAST_PATIENCE, async { while people.join_next().await.is_some() {} }).await;
}

async fn person(site: Site, outcome: Rc<RefCell<Outcome>>, counted: RangeInclusive<Instant>) {
    let began = now();
    outcome.borrow_mut().begun += 1;
    let told = outcome.clone();
    let end = site
        .sign_in(site.new_person(), |status| {
            if status == 503 {
                told.borrow_mut().shed.push(now() - began);
            }
        })
        .await;
    let mut outcome = outcome.borrow_mut();
    match end {
        End::SignedIn => outcome.signed_in += usize::from(counted.contains(&now())),
        End::ComeBackLater => {}
        End::Failed => outcome.failed += 1,
    }
}
