//! Guesses: spent before they are judged, given back when they were right.

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{Row as _, sqlite::SqliteRow};

use super::{
    Begun, BudgetKeys, GuessClaim, GuessId, NewGuess, RecoveryClaim, Spender, SpentGuess,
    act::Act,
    challenges, devices,
    several::{self, Query},
    tallies, values,
};
use crate::domain::{
    challenge::Challenge,
    guess_limits::{GuessHistory, excesses},
    limit::{Excess, Judgement, Limit, judge},
    policy::GuessPolicy,
    throttle::{Quota, ThrottleKey, most_allowed, wait_for_all},
    user::UserId,
};

/// How far back any limit on guesses looks.
const WINDOW: TimeDelta = TimeDelta::hours(24);

/// Guesses and failures in a row; see [`finding`].
pub(super) static FIND: LazyLock<String> = LazyLock::new(|| finding(1));
/// The rule is in the statement that counts: between looking and counting there is nothing for another to slip into.
/// Where no code is alive there is nothing to guess at, and no guess is spent.
const COUNT: &str = "UPDATE challenges SET guesses = guesses + 1 \
     WHERE id = $1 AND consumed_at_ms IS NULL AND guesses < $2 AND started_at_ms > $3 \
     AND EXISTS (SELECT 1 FROM codes WHERE challenge_id = $1 AND sent_at_ms >= $4)";
/// Counts the guess, and reads what it is judged by, in one way to the connection's thread. Where it may not be judged, the caller
/// must not commit.
pub(super) static COUNT_AND_FIND: LazyLock<String> =
    LazyLock::new(|| [COUNT, several::CHANGED, &finding(5)].join("; "));
/// A guess counts as wrong under one or two names; where there is one, it stands twice. Says how many there are in the last hour.
const SPEND: &str = "INSERT INTO wrong_guesses (throttle, at_ms, guess) VALUES ($2, $4, $5), ($3, $4, $5) ON CONFLICT DO NOTHING; \
     INSERT INTO failures (throttle, count) VALUES ($2, 1) ON CONFLICT (throttle) DO UPDATE SET count = count + 1; \
     INSERT INTO tallies (name, bucket_ms, count, cost) VALUES ('wrong', $6, 1, 0), ('wrong:day', $7, 1, 0) \
     ON CONFLICT (name, bucket_ms) DO UPDATE SET count = count + 1; \
     SELECT coalesce(sum(count), 0) FROM tallies WHERE name = 'wrong' AND bucket_ms > $8";
/// Whose the number was until lately: as [`super::numbers::FIND_FORMER`], with the parameters of [`SPEND_AND_READ`].
const FORMER: &str = "SELECT user_id FROM former_numbers WHERE phone = $9 AND kept_until_ms > $4";
/// Spends the guess, and reads what it is compared with.
pub(super) static SPEND_AND_READ: LazyLock<String> =
    LazyLock::new(|| [SPEND, challenges::FIND, FORMER].join("; "));
const KEEP_RECOVERY: &str = "INSERT INTO wrong_guesses (throttle, at_ms, guess) VALUES ($1, $2, $3)";
/// The code was used, too: a right one speaks for every message of its challenge. A statement for each name: for a list of them
/// SQLite would build a table each time.
pub(super) const TAKE_BACK: &str = "DELETE FROM wrong_guesses WHERE throttle = $1 AND at_ms = $3 AND guess = $4; \
     DELETE FROM wrong_guesses WHERE throttle = $2 AND at_ms = $3 AND guess = $4; \
     DELETE FROM failures WHERE throttle = $1; \
     DELETE FROM failures WHERE throttle = $2; \
     DELETE FROM failures WHERE throttle = $7; \
     UPDATE tallies SET count = count - 1 WHERE name = 'wrong' AND bucket_ms = $5; \
     UPDATE tallies SET count = count - 1 WHERE name = 'wrong:day' AND bucket_ms = $6; \
     UPDATE send_outcomes SET is_used = 1 WHERE prefix = $8 AND sent_at_ms >= $9 AND challenge_id = $10";

/// Of each name only the newest are read: what lies behind the most that its limits allow changes nothing. Then how many there
/// were in a row. Its parameters are numbered from `first`: it is also a part of [`super::sends::HISTORY`].
pub(super) fn finding(first: usize) -> String {
    let [name, address, most, most_of_address, since] = std::array::from_fn(|place| first + place);
    format!(
        "SELECT * FROM (SELECT throttle, at_ms FROM wrong_guesses \
         WHERE throttle = ${name} AND at_ms >= ${since} ORDER BY at_ms DESC LIMIT ${most} + 0) \
         UNION ALL SELECT * FROM (SELECT throttle, at_ms FROM wrong_guesses \
         WHERE throttle = ${address} AND at_ms >= ${since} ORDER BY at_ms DESC LIMIT ${most_of_address} + 0); \
         SELECT count FROM failures WHERE throttle = ${name}"
    )
}

/// Binds what [`finding`] is about: the device's own lane where the browser is known, else the number.
pub(super) fn bind<'a>(
    query: Query<'a>,
    keys: &'a BudgetKeys,
    lane: Option<&'a ThrottleKey>,
    now: DateTime<Utc>,
    policy: &GuessPolicy,
) -> Query<'a> {
    let of_name = if lane.is_some() { &policy.per_device } else { &policy.per_phone };
    let most = |quotas: &[Quota]| i64::try_from(most_allowed(quotas)).unwrap_or(i64::MAX);
    let query = query.bind(lane.unwrap_or(&keys.phone).as_bytes()).bind(keys.address.as_bytes());
    query.bind(most(of_name)).bind(most(&policy.per_address)).bind(values::before(now, WINDOW))
}

/// Wrong guesses of before: the rows of [`finding`].
pub(super) fn read(
    guesses: &[SqliteRow],
    failures: &[SqliteRow],
    keys: &BudgetKeys,
    lane: Option<&ThrottleKey>,
) -> sqlx::Result<GuessHistory> {
    let name = lane.unwrap_or(&keys.phone);
    let times = values::times_by_name(guesses)?;
    let failures = failures.first().map_or(Ok(0_i64), |row| row.try_get(0))?;
    Ok(GuessHistory {
        is_known: lane.is_some(),
        phone: times.of(name),
        consecutive: u32::try_from(failures).unwrap_or(u32::MAX),
        address: times.of(&keys.address),
    })
}

/// Judges whether another guess may be judged, and spends it. Only a guess that has begun is committed.
pub(super) async fn begin(act: &mut Act<'_>, new: &NewGuess) -> sqlx::Result<GuessClaim> {
    let spender = &new.spender;
    let lane = devices::lane_in(act, spender.device.as_ref(), &spender.phone).await?;
    let query = bind(counting(new), &spender.keys, lane.as_ref(), spender.at, &spender.policy.guesses);
    let [_, counted, guesses, failures] = act.fetch(query).await?;
    let history = read(&guesses, &failures, &spender.keys, lane.as_ref())?;
    let excesses = excesses(&history, spender.at, &spender.policy.guesses);
    let over = match judge(excesses, &spender.policy.record_only) {
        Judgement::Refused(excess) => return Ok(GuessClaim::Refused(excess)),
        Judgement::Allowed(over) => over,
    };
    if !several::has_changed(&counted)? {
        return Ok(GuessClaim::NotBegun);
    }
    Ok(GuessClaim::Begun(Box::new(spend(act, new, lane, over).await?)))
}

/// The same for a guess at a recovery code. Its 80 bits need no limit by number, and one would let strangers keep out the very
/// person who has lost the phone: only the subscriber's guesses are limited, and nothing else counts them.
pub(super) async fn begin_recovery(
    act: &mut Act<'_>,
    id: &GuessId,
    spender: &Spender,
) -> sqlx::Result<RecoveryClaim> {
    let (key, at, policy) = (spender.keys.recovery, spender.at, &spender.policy);
    let most = i64::try_from(most_allowed(&policy.guesses.per_address)).unwrap_or(i64::MAX);
    let query = sqlx::query(FIND.as_str()).bind(key.as_bytes()).bind(key.as_bytes()).bind(most).bind(0);
    let [rows, _] = act.fetch(query.bind(values::before(at, WINDOW))).await?;
    let guesses = values::times_by_name(&rows)?.of(&key);
    let wait = wait_for_all(&policy.guesses.per_address, &guesses, at);
    let excess = wait.map(|wait| Excess { limit: Limit::AddressGuesses, wait: Some(wait) });
    let over = match judge(excess.into_iter().collect(), &policy.record_only) {
        Judgement::Refused(excess) => return Ok(RecoveryClaim::Refused(excess)),
        Judgement::Allowed(over) => over,
    };
    for excess in &over {
        tallies::add_over(act.begun().await?, excess.limit.name(), at).await?;
    }
    let query = sqlx::query(KEEP_RECOVERY).bind(key.as_bytes()).bind(at.timestamp_millis());
    let [] = act.fetch_and_commit(query.bind(id.as_bytes())).await?;
    Ok(RecoveryClaim::Begun(over))
}

/// Commits the guess, and gives what it is compared with.
async fn spend(
    act: &mut Act<'_>,
    new: &NewGuess,
    lane: Option<ThrottleKey>,
    over: Vec<Excess>,
) -> sqlx::Result<Begun> {
    let NewGuess { id, spender, .. } = new;
    let (keys, at, policy) = (&spender.keys, spender.at, &spender.policy);
    for excess in &over {
        tallies::add_over(act.begun().await?, excess.limit.name(), at).await?;
    }
    let spent = lane.map_or([keys.phone, keys.address], |lane| [lane; 2]);
    let query = about(sqlx::query(SPEND_AND_READ.as_str()).bind(new.challenge.as_bytes()), &spent, id, at);
    let query = query.bind(tallies::begin_of_hour(at)).bind(spender.phone.e164());
    let [_, _, _, wrong, challenge, former] = act.fetch_and_commit(query).await?;
    // The act has counted the guess on it.
    let challenge = challenges::read(&new.challenge, &challenge)?.ok_or(sqlx::Error::RowNotFound)?;
    let wrong_in_hour = wrong.first().map_or(Ok(0_i64), |row| row.try_get(0))?;
    let is_alarming =
        u64::try_from(wrong_in_hour).is_ok_and(|wrong| wrong == policy.budget.wrong_guesses_warned);
    let former = former.first().map(|row| row.try_get(0)).transpose()?.map(UserId::new);
    let guess = SpentGuess { id: *id, at, spent, phone: keys.phone, prefix: keys.prefix, over, is_alarming };
    Ok(Begun { challenge, guess, former })
}

/// Binds what [`COUNT`] is about.
fn counting(new: &NewGuess) -> Query<'_> {
    let (at, policy) = (new.spender.at, &new.spender.policy.challenge);
    let query = sqlx::query(COUNT_AND_FIND.as_str()).bind(new.challenge.as_bytes());
    let query = query.bind(i64::from(policy.guesses));
    query.bind(values::before(at, policy.lifetime)).bind(values::before(at, policy.code_lifetime))
}

/// Binds what [`TAKE_BACK`] is about. The guess was right: it counts nowhere, and the failures in a row are over, those of strangers
/// too.
pub(super) fn taking_back<'a>(
    query: Query<'a>,
    challenge: &'a Challenge,
    guess: &'a SpentGuess,
) -> Query<'a> {
    let query = about(query, &guess.spent, &guess.id, guess.at).bind(guess.phone.as_bytes());
    let query = query.bind(guess.prefix.as_bytes()).bind(challenge.started_at.timestamp_millis());
    query.bind(challenge.id.as_bytes())
}

/// The same where there is no guess to take back: the failures in a row are over.
pub(super) fn taking_back_none<'a>(query: Query<'a>, phone: &'a ThrottleKey) -> Query<'a> {
    let nothing = None::<i64>;
    let query = query.bind(nothing).bind(nothing).bind(nothing).bind(nothing).bind(nothing).bind(nothing);
    query.bind(phone.as_bytes()).bind(nothing).bind(nothing).bind(nothing)
}

/// Binds what [`SPEND`] and [`TAKE_BACK`] are about.
fn about<'a>(query: Query<'a>, names: &'a [ThrottleKey; 2], id: &'a GuessId, at: DateTime<Utc>) -> Query<'a> {
    let [one, other] = names;
    let (bucket, day) = tallies::buckets_of_guess(at);
    let query = query.bind(one.as_bytes()).bind(other.as_bytes()).bind(at.timestamp_millis());
    query.bind(id.as_bytes()).bind(bucket).bind(day)
}
