//! What cannot be seen from outside the adapter.

use sqlx::{AssertSqlSafe, Row as _, SqlitePool};
use tempfile::TempDir;

use super::*;

async fn store() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/store.db", folder.path().display());
    (SqliteStore::open(&url).await.unwrap(), folder)
}

async fn pragma(pool: &SqlitePool, name: &str) -> String {
    let row = sqlx::query(AssertSqlSafe(format!("PRAGMA {name}"))).fetch_one(pool).await.unwrap();
    row.try_get::<String, _>(0)
        .or_else(|_| row.try_get::<i64, _>(0).map(|number| number.to_string()))
        .unwrap()
}

#[tokio::test]
async fn the_writer_waits_for_the_disk() {
    let (store, _folder) = store().await;
    let expected =
        [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"), ("busy_timeout", "5000")];
    for (name, value) in expected {
        assert_eq!(pragma(&store.writer, name).await, value, "{name}");
    }
    assert_eq!(store.writer.options().get_max_connections(), 1);
}

#[tokio::test]
async fn readers_cannot_write() {
    let (store, _folder) = store().await;
    let error = sqlx::query("DELETE FROM users").execute(&store.readers).await.unwrap_err();
    assert!(error.to_string().contains("readonly"), "{error}");
}

/// The cost of a sign-in must not grow with the number of users: no statement reads a whole table.
#[tokio::test]
async fn every_statement_finds_its_rows_by_an_index() {
    let (store, _folder) = store().await;
    let statements = [
        challenges::FIND_USER,
        challenges::END,
        challenges::DELETE_CODE,
        challenges::DELETE_EMPTY,
        challenges::FIND,
        challenges::BEGIN_GUESS,
        sends::FIND,
        sends::DELETE,
        sessions::CONSUME,
        sessions::ACTIVATE_USER,
        sessions::FIND,
        sessions::TOUCH,
        sessions::DELETE,
        cleanup::CHALLENGES,
        cleanup::SENDS,
        cleanup::AGED_SESSIONS,
        cleanup::IDLE_SESSIONS,
        cleanup::USERS,
    ];
    for sql in statements {
        let explained = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
        let steps = explained.fetch_all(&store.writer).await.unwrap();
        for step in steps {
            let step: String = step.get("detail");
            assert!(!step.starts_with("SCAN"), "{step}: {sql}");
        }
    }
}

/// The same for what SQLite does by itself: deleting a row looks for those that refer to it.
#[tokio::test]
async fn every_reference_has_an_index() {
    let (store, _folder) = store().await;
    let references = sqlx::query_as::<_, (String, String)>(
        "SELECT tables.name, keys.\"from\" FROM pragma_table_list AS tables \
         JOIN pragma_foreign_key_list(tables.name) AS keys",
    );
    let references = references.fetch_all(&store.writer).await.unwrap();
    assert_eq!(references.len(), 3, "{references:?}");
    for (table, column) in references {
        let sql = format!("EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {column} = 1");
        let step = sqlx::query(AssertSqlSafe(sql)).fetch_one(&store.writer).await.unwrap();
        let step: String = step.get("detail");
        assert!(step.starts_with("SEARCH"), "{step}: {table}.{column}");
    }
}
