use tempfile::TempDir;

use super::*;

/// Connections to a new file, with a patience in which a busy machine can open one.
fn connections(most: usize) -> (Connections, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new().filename(folder.path().join("a.db")).create_if_missing(true);
    (Connections::new(options, most, Duration::from_secs(2)), folder)
}

async fn count(connections: &Connections) -> i64 {
    let mut turn = connections.acquire().await.unwrap();
    sqlx::query_scalar("SELECT count(*) FROM t").fetch_one(&mut *turn).await.unwrap()
}

#[tokio::test]
async fn there_are_no_more_than_so_many_and_who_comes_then_waits_no_longer_than_its_patience() {
    let (connections, _folder) = connections(2);
    let (one, _other) = (connections.acquire().await.unwrap(), connections.acquire().await.unwrap());
    let refused =
        timeout(Duration::from_secs(10), connections.acquire()).await.expect("its patience is over");
    assert!(matches!(refused, Err(sqlx::Error::PoolTimedOut)));
    drop(one);
    assert!(connections.acquire().await.is_ok());
}

#[tokio::test]
async fn a_transaction_that_is_given_up_leaves_nothing_and_holds_up_nobody() {
    let (connections, _folder) = connections(1);
    let mut turn = connections.acquire().await.unwrap();
    sqlx::query("CREATE TABLE t (x)").execute(&mut *turn).await.unwrap();
    let mut act = turn.begin().await.unwrap();
    sqlx::query("INSERT INTO t VALUES (1)").execute(&mut *act).await.unwrap();
    drop(act);
    drop(turn);
    assert_eq!(count(&connections).await, 0);
    let mut turn = connections.acquire().await.unwrap();
    let mut act = turn.begin().await.unwrap();
    sqlx::query("INSERT INTO t VALUES (2)").execute(&mut *act).await.unwrap();
    act.commit().await.unwrap();
    drop(turn);
    assert_eq!(count(&connections).await, 1);
}

/// Without its word, for nobody knows what becomes of a transaction whose end was never told.
#[tokio::test]
async fn a_connection_that_has_lost_count_of_its_transactions_is_replaced() {
    let (connections, _folder) = connections(1);
    let mut turn = connections.acquire().await.unwrap();
    std::mem::forget(turn.begin().await.unwrap());
    drop(turn);
    let turn = connections.acquire().await.unwrap();
    assert!(!turn.is_in_transaction());
}

/// Whatever its end came to: nobody heard of it.
#[tokio::test]
async fn a_connection_that_comes_back_within_an_act_is_closed_and_what_the_act_wrote_is_undone() {
    let (connections, _folder) = connections(1);
    let mut turn = connections.acquire().await.unwrap();
    sqlx::query("CREATE TABLE t (x)").execute(&mut *turn).await.unwrap();
    turn.set_in_act(true);
    sqlx::query("BEGIN; INSERT INTO t VALUES (1)").execute(&mut *turn).await.unwrap();
    drop(turn);
    assert_eq!(count(&connections).await, 0);
}

#[tokio::test]
async fn closing_waits_for_those_who_came_first_and_then_nobody_gets_one() {
    let (connections, _folder) = connections(1);
    let turn = connections.acquire().await.unwrap();
    let waited = async { connections.acquire().await.map(drop) };
    let closed = async {
        connections.close().await;
        connections.acquire().await.map(drop)
    };
    tokio::pin!(waited, closed);
    assert!(timeout(Duration::from_millis(20), &mut waited).await.is_err(), "it came before");
    assert!(timeout(Duration::from_millis(20), &mut closed).await.is_err(), "it waits");
    drop(turn);
    let (waited, closed) = tokio::join!(waited, closed);
    assert!(waited.is_ok() && matches!(closed, Err(sqlx::Error::PoolClosed)), "{waited:?} {closed:?}");
}
