//! Three clients of one challenge in every order there is, against the plainest model of the rule that we can write.
//!
//! Each method of a store is one atomic act, so an order of acts is all that concurrency can do to them: what holds in
//! every order holds under every race.

use std::sync::Arc;

use mobile_auth::server::store::{NewGuess, SendClaim, Store};

use super::samples::{
    begin, by_rules, challenge_id, guess, new_code, new_guess, new_session, session_digest,
};

#[derive(Clone, Copy, Debug)]
enum Act {
    Guess,
    Consume,
    Resend,
}

/// What the clients do, each in this order. Together they guess more often than they may, use two codes and ask again
/// sooner than they may.
const CLIENTS: [&[Act]; 3] = [
    &[Act::Guess, Act::Consume],
    &[Act::Guess, Act::Guess, Act::Consume],
    &[Act::Resend, Act::Guess, Act::Resend],
];

/// Fewer than the clients' guesses together.
const GUESSES: u32 = 3;

/// Between two acts: some orders keep the waits of 30 and 60 s, and some do not.
const SECONDS: i64 = 13;

/// Between two orders: more than a day, so that no limit over all numbers looks back from one to another.
const DAY: usize = 100_000;

/// What a store answers, and what it should.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// Guesses spent and codes known, when one was granted.
    Guess(Option<(u32, usize)>),
    Consume(bool),
    /// The wait, when it was refused.
    Resend(Option<i64>),
}

struct Model {
    guesses: u32,
    is_consumed: bool,
    sends: Vec<i64>,
}

impl Model {
    fn answer(&mut self, act: Act, now: i64) -> Answer {
        match act {
            Act::Guess if self.is_consumed || self.guesses == GUESSES => Answer::Guess(None),
            Act::Guess => {
                self.guesses += 1;
                Answer::Guess(Some((self.guesses, self.sends.len())))
            }
            Act::Consume => Answer::Consume(!std::mem::replace(&mut self.is_consumed, true)),
            Act::Resend => {
                let wait = [30, 60, 120][self.sends.len() - 1];
                let left = self.sends.last().unwrap() + wait - now;
                if left > 0 {
                    return Answer::Resend(Some(left));
                }
                self.sends.push(now);
                Answer::Resend(None)
            }
        }
    }
}

async fn answer(store: &dyn Store, number: u64, act: Act, now: i64) -> Answer {
    match act {
        Act::Guess => {
            let new = new_guess(number, number, now);
            let spender = by_rules(new.spender, |policy| policy.challenge.guesses = GUESSES);
            let begun = guess(store, &NewGuess { spender, ..new }).await;
            Answer::Guess(begun.map(|challenge| (challenge.guesses, challenge.codes.len())))
        }
        Act::Consume => {
            let new = new_session(store, number, now.unsigned_abs(), now).await;
            Answer::Consume(store.consume(&new).await.unwrap().is_some())
        }
        Act::Resend => {
            Answer::Resend(match store.create_code(&new_code(number, number, now)).await.unwrap() {
                SendClaim::Refused(excess) => Some(i64::from(excess.wait.unwrap().seconds())),
                SendClaim::Granted(_) => None,
            })
        }
    }
}

/// Every order of so many acts of each client, as the numbers of the clients.
fn orders(left: [usize; 3]) -> Vec<Vec<usize>> {
    if left == [0; 3] {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for client in (0..3).filter(|&client| left[client] > 0) {
        let mut rest = left;
        rest[client] -= 1;
        all.extend(orders(rest).into_iter().map(|tail| [&[client], &tail[..]].concat()));
    }
    all
}

pub async fn every_order_of_three_clients_is_answered_like_the_model(store: Arc<dyn Store>) {
    let orders = orders(CLIENTS.map(<[Act]>::len));
    assert_eq!(orders.len(), 560, "8! / (2! 3! 3!)");
    for ((number, start), order) in (0..).zip((0..).step_by(DAY)).zip(orders) {
        begin(&*store, number, number, start).await;
        let mut model = Model { guesses: 0, is_consumed: false, sends: vec![start] };
        let (mut done, mut told) = ([0; 3], Vec::new());
        for (step, &client) in (1..).zip(&order) {
            let act = CLIENTS[client][done[client]];
            done[client] += 1;
            let now = start + step * SECONDS;
            let expected = model.answer(act, now);
            let answered = answer(&*store, number, act, now).await;
            assert_eq!(answered, expected, "order {order:?}, step {step}: {act:?}");
            told.push((now, answered));
        }
        let kept = store.find_challenge(&challenge_id(number)).await.unwrap().unwrap();
        let expected = (model.guesses, model.is_consumed, model.sends.len());
        assert_eq!((kept.guesses, kept.is_consumed, kept.codes.len()), expected, "order {order:?}");
        for (now, answered) in told {
            let is_kept = store.find_session(&session_digest(now.unsigned_abs())).await.unwrap().is_some();
            assert_eq!(is_kept, answered == Answer::Consume(true), "order {order:?}, second {now}");
        }
    }
}
