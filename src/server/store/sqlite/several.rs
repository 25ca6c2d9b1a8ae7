//! Several statements in one. Each statement by itself is a way to the thread of the connection and back, which costs more than
//! most statements do.
//!
//! In a sign-in a limit is written `LIMIT $1 + 0`. Where it is a parameter alone, SQLite looks at its value when it plans, and plans anew for
//! every value that is bound: a fifth of all that a sign-in asked of the processor.

use futures_util::TryStreamExt as _;
use sqlx::{
    Either, Executor as _, Row as _, Sqlite, SqliteConnection,
    sqlite::{SqliteArguments, SqliteRow},
};

/// Statements with what is bound to them. The numbers of parameters go on through all of them.
pub(super) type Query<'a> = sqlx::query::Query<'a, Sqlite, SqliteArguments>;

/// How many rows the statement before it has changed. `RETURNING` would say it too; for that, SQLite builds a table each time.
pub(super) const CHANGED: &str = "SELECT changes()";

/// Whether the answer to [`CHANGED`] is that any was.
pub(super) fn has_changed(rows: &[SqliteRow]) -> sqlx::Result<bool> {
    let changed: i64 = rows.first().ok_or(sqlx::Error::RowNotFound)?.try_get(0)?;
    Ok(changed > 0)
}

/// Runs the statements one after the other, and gives the rows of each apart.
pub(super) async fn fetch<const STATEMENTS: usize>(
    connection: &mut SqliteConnection,
    query: Query<'_>,
) -> sqlx::Result<[Vec<SqliteRow>; STATEMENTS]> {
    fetch_after(0, connection, query).await
}

/// The same without the rows of so many statements at the beginning.
pub(super) async fn fetch_after<const STATEMENTS: usize>(
    first: usize,
    connection: &mut SqliteConnection,
    query: Query<'_>,
) -> sqlx::Result<[Vec<SqliteRow>; STATEMENTS]> {
    let mut rows: [Vec<SqliteRow>; STATEMENTS] = std::array::from_fn(|_| Vec::new());
    let mut statement = 0_usize;
    let mut stream = connection.fetch_many(query);
    while let Some(next) = stream.try_next().await? {
        match next {
            Either::Left(_) => statement += 1,
            Either::Right(row) => {
                if let Some(own) = statement.checked_sub(first).and_then(|place| rows.get_mut(place)) {
                    own.push(row);
                }
            }
        }
    }
    Ok(rows)
}
