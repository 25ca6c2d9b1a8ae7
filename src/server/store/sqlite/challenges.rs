//! Challenges, their codes and their guesses.

use std::sync::LazyLock;

use sqlx::{FromRow as _, SqliteConnection, sqlite::SqliteRow};

use super::{NewChallenge, NewCode, Refund, SendClaim, act::Act, sends, several::Query, values};
use crate::domain::{
    challenge::{Challenge, ChallengeDigest, Purpose, SentCode},
    one_time_code::CodeDigest,
    phone_number::PhoneNumber,
    region_code::RegionCode,
    user::UserId,
};

/// The user is made, the browser's earlier challenge ends, and the new one is kept. The time and the challenge's name are bound for
/// [`sends::COUNT`].
const KEEP: &str = "INSERT INTO users (phone, is_active, created_at_ms) VALUES ($12, 0, $5) ON CONFLICT (phone) DO NOTHING; \
     UPDATE challenges SET consumed_at_ms = $5 WHERE id = $13 AND consumed_at_ms IS NULL; \
     INSERT INTO challenges (id, user_id, phone_as_typed, region, started_at_ms, guesses, changes_user_id) \
     VALUES ($11, (SELECT id FROM users WHERE phone = $12), $14, $15, $5, 0, $16)";
/// All of it is bound for [`sends::COUNT`].
const KEEP_CODE: &str =
    "INSERT INTO codes (challenge_id, sent_at_ms, digest) VALUES ($11, $5, $6) ON CONFLICT DO NOTHING";
/// A send is counted, and a new challenge kept with its first code.
pub(super) static CREATE: LazyLock<String> = LazyLock::new(|| [sends::COUNT, KEEP, KEEP_CODE].join("; "));
/// A send is counted, and its code kept with its challenge.
pub(super) static CREATE_CODE: LazyLock<String> = LazyLock::new(|| [sends::COUNT, KEEP_CODE].join("; "));
pub(super) const DELETE_CODE: &str =
    "DELETE FROM codes WHERE challenge_id = $1 AND sent_at_ms = $2 AND digest = $3";
pub(super) const DELETE_EMPTY: &str =
    "DELETE FROM challenges WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM codes WHERE challenge_id = $1)";
pub(super) const FIND: &str = "SELECT challenges.user_id, users.phone, challenges.phone_as_typed, challenges.region, \
     challenges.started_at_ms, challenges.guesses, challenges.consumed_at_ms, challenges.changes_user_id, codes.digest, codes.sent_at_ms \
     FROM challenges JOIN users ON users.id = challenges.user_id \
     LEFT JOIN codes ON codes.challenge_id = challenges.id \
     WHERE challenges.id = $1 ORDER BY codes.sent_at_ms";

/// One code of a challenge with the challenge around it, or a challenge without codes.
#[derive(sqlx::FromRow)]
struct Row {
    user_id: i64,
    phone: String,
    phone_as_typed: String,
    region: Option<String>,
    started_at_ms: i64,
    guesses: i64,
    consumed_at_ms: Option<i64>,
    changes_user_id: Option<i64>,
    digest: Option<Vec<u8>>,
    sent_at_ms: Option<i64>,
}

pub(super) async fn create(act: &mut Act<'_>, new: &NewChallenge) -> sqlx::Result<Option<SendClaim>> {
    match sends::claim(act, &new.code, CREATE.as_str(), |query| keeping(query, new)).await {
        // Of all that it keeps, only a challenge's name must not be there before.
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(None),
        claim => claim.map(Some),
    }
}

/// Binds what [`KEEP`] keeps.
fn keeping<'a>(query: Query<'a>, new: &'a NewChallenge) -> Query<'a> {
    let query = query.bind(new.code.spender.phone.e164());
    let query = query.bind(new.earlier.as_ref().map(ChallengeDigest::as_bytes)).bind(&new.phone_as_typed);
    let query = query.bind(new.region.map(|region| region.to_string()));
    query.bind(new.purpose.changed_user().map(UserId::get))
}

pub(super) async fn create_code(act: &mut Act<'_>, new: &NewCode) -> sqlx::Result<SendClaim> {
    sends::claim(act, new, CREATE_CODE.as_str(), |query| query).await
}

pub(super) async fn cancel_code(
    connection: &mut SqliteConnection,
    new: &NewCode,
    refund: Refund,
) -> sqlx::Result<()> {
    let query = sqlx::query(DELETE_CODE).bind(new.challenge.as_bytes());
    let query = query.bind(new.spender.at.timestamp_millis()).bind(new.digest.as_bytes());
    // Taken back already: a second time would be that of another send.
    if query.execute(&mut *connection).await?.rows_affected() == 0 {
        return Ok(());
    }
    sends::cancel(connection, new, refund).await?;
    sqlx::query(DELETE_EMPTY).bind(new.challenge.as_bytes()).execute(connection).await?;
    Ok(())
}

/// One statement, and so one state of the database even outside a transaction.
pub(super) async fn find(
    connection: &mut SqliteConnection,
    id: &ChallengeDigest,
) -> sqlx::Result<Option<Challenge>> {
    read(id, &sqlx::query(FIND).bind(id.as_bytes()).fetch_all(connection).await?)
}

/// The rows of [`FIND`].
pub(super) fn read(id: &ChallengeDigest, rows: &[SqliteRow]) -> sqlx::Result<Option<Challenge>> {
    let rows: Vec<Row> = rows.iter().map(Row::from_row).collect::<sqlx::Result<_>>()?;
    let codes = rows.iter().filter_map(sent_code).collect::<sqlx::Result<_>>()?;
    rows.into_iter().next().map(|row| challenge(*id, row, codes)).transpose()
}

fn challenge(id: ChallengeDigest, row: Row, codes: Vec<SentCode>) -> sqlx::Result<Challenge> {
    Ok(Challenge {
        id,
        user_id: UserId::new(row.user_id),
        purpose: row.changes_user_id.map_or(Purpose::SignIn, |id| Purpose::ChangeNumber(UserId::new(id))),
        phone: PhoneNumber::from_stored(row.phone),
        phone_as_typed: row.phone_as_typed,
        region: row.region.as_deref().map(region).transpose()?,
        started_at: values::time(row.started_at_ms)?,
        guesses: row.guesses.try_into().map_err(|_| values::undecodable("a number of guesses"))?,
        is_consumed: row.consumed_at_ms.is_some(),
        codes,
    })
}

fn region(text: &str) -> sqlx::Result<RegionCode> {
    RegionCode::parse(text).ok_or_else(|| values::undecodable("a region"))
}

fn sent_code(row: &Row) -> Option<sqlx::Result<SentCode>> {
    let (digest, sent_at_ms) = (row.digest.as_deref()?, row.sent_at_ms?);
    let sent_code = || {
        Ok(SentCode {
            digest: CodeDigest::from_bytes(values::digest(digest)?),
            sent_at: values::time(sent_at_ms)?,
        })
    };
    Some(sent_code())
}
