//! The connections to a file, and whose turn it is.
//!
//! Not sqlx's own pool: that asks each connection which comes back whether it still lives, in a task of its own and on a way to
//! the connection's thread that costs more than most statements. The connection to a file does not die of itself.

use std::time::Duration;

use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{
    sync::{MappedMutexGuard, Mutex, MutexGuard, Semaphore, SemaphorePermit},
    time::timeout,
};

/// A connection is asked at every 16th use whether it lives: its thread may have broken down, and says so to nobody.
const USES: u8 = 16;

/// A number of connections with the same options.
#[derive(Debug)]
pub(super) struct Connections {
    options: SqliteConnectOptions,
    patience: Duration,
    /// One for each connection that nobody uses.
    turns: Semaphore,
    /// A connection is opened when it is first wanted.
    places: Vec<Mutex<Option<Open>>>,
}

#[derive(Debug)]
struct Open {
    connection: SqliteConnection,
    uses: u8,
    /// Statements of ours may have begun a transaction, and nothing has ended it.
    is_in_act: bool,
}

/// The use of a connection.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    // Before the turn: whoever has that next must find a connection.
    open: MappedMutexGuard<'a, Open>,
    _turn: SemaphorePermit<'a>,
}

impl Connections {
    /// So many at most. Whoever asks for one waits no longer than `patience`.
    pub(super) fn new(options: SqliteConnectOptions, most: usize, patience: Duration) -> Self {
        let places = std::iter::repeat_with(Mutex::default).take(most).collect();
        Self { options, patience, turns: Semaphore::new(most), places }
    }

    /// A connection, in the order in which they are asked for.
    ///
    /// # Errors
    /// `PoolTimedOut` after `patience`, `PoolClosed` after [`Connections::refuse`], and those of opening a file.
    pub(super) async fn acquire(&self) -> sqlx::Result<Turn<'_>> {
        timeout(self.patience, self.turn()).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    async fn turn(&self) -> sqlx::Result<Turn<'_>> {
        let turn = self.turns.acquire().await.map_err(|_| sqlx::Error::PoolClosed)?;
        let mut place = self.free_place().await.ok_or(sqlx::Error::PoolClosed)?;
        if !is_usable(place.as_mut()).await {
            // Closed first, and with it whatever it had begun.
            *place = None;
            let connection = self.options.connect().await?;
            *place = Some(Open { connection, uses: 0, is_in_act: false });
        }
        let open = MutexGuard::try_map(place, Option::as_mut);
        Ok(Turn { open: open.map_err(|_| sqlx::Error::PoolClosed)?, _turn: turn })
    }

    /// The first that is free: it was used last, and has the most in its cache.
    async fn free_place(&self) -> Option<MutexGuard<'_, Option<Open>>> {
        let free = self.places.iter().find_map(|place| place.try_lock().ok());
        match (free, self.places.first()) {
            (Some(free), _) => Some(free),
            // Others took and left places behind our back; whoever has the first will not have it for long.
            (None, Some(first)) => Some(first.lock().await),
            (None, None) => None,
        }
    }

    /// Nobody gets a connection any more.
    pub(super) fn refuse(&self) {
        self.turns.close();
    }

    /// Waits for those who have a connection or wait for one, and closes all.
    pub(super) async fn close(&self) {
        let most = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        // An error: they are refused already.
        let _all = self.turns.acquire_many(most).await;
        self.refuse();
        for place in &self.places {
            if let Some(Open { connection, .. }) = place.lock().await.take() {
                // What was committed is on the disk, whatever becomes of the connection.
                let _ = connection.close().await;
            }
        }
    }
}

/// A full disk makes SQLite end a transaction by itself: sqlx then believes that it is still open, and would refuse every later
/// one. Or its end was ordered and is under way, for whoever began it went away.
async fn is_usable(place: Option<&mut Open>) -> bool {
    let Some(Open { connection, uses, is_in_act }) = place else { return false };
    // Nobody ended it.
    if *is_in_act {
        return false;
    }
    *uses = (*uses + 1) % USES;
    if connection.is_in_transaction() || *uses == 0 {
        return connection.ping().await.is_ok() && !connection.is_in_transaction();
    }
    true
}

impl Turn<'_> {
    /// Whether a transaction may be under way that sqlx does not know of.
    pub(super) fn is_in_act(&self) -> bool {
        self.open.is_in_act
    }

    /// Notes that one begins, or is over. A connection that is given back with one is closed before the next act, and what it had
    /// begun is undone.
    pub(super) fn set_in_act(&mut self, is_in_act: bool) {
        self.open.is_in_act = is_in_act;
    }
}

impl std::ops::Deref for Turn<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.open.connection
    }
}

impl std::ops::DerefMut for Turn<'_> {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.open.connection
    }
}

#[cfg(test)]
#[path = "connections_tests.rs"]
mod tests;
