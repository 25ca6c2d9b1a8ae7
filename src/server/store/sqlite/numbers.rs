//! Numbers of accounts.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use super::{SqliteStore, StoreError, act::Act, begin, openings, sessions};
use crate::{
    domain::{challenge::Challenge, phone_number::PhoneNumber, session::SessionDigest, user::UserId},
    server::store::{
        Proof, SpentGuess,
        numbers::{NumberChange, NumberChanged, NumberStore, NumberUndo},
    },
};

pub(super) const PHONE_OF_SESSION: &str = "SELECT users.phone FROM sessions JOIN users ON users.id = sessions.user_id \
     WHERE sessions.digest = $1 AND sessions.user_id = $2";
/// A number is free when nobody ever verified a code of it, and no other account had it until lately.
pub(super) const IS_FREE: &str = "SELECT NOT EXISTS (SELECT 1 FROM users WHERE phone = $1 AND is_active = 1) \
     AND NOT EXISTS (SELECT 1 FROM former_numbers WHERE phone = $1 AND user_id <> $2 AND kept_until_ms > $3)";
/// Attempts to sign in with the number before are over. The inactive user of the new one makes room, and attempts to sign in
/// with that number are attempts at its new account. Several statements in one: see [`super::several`].
pub(super) const GIVE: &str = "UPDATE challenges SET consumed_at_ms = $3 WHERE user_id = $1 AND consumed_at_ms IS NULL; \
     UPDATE challenges SET user_id = $1 WHERE user_id = (SELECT id FROM users WHERE phone = $2 AND id <> $1); \
     UPDATE events SET user_id = NULL WHERE user_id = (SELECT id FROM users WHERE phone = $2 AND id <> $1); \
     DELETE FROM users WHERE phone = $2 AND id <> $1; \
     UPDATE users SET phone = $2 WHERE id = $1; \
     DELETE FROM sessions WHERE user_id = $1; \
     DELETE FROM devices WHERE user_id = $1; \
     DELETE FROM former_numbers WHERE phone = $2";
pub(super) const KEEP_FORMER: &str = "INSERT INTO former_numbers (phone, user_id, digest, kept_until_ms) \
     VALUES ($1, $2, $3, $4) ON CONFLICT (phone) DO UPDATE SET user_id = $2, digest = $3, kept_until_ms = $4";
pub(super) const FIND_FORMER: &str =
    "SELECT user_id FROM former_numbers WHERE phone = $1 AND kept_until_ms > $2";
pub(super) const IS_UNDO: &str = "SELECT user_id, kept_until_ms FROM former_numbers WHERE phone = $1 AND digest = $2 AND kept_until_ms > $3";
/// Later changes are undone with this one. Earlier ones are not: else a thief who changed the number twice could undo the second
/// change and so void the code that the owner got at the first.
pub(super) const UNDONE: &str = "DELETE FROM former_numbers WHERE user_id = $1 AND kept_until_ms >= $2; \
     DELETE FROM recovery_codes WHERE user_id = $1; \
     UPDATE users SET deletes_at_ms = NULL WHERE id = $1";

#[async_trait]
impl NumberStore for SqliteStore {
    async fn change_number(&self, new: &NumberChange) -> Result<NumberChanged, StoreError> {
        let mut act = self.act().await?;
        let changed = change(&mut act, new).await;
        self.end(act, changed).await
    }

    async fn find_former_user(
        &self,
        phone: &PhoneNumber,
        now: DateTime<Utc>,
    ) -> Result<Option<UserId>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        let query = sqlx::query_scalar(FIND_FORMER).bind(phone.e164()).bind(now.timestamp_millis());
        Ok(query.fetch_optional(&mut *reader).await?.map(UserId::new))
    }

    async fn undo_change(&self, undo: &NumberUndo) -> Result<bool, StoreError> {
        let mut writer = self.writer.acquire().await?;
        let mut act = begin(&mut writer).await?;
        let is_undone = give_back(&mut act, undo).await?;
        self.commit(act).await?;
        Ok(is_undone)
    }

    async fn discard(&self, challenge: &Challenge, guess: &SpentGuess) -> Result<(), StoreError> {
        let mut act = self.act().await?;
        let discarded = discard(&mut act, challenge, guess).await;
        self.end(act, discarded).await
    }
}

async fn discard(act: &mut Act<'_>, challenge: &Challenge, guess: &SpentGuess) -> sqlx::Result<()> {
    sessions::use_up(act, challenge, guess.at, Some(guess)).await?;
    act.commit().await
}

async fn change(act: &mut Act<'_>, new: &NumberChange) -> sqlx::Result<NumberChanged> {
    let changed = change_by_consuming(act, new).await?;
    // Whatever came of it, the code is used up.
    act.commit().await?;
    Ok(changed)
}

async fn change_by_consuming(act: &mut Act<'_>, new: &NumberChange) -> sqlx::Result<NumberChanged> {
    let NumberChange { user_id, session, .. } = new;
    // A code on paper proves an account, not a number.
    let Proof::Code(challenge) = &session.proof else { return Ok(NumberChanged::AlreadyUsed) };
    if !sessions::use_up(act, challenge, session.created_at, session.guess.as_ref()).await? {
        return Ok(NumberChanged::AlreadyUsed);
    }
    let connection = act.begun().await?;
    let asking = session.earlier.as_ref().map(SessionDigest::as_bytes);
    let query = sqlx::query_scalar(PHONE_OF_SESSION).bind(asking).bind(user_id.get());
    let Some(former) = query.fetch_optional(&mut *connection).await?.map(PhoneNumber::from_stored) else {
        return Ok(NumberChanged::SessionEnded);
    };
    let now = session.created_at.timestamp_millis();
    let query = sqlx::query_scalar(IS_FREE).bind(challenge.phone.e164()).bind(user_id.get()).bind(now);
    if !query.fetch_one(&mut *connection).await? {
        return Ok(NumberChanged::Taken);
    }
    give(connection, *user_id, &challenge.phone, session.created_at).await?;
    let query = sqlx::query(KEEP_FORMER).bind(former.e164()).bind(user_id.get()).bind(new.undo.as_bytes());
    query.bind(new.kept_until.timestamp_millis()).execute(&mut *connection).await?;
    openings::opening(*user_id, session).execute(&mut *connection).await?;
    Ok(NumberChanged::Done(former))
}

async fn give_back(connection: &mut SqliteConnection, undo: &NumberUndo) -> sqlx::Result<bool> {
    let query = sqlx::query_as(IS_UNDO).bind(undo.phone.e164()).bind(undo.digest.as_bytes());
    let found: Option<(i64, i64)> =
        query.bind(undo.at.timestamp_millis()).fetch_optional(&mut *connection).await?;
    let Some((user_id, kept_until_ms)) = found else { return Ok(false) };
    give(connection, UserId::new(user_id), &undo.phone, undo.at).await?;
    sqlx::query(UNDONE).bind(user_id).bind(kept_until_ms).execute(&mut *connection).await?;
    Ok(true)
}

async fn give(
    connection: &mut SqliteConnection,
    user_id: UserId,
    phone: &PhoneNumber,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let query = sqlx::query(GIVE).bind(user_id.get()).bind(phone.e164()).bind(now.timestamp_millis());
    query.execute(connection).await?;
    Ok(())
}
