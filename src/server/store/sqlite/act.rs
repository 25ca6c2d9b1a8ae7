//! A transaction whose first statements begin it and whose last ones end it.
//!
//! `BEGIN` and `COMMIT` by themselves are each a way to the thread of the connection and back (see [`super::several`]). In the acts
//! of a sign-in they go along with other statements: the one writer is held for fewer ways, and a busy machine makes each of them
//! long.

use futures_util::FutureExt as _;
use sqlx::{AssertSqlSafe, Execute as _, SqliteConnection, sqlite::SqliteRow};

use super::{
    connections::Turn,
    several::{self, Query},
};

const BEGIN: &str = "BEGIN IMMEDIATE";

/// A transaction that writes. Unless it is committed, [`Act::give_up`] must follow.
pub(super) struct Act<'a> {
    turn: Turn<'a>,
}

impl<'a> Act<'a> {
    pub(super) const fn new(turn: Turn<'a>) -> Self {
        Self { turn }
    }

    /// Runs statements; the first of an act begin it.
    pub(super) async fn fetch<const STATEMENTS: usize>(
        &mut self,
        query: Query<'_>,
    ) -> sqlx::Result<[Vec<SqliteRow>; STATEMENTS]> {
        if self.turn.is_in_act() {
            return several::fetch(&mut self.turn, query).await;
        }
        self.turn.set_in_act(true);
        several::fetch_after(1, &mut self.turn, within(BEGIN, query, "")?).await
    }

    /// Runs the last statements, and commits; it is on the disk when this returns. Where one of them fails, nothing is committed.
    pub(super) async fn fetch_and_commit<const STATEMENTS: usize>(
        &mut self,
        query: Query<'_>,
    ) -> sqlx::Result<[Vec<SqliteRow>; STATEMENTS]> {
        self.begun().await?;
        let rows = several::fetch(&mut self.turn, within("", query, "COMMIT")?).await?;
        self.turn.set_in_act(false);
        Ok(rows)
    }

    /// Commits; it is on the disk when this returns.
    pub(super) async fn commit(&mut self) -> sqlx::Result<()> {
        let [] = self.fetch_and_commit(sqlx::query("")).await?;
        Ok(())
    }

    /// The connection, for single statements between the first and the last.
    pub(super) async fn begun(&mut self) -> sqlx::Result<&mut SqliteConnection> {
        if !self.turn.is_in_act() {
            let [] = self.fetch(sqlx::query("")).await?;
        }
        Ok(&mut self.turn)
    }

    /// Undoes what was not committed.
    pub(super) async fn give_up(mut self) {
        if !self.turn.is_in_act() {
            return;
        }
        match sqlx::query("ROLLBACK").execute(&mut *self.turn).await {
            Ok(_) => self.turn.set_in_act(false),
            // It did not begin, or SQLite ended it by itself, as it does when the disk is full.
            Err(error) if is_nothing_to_undo(&error) => self.turn.set_in_act(false),
            // The connection is closed before the next act.
            Err(_) => {}
        }
    }
}

/// Whoever waited for it is gone, or panicked. The end is ordered and not waited for: the file's lock is free at once, for other
/// programs too, and the connection is closed before the next act.
impl Drop for Act<'_> {
    fn drop(&mut self) {
        if self.turn.is_in_act() {
            let _ = sqlx::query("ROLLBACK").execute(&mut *self.turn).now_or_never();
        }
    }
}

/// The statements between two others.
fn within<'a>(first: &str, mut query: Query<'a>, last: &str) -> sqlx::Result<Query<'a>> {
    let arguments = query.take_arguments().map_err(sqlx::Error::Encode)?.unwrap_or_default();
    let statements = [first, query.sql().as_str(), last].join(";");
    Ok(sqlx::query_with(AssertSqlSafe(statements), arguments))
}

/// `SQLITE_ERROR`: what a ROLLBACK says outside a transaction, and nothing else.
fn is_nothing_to_undo(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code == "1")
}

#[cfg(test)]
#[path = "act_tests.rs"]
mod tests;
