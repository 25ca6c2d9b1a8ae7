//! Whether the time of an answer tells who has an account: `cargo bench --bench enumeration --features ssr`.
//!
//! Codes are asked for, and a wrong code is tried, for numbers that have an account and for numbers that nobody has seen,
//! one after the other, through the real router on a real SQLite file. The Mann-Whitney U test says how likely such a
//! difference is between equals.
//!
//! It ends with exit code 1 and a sentence when it tells (REQUIREMENTS E-02). Equals look different once in a hundred times, for
//! each of two acts: so a series with such a difference is measured once more, and what shows in both is no accident.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};
use tokio::runtime::Runtime;

#[expect(dead_code, unused_imports, clippy::panic, reason = "the tests use all of it")]
#[path = "../tests/support/mod.rs"]
mod support;

use mobile_auth::domain::{budget::Budget, policy::SignInPolicy};
use support::{App, Settings};

const PAIRS: u32 = 1_000;

/// A difference that is less likely between equals is one.
const LEAST_P: f64 = 0.01;

/// The most between the medians, in milliseconds.
const MOST_GAP: f64 = 2.0;

const ACTS: [&str; 2] = ["request_code", "verify_code"];

/// Thousands ask this site in a minute.
fn without_budgets() -> Settings {
    let mut policy = SignInPolicy::default();
    policy.sends.per_block = Vec::new();
    policy.budget.site = Budget::default();
    policy.conversion.least_used_percent = 0;
    policy.budget.wrong_guesses_slow = u64::MAX;
    Settings { policy, ..Settings::default() }
}

/// People who signed up long ago: their numbers are `+98912` and seven digits.
async fn add_users(app: &App) {
    let mut connection = SqliteConnectOptions::new().filename(app.database_path()).connect().await.unwrap();
    let fill = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
        INSERT INTO users (phone, is_active, created_at_ms, activated_at_ms)
        SELECT '+98912' || printf('%07d', i), 1, 0, 0 FROM n";
    sqlx::query(fill).bind(PAIRS).execute(&mut connection).await.unwrap();
}

/// How long a request and a wrong guess take, each.
#[expect(clippy::disallowed_methods, reason = "a benchmark reads the machine's clock")]
async fn ask(app: &App, phone: &str) -> [Duration; 2] {
    let mut browser = app.browser();
    let began = Instant::now();
    assert!(browser.request_code(phone).await.status.is_success());
    let requested = began.elapsed();
    let wrong = if app.last_code() == "000000" { "000001" } else { "000000" };
    let began = Instant::now();
    assert!(browser.verify_code(wrong).await.status.is_client_error());
    [requested, began.elapsed()]
}

/// How long each of both acts took for each of the pairs.
type Series = Vec<[Duration; 2]>;

/// Known and unknown numbers in turn, on a database of their own.
async fn measure() -> (Series, Series) {
    let app = App::start_with(without_budgets()).await;
    add_users(&app).await;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for pair in 0..PAIRS {
        let of_known = async |known: &mut Vec<_>| known.push(ask(&app, &format!("+98912{pair:07}")).await);
        let of_unknown =
            async |unknown: &mut Vec<_>| unknown.push(ask(&app, &format!("+98913{pair:07}")).await);
        // Who comes first alternates.
        if pair % 2 == 0 {
            of_known(&mut known).await;
            of_unknown(&mut unknown).await;
        } else {
            of_unknown(&mut unknown).await;
            of_known(&mut known).await;
        }
    }
    (known, unknown)
}

/// Prints what was measured; for each act, what tells who has an account.
async fn differences() -> [Option<String>; 2] {
    let (known, unknown) = measure().await;
    let times = |series: &Series, act: usize| series.iter().map(|both| both[act]).collect::<Vec<_>>();
    [0, 1].map(|act| difference(ACTS[act], times(&known, act), times(&unknown, act)))
}

fn main() -> ExitCode {
    let runtime = Runtime::new().unwrap();
    let mut found = runtime.block_on(differences());
    if found.iter().any(Option::is_some) {
        println!("once more, for this may be an accident:");
        let again = runtime.block_on(differences());
        found = [0, 1].map(|act| found[act].take().and(again[act].clone()));
    }
    for sentence in found.iter().flatten() {
        eprintln!("enumeration: {sentence}.");
    }
    if found.iter().all(Option::is_none) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn difference(act: &str, mut known: Vec<Duration>, mut unknown: Vec<Duration>) -> Option<String> {
    let p = mann_whitney(&known, &unknown);
    let median = |list: &mut Vec<Duration>| {
        list.sort_unstable();
        list.get(list.len() / 2).unwrap().as_secs_f64() * 1000.0
    };
    let (known, unknown) = (median(&mut known), median(&mut unknown));
    println!(
        "{act}: known number {known:.3} ms, unknown number {unknown:.3} ms (medians of {PAIRS}), p = {p:.3}"
    );
    if p <= LEAST_P {
        return Some(format!(
            "the time of {act} tells who has an account (p = {p:.4}, and above {LEAST_P} is wanted)"
        ));
    }
    let gap = (known - unknown).abs();
    (gap >= MOST_GAP)
        .then(|| format!("the medians of {act} are {gap:.3} ms apart, and {MOST_GAP} ms is too much"))
}

/// The p-value of the Mann-Whitney U test by its normal approximation, which is good from a few dozen values on.
fn mann_whitney(one: &[Duration], other: &[Duration]) -> f64 {
    let count = |list: &[Duration]| f64::from(u32::try_from(list.len()).unwrap());
    let (n, m) = (count(one), count(other));
    let mut all: Vec<_> =
        one.iter().map(|time| (time, true)).chain(other.iter().map(|time| (time, false))).collect();
    all.sort_unstable();
    let ranks: f64 =
        (1_u32..).zip(&all).filter(|(_, (_, is_one))| *is_one).map(|(rank, _)| f64::from(rank)).sum();
    let z = (ranks - n * (n + 1.0) / 2.0 - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt();
    2.0 * (1.0 - normal(z.abs()))
}

/// The normal distribution's sum up to `z` (Abramowitz and Stegun 26.2.17, good to seven places).
fn normal(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let factors = [1.330_274_429, -1.821_255_978, 1.781_477_937, -0.356_563_782, 0.319_381_53];
    let sum = factors.into_iter().fold(0.0, |sum, factor| t * (factor + sum));
    1.0 - (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * sum
}
