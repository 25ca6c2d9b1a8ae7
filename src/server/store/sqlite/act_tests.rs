use std::time::Duration;

use sqlx::{ConnectOptions as _, Row as _, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use super::*;
use crate::server::store::sqlite::connections::Connections;

/// The one connection to a new file with a table `t`. A mark on it shows whether it is still the same.
async fn connections() -> (Connections, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new().filename(folder.path().join("a.db")).create_if_missing(true);
    let options = options.busy_timeout(Duration::from_millis(20));
    let connections = Connections::new(options, 1, Duration::from_secs(2));
    sqlx::query("CREATE TABLE t (x INTEGER NOT NULL); CREATE TEMP TABLE mark (x)")
        .execute(&mut *connections.acquire().await.unwrap())
        .await
        .unwrap();
    (connections, folder)
}

async fn act(connections: &Connections) -> Act<'_> {
    Act::new(connections.acquire().await.unwrap())
}

/// Another program with the same file.
fn other(folder: &TempDir) -> Connections {
    let options = SqliteConnectOptions::new().filename(folder.path().join("a.db"));
    Connections::new(options, 1, Duration::from_secs(2))
}

fn insert(number: i64) -> Query<'static> {
    sqlx::query("INSERT INTO t VALUES ($1)").bind(number)
}

/// As another program sees it.
async fn kept(folder: &TempDir) -> Vec<i64> {
    let options = SqliteConnectOptions::new().filename(folder.path().join("a.db"));
    let mut connection = options.connect().await.unwrap();
    sqlx::query_scalar("SELECT x FROM t ORDER BY x").fetch_all(&mut connection).await.unwrap()
}

async fn is_the_same(connections: &Connections) -> bool {
    let query = sqlx::query("SELECT x FROM temp.mark");
    query.execute(&mut *connections.acquire().await.unwrap()).await.is_ok()
}

#[tokio::test]
async fn the_rows_of_each_statement_are_apart_whether_it_begins_the_act_or_ends_it() {
    let (connections, folder) = connections().await;
    let mut act = act(&connections).await;
    let numbers = |rows: &[SqliteRow]| rows.iter().map(|row| row.get(0)).collect::<Vec<i64>>();
    let several = "INSERT INTO t VALUES ($1) RETURNING x; SELECT 7 UNION ALL SELECT 8; SELECT x + $2 FROM t";
    for end in [false, true] {
        let query = sqlx::query(several).bind(1).bind(10);
        let fetched = if end { act.fetch_and_commit(query).await } else { act.fetch(query).await };
        let [inserted, constants, sums] = fetched.unwrap();
        assert_eq!((numbers(&inserted), numbers(&constants)), (vec![1], vec![7, 8]));
        assert_eq!(numbers(&sums), if end { vec![11, 11] } else { vec![11] });
    }
    act.give_up().await;
    assert_eq!(kept(&folder).await, [1, 1]);
}

#[tokio::test]
async fn what_is_given_up_is_undone_and_the_connection_goes_on() {
    let (connections, folder) = connections().await;
    let mut given_up = act(&connections).await;
    let [] = given_up.fetch(insert(1)).await.unwrap();
    given_up.give_up().await;
    let mut committed = act(&connections).await;
    insert(2).execute(committed.begun().await.unwrap()).await.unwrap();
    committed.commit().await.unwrap();
    committed.give_up().await;
    assert_eq!(kept(&folder).await, [2]);
    assert!(is_the_same(&connections).await);
}

/// The future of a request was dropped, or it panicked.
#[tokio::test]
async fn an_act_that_nobody_ends_leaves_nothing_and_holds_up_nobody() {
    let (connections, folder) = connections().await;
    let mut dropped = act(&connections).await;
    let [] = dropped.fetch(insert(1)).await.unwrap();
    drop(dropped);
    let program = other(&folder);
    let mut other = act(&program).await;
    let [] = other.fetch(insert(3)).await.expect("the lock is free for another program");
    other.give_up().await;
    let mut next = act(&connections).await;
    let [] = next.fetch_and_commit(insert(2)).await.unwrap();
    next.give_up().await;
    assert_eq!(kept(&folder).await, [2]);
}

#[tokio::test]
async fn where_a_last_statement_fails_nothing_is_committed() {
    let (connections, folder) = connections().await;
    let mut act = act(&connections).await;
    let [] = act.fetch(insert(1)).await.unwrap();
    let failing = sqlx::query("INSERT INTO t VALUES (2); INSERT INTO t VALUES (NULL)");
    assert!(act.fetch_and_commit::<0>(failing).await.is_err());
    act.give_up().await;
    assert_eq!(kept(&folder).await, [0_i64; 0]);
    assert!(is_the_same(&connections).await);
}

/// Another program holds the lock: nothing begins, there is nothing to undo, and the same connection is good for the next act.
#[tokio::test]
async fn an_act_that_cannot_begin_leaves_the_connection_as_it_was() {
    let (connections, folder) = connections().await;
    let other = other(&folder);
    let mut holder = act(&other).await;
    let [] = holder.fetch(insert(1)).await.unwrap();
    let mut refused = act(&connections).await;
    let error = refused.fetch::<0>(insert(2)).await.unwrap_err();
    assert!(error.to_string().contains("locked"), "{error}");
    refused.give_up().await;
    holder.give_up().await;
    let mut next = act(&connections).await;
    let [] = next.fetch_and_commit(insert(3)).await.unwrap();
    next.give_up().await;
    assert_eq!(kept(&folder).await, [3]);
    assert!(is_the_same(&connections).await);
}
