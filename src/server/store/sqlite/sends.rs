//! When codes were sent, and whether another may be.

use std::sync::LazyLock;

use chrono::TimeDelta;
use sqlx::{SqliteConnection, sqlite::SqliteRow};

use super::{
    Granted, NewCode, Refund, SendClaim, Spender,
    act::Act,
    conversion, devices, guesses, opt_outs,
    several::{self, Query},
    tallies::{self, SendSums},
    values,
};
use crate::domain::{
    limit::{Judgement, judge},
    send_limits::{SendHistory, excesses},
    throttle::{ThrottleKey, most_allowed},
};

/// How far back any limit on sends looks.
const WINDOW: TimeDelta = TimeDelta::hours(24);

/// Of each name only the newest are read: what lies behind the most that any of its limits allows changes nothing.
const FIND: &str = "SELECT * FROM (SELECT throttle, sent_at_ms FROM sends \
     WHERE throttle = $1 AND sent_at_ms >= $9 ORDER BY sent_at_ms DESC LIMIT $5 + 0) \
     UNION ALL SELECT * FROM (SELECT throttle, sent_at_ms FROM sends \
     WHERE throttle = $2 AND sent_at_ms >= $9 ORDER BY sent_at_ms DESC LIMIT $6 + 0) \
     UNION ALL SELECT * FROM (SELECT throttle, sent_at_ms FROM sends \
     WHERE throttle = $3 AND sent_at_ms >= $9 ORDER BY sent_at_ms DESC LIMIT $7 + 0) \
     UNION ALL SELECT * FROM (SELECT throttle, sent_at_ms FROM sends \
     WHERE throttle = $4 AND sent_at_ms >= $9 ORDER BY sent_at_ms DESC LIMIT $8 + 0)";
/// Everything that the next code depends on; at the end the word of the number's owner.
pub(super) static HISTORY: LazyLock<String> = LazyLock::new(|| {
    let parts = [FIND, conversion::LAST, &tallies::summing(), &guesses::finding(17), &opt_outs::finding(22)];
    parts.join("; ")
});
/// A send is counted under at most four names; where there are fewer, one stands several times.
pub(super) const COUNT: &str = "INSERT INTO sends (throttle, sent_at_ms, digest) \
     VALUES ($1, $5, $6), ($2, $5, $6), ($3, $5, $6), ($4, $5, $6) ON CONFLICT DO NOTHING; \
     INSERT INTO tallies (name, bucket_ms, count, cost) VALUES ('sends', $7, 1, $8), ($9, $7, 1, $8) \
     ON CONFLICT (name, bucket_ms) DO UPDATE SET count = count + excluded.count, cost = cost + excluded.cost; \
     INSERT INTO send_outcomes (prefix, sent_at_ms, challenge_id) VALUES ($10, $5, $11) ON CONFLICT DO NOTHING";
pub(super) const DELETE: &str = "DELETE FROM sends WHERE throttle = $1 AND sent_at_ms = $2 AND digest = $3";
pub(super) const IS_COUNTED: &str =
    "SELECT EXISTS (SELECT 1 FROM sends WHERE throttle = $1 AND sent_at_ms = $2 AND digest = $3)";

/// Everything that the next code depends on.
pub(super) async fn history(
    connection: &mut SqliteConnection,
    spender: &Spender,
) -> sqlx::Result<SendHistory> {
    let lane = devices::lane(connection, spender.device.as_ref(), &spender.phone).await?;
    let rows = several::fetch(connection, finding(spender, lane.as_ref())).await?;
    read(connection, &rows, spender, lane.as_ref()).await
}

/// Asks for [`HISTORY`].
fn finding<'a>(spender: &'a Spender, lane: Option<&'a ThrottleKey>) -> Query<'a> {
    let (keys, now, policy) = (&spender.keys, spender.at, &*spender.policy);
    let sends = &policy.sends;
    let (visitor, of_visitor) = match lane {
        Some(_) => (keys.known, &sends.per_device),
        None => (keys.address, &sends.per_address),
    };
    let ladder = sends.waits.len() + 1;
    let mut query = sqlx::query(HISTORY.as_str());
    for name in [&keys.phone, &visitor, &keys.network, &keys.block] {
        query = query.bind(name.as_bytes());
    }
    for most in [
        most_allowed(&sends.per_phone).max(ladder),
        most_allowed(of_visitor).max(ladder),
        most_allowed(&sends.per_network),
        most_allowed(&sends.per_block),
    ] {
        query = query.bind(i64::try_from(most).unwrap_or(i64::MAX));
    }
    let query = conversion::bind(query.bind(values::before(now, WINDOW)), &keys.prefix, now, policy);
    let query = tallies::bind(query, spender.country, now);
    guesses::bind(query, keys, lane, now, &policy.guesses).bind(keys.opt_out.as_bytes())
}

/// Reads the rows of [`HISTORY`].
async fn read(
    connection: &mut SqliteConnection,
    [sends, outcomes, sums, guesses, failures, _]: &[Vec<SqliteRow>; 6],
    spender: &Spender,
    lane: Option<&ThrottleKey>,
) -> sqlx::Result<SendHistory> {
    let (keys, now, policy) = (&spender.keys, spender.at, &*spender.policy);
    let times = values::times_by_name(sends)?;
    Ok(SendHistory {
        phone: times.of(&keys.phone),
        device: lane.map(|_| times.of(&keys.known)),
        address: times.of(&keys.address),
        network: times.of(&keys.network),
        block: times.of(&keys.block),
        conversion: conversion::read(outcomes)?,
        spending: tallies::spending(connection, sums, spender.country, now, &policy.budget).await?,
        guesses: guesses::read(guesses, failures, keys, lane)?,
    })
}

/// Reads, judges, counts, and keeps what belongs to the send: `statements` are [`COUNT`] and those that keep it, for which `bind`
/// binds. What is refused is not committed.
pub(super) async fn claim<'a>(
    act: &mut Act<'_>,
    new: &'a NewCode,
    statements: &'static str,
    bind: impl FnOnce(Query<'a>) -> Query<'a>,
) -> sqlx::Result<SendClaim> {
    let (spender, policy) = (&new.spender, &*new.spender.policy);
    let lane = devices::lane_in(act, spender.device.as_ref(), &spender.phone).await?;
    let rows = act.fetch(finding(spender, lane.as_ref())).await?;
    let history = read(act.begun().await?, &rows, spender, lane.as_ref()).await?;
    let [.., word] = &rows;
    let is_opted_out = opt_outs::read(word)?.is_some();
    let over = match judge(excesses(&history, spender.at, policy), &policy.record_only) {
        Judgement::Refused(excess) => return Ok(SendClaim::Refused(excess)),
        Judgement::Allowed(over) => over,
    };
    let price = policy.budget.price_to(spender.country);
    let names = spent_keys(new, lane, history.spends_of_all(spender.at, policy));
    let sums = tallies::sums_of_send(spender.country, spender.at, price);
    for excess in &over {
        tallies::add_over(act.begun().await?, excess.limit.name(), spender.at).await?;
    }
    let [] = act.fetch_and_commit(bind(counting(statements, new, &names, sums))).await?;
    let marks = history.spending.marks_passed(price, &policy.budget);
    Ok(SendClaim::Granted(Granted { is_known_device: lane.is_some(), is_opted_out, over, marks }))
}

/// The names a send is counted under, one of them several times where there are fewer than four.
fn spent_keys(new: &NewCode, lane: Option<ThrottleKey>, spends_of_all: bool) -> [ThrottleKey; 4] {
    let keys = &new.spender.keys;
    match lane {
        Some(_) if spends_of_all => [keys.known, keys.phone, keys.phone, keys.phone],
        Some(_) => [keys.known; 4],
        None => [keys.phone, keys.address, keys.network, keys.block],
    }
}

fn counting<'a>(
    statements: &'static str,
    new: &'a NewCode,
    names: &[ThrottleKey; 4],
    sums: SendSums,
) -> Query<'a> {
    let mut query = sqlx::query(statements);
    for name in names {
        query = query.bind(name.as_bytes());
    }
    let query = query.bind(new.spender.at.timestamp_millis()).bind(new.digest.as_bytes());
    let query = query.bind(sums.bucket_ms).bind(sums.cost).bind(sums.country);
    query.bind(new.spender.keys.prefix.as_bytes()).bind(new.challenge.as_bytes())
}

/// Forgets one send, under whatever name it was counted.
pub(super) async fn cancel(
    connection: &mut SqliteConnection,
    new: &NewCode,
    refund: Refund,
) -> sqlx::Result<()> {
    let keys = &new.spender.keys;
    let refunded = match refund {
        Refund::Everything => &[keys.phone, keys.block, keys.known, keys.address, keys.network][..],
        // All of it is the visitor's own, also what the lane took from the budget of everybody.
        Refund::AllButTheVisitors if is_of_known(connection, new).await? => &[],
        Refund::AllButTheVisitors => &[keys.phone, keys.block],
    };
    for key in refunded {
        let query = sqlx::query(DELETE).bind(key.as_bytes()).bind(new.spender.at.timestamp_millis());
        query.bind(new.digest.as_bytes()).execute(&mut *connection).await?;
    }
    let price = new.spender.policy.budget.price_to(new.spender.country);
    let sums = tallies::sums_of_send(new.spender.country, new.spender.at, price);
    tallies::forget_send(connection, &sums).await?;
    conversion::forget(connection, new).await
}

/// Whether a known browser spent it.
async fn is_of_known(connection: &mut SqliteConnection, new: &NewCode) -> sqlx::Result<bool> {
    let query = sqlx::query_scalar(IS_COUNTED).bind(new.spender.keys.known.as_bytes());
    let query = query.bind(new.spender.at.timestamp_millis()).bind(new.digest.as_bytes());
    query.fetch_one(connection).await
}
