//! Sums by name and time: what was sent and spent, and what was guessed wrongly.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{FromRow, SqliteConnection, sqlite::SqliteRow};

use super::{several::Query, values};
use crate::{
    domain::{
        budget::{BudgetPolicy, Spending, Spent, WrongGuesses},
        cost::Cost,
        region_code::RegionCode,
    },
    server::store::operator::Standing,
};

/// Sums move in steps of this: a day is 144 rows.
const STEP_MS: i64 = 10 * 60 * 1000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// The days that say what is usual: 28, four of each weekday.
const USUAL_DAYS: i64 = 28;

/// A million of the currency's unit, in millionths: SQLite's whole numbers then hold the sum of nine million messages. Beyond them it
/// would refuse to add, and no code could be sent.
const MOST_PER_MESSAGE: i64 = 1_000_000_000_000;

/// Wrong guesses.
const WRONG: &str = "wrong";
/// The same by days.
const WRONG_BY_DAY: &str = "wrong:day";
/// Messages.
const SENDS: &str = "sends";
/// What limits that only record would have refused.
const OVER: &str = "over";

/// The sums of a name; it and its parameters are those of [`super::sends::HISTORY`].
const SUM_OF: &str = "SELECT NAME, coalesce(sum(count) FILTER (WHERE bucket_ms > $14), 0), \
     coalesce(sum(count), 0), coalesce(sum(cost), 0) FROM tallies WHERE name = NAME AND bucket_ms > $15";
pub(super) const SUM_OF_DAYS: &str =
    "SELECT coalesce(sum(count), 0) FROM tallies WHERE name = $1 AND bucket_ms >= $2 AND bucket_ms < $3";
const ADD: &str = "INSERT INTO tallies (name, bucket_ms, count, cost) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (name, bucket_ms) DO UPDATE SET count = count + excluded.count, cost = cost + excluded.cost";

pub(super) const SUM_OF_ALL: &str = "SELECT name, coalesce(sum(count) FILTER (WHERE bucket_ms > $1), 0), \
     coalesce(sum(count), 0), coalesce(sum(cost), 0) FROM tallies INDEXED BY tallies_by_time \
     WHERE bucket_ms > $2 GROUP BY name ORDER BY name";

type Sum = (String, i64, i64, i64);

/// The name under which messages to a country are counted; numbers of no country are together.
fn of_country(region: Option<RegionCode>) -> String {
    let region = region.map_or_else(|| "none".to_owned(), |region| region.to_string());
    format!("{SENDS}:{region}")
}

/// The sums that the next code depends on. A part of [`super::sends::HISTORY`]; not one statement with the three names in a list, for
/// which SQLite would build a table each time.
pub(super) fn summing() -> String {
    ["'sends'", "'wrong'", "$16"].map(|name| SUM_OF.replace("NAME", name)).join(" UNION ALL ")
}

/// Binds what [`summing`] is about.
pub(super) fn bind(query: Query<'_>, region: Option<RegionCode>, now: DateTime<Utc>) -> Query<'_> {
    let (hour, day) = windows(now);
    query.bind(hour).bind(day).bind(of_country(region))
}

/// What was spent, and guessed wrongly, up to now: the rows of [`summing`].
pub(super) async fn spending(
    connection: &mut SqliteConnection,
    rows: &[SqliteRow],
    region: Option<RegionCode>,
    now: DateTime<Utc>,
    policy: &BudgetPolicy,
) -> sqlx::Result<Spending> {
    let country = of_country(region);
    let sums: Vec<Sum> = rows.iter().map(FromRow::from_row).collect::<sqlx::Result<_>>()?;
    let spent = |name: &str| sums.iter().find(|(known, ..)| known == name).map(spent).unwrap_or_default();
    let wrong = spent(WRONG);
    // What is usual matters only when there is much.
    let is_much = wrong.in_day >= policy.wrong_guesses_slow;
    let usual_in_day = if is_much { usual_wrong_guesses(connection, now).await? } else { 0 };
    Ok(Spending {
        site: spent(SENDS),
        country: spent(&country),
        region,
        wrong_guesses: WrongGuesses { in_hour: wrong.in_hour, in_day: wrong.in_day, usual_in_day },
    })
}

/// How everything stands, for the operator: reads every sum of the last day.
pub(super) async fn standing(
    connection: &mut SqliteConnection,
    now: DateTime<Utc>,
) -> sqlx::Result<Standing> {
    let (hour, day) = windows(now);
    let sums: Vec<Sum> = sqlx::query_as(SUM_OF_ALL).bind(hour).bind(day).fetch_all(connection).await?;
    let mut standing = Standing::default();
    for sum in &sums {
        let spent = spent(sum);
        match sum.0.split_once(':') {
            None if sum.0 == SENDS => standing.site = spent,
            None if sum.0 == WRONG => standing.wrong_guesses = (spent.in_hour, spent.in_day),
            Some((SENDS, country)) => standing.countries.push((country.to_owned(), spent)),
            Some((OVER, limit)) => standing.over.push((limit.to_owned(), spent.in_day)),
            _ => {}
        }
    }
    Ok(standing)
}

/// Where the last hour and the last day begin: a bucket counts as long as any part of it lies in the window.
fn windows(now: DateTime<Utc>) -> (i64, i64) {
    let begin = |hours| values::before(now, TimeDelta::hours(hours)) - STEP_MS;
    (begin(1), begin(24))
}

/// Since when sums belong to the last hour.
pub(super) fn begin_of_hour(now: DateTime<Utc>) -> i64 {
    windows(now).0
}

fn spent(&(_, in_hour, in_day, cost): &Sum) -> Spent {
    Spent { in_hour: count(in_hour), in_day: count(in_day), cost_in_day: Cost::from_millionths(count(cost)) }
}

/// Wrong guesses on an average one of the 28 days before today.
async fn usual_wrong_guesses(connection: &mut SqliteConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let today = bucket(now, DAY_MS);
    let query =
        sqlx::query_scalar(SUM_OF_DAYS).bind(WRONG_BY_DAY).bind(today - USUAL_DAYS * DAY_MS).bind(today);
    let sum: i64 = query.fetch_one(connection).await?;
    Ok(count(sum / USUAL_DAYS))
}

/// The sums that one message is counted in.
pub(super) struct SendSums {
    /// The name of the country's.
    pub(super) country: String,
    /// Since when they count.
    pub(super) bucket_ms: i64,
    /// What is added to the cost.
    pub(super) cost: i64,
}

/// Where one message is counted. A price above [`MOST_PER_MESSAGE`] counts as that.
pub(super) fn sums_of_send(region: Option<RegionCode>, at: DateTime<Utc>, price: Cost) -> SendSums {
    let cost = i64::try_from(price.millionths()).unwrap_or(i64::MAX).min(MOST_PER_MESSAGE);
    SendSums { country: of_country(region), bucket_ms: bucket(at, STEP_MS), cost }
}

/// Takes one message back.
pub(super) async fn forget_send(connection: &mut SqliteConnection, sums: &SendSums) -> sqlx::Result<()> {
    add(connection, SENDS, sums.bucket_ms, -1, -sums.cost).await?;
    add(connection, &sums.country, sums.bucket_ms, -1, -sums.cost).await
}

/// Since when the two sums of wrong guesses count: of ten minutes, and of a day.
pub(super) fn buckets_of_guess(at: DateTime<Utc>) -> (i64, i64) {
    (bucket(at, STEP_MS), bucket(at, DAY_MS))
}

/// Counts one act that a limit would have refused, did it not only record.
pub(super) async fn add_over(
    connection: &mut SqliteConnection,
    limit: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    add(connection, &format!("{OVER}:{limit}"), bucket(at, STEP_MS), 1, 0).await
}

async fn add(
    connection: &mut SqliteConnection,
    name: &str,
    bucket_ms: i64,
    count: i64,
    cost: i64,
) -> sqlx::Result<()> {
    sqlx::query(ADD).bind(name).bind(bucket_ms).bind(count).bind(cost).execute(connection).await?;
    Ok(())
}

fn bucket(at: DateTime<Utc>, step_ms: i64) -> i64 {
    at.timestamp_millis().div_euclid(step_ms) * step_ms
}

/// A sum that taking back made negative counts as nothing.
fn count(number: i64) -> u64 {
    number.max(0).unsigned_abs()
}
