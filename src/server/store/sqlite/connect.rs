//! From a URL to an open database with an up-to-date schema.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sqlx::{
    ConnectOptions as _, Connection as _, SqliteConnection,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::{fs, sync::watch};
use tracing::info;

use super::{OpenError, SqliteStore, connections::Connections, version};

/// Enough for the pages that only read; each is a thread with a page cache of its own.
const READERS: usize = 4;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

pub(super) async fn open(url: &str, patience: Duration) -> Result<SqliteStore, OpenError> {
    let options = parse(url)?.busy_timeout(patience);
    let file = options.get_filename().to_path_buf();
    let failed = |source| OpenError::Connect { file: file.clone(), source };

    let sqlite = sqlite_version().await.map_err(failed)?;
    if !version::is_supported(&sqlite) {
        return Err(OpenError::TooOld { found: sqlite });
    }
    make_folder(&file).await?;
    make_file(&file).await?;
    let writer = Connections::new(for_writing(options.clone()), 1, patience);
    {
        let mut connection = writer.acquire().await.map_err(failed)?;
        check_write_ahead_log(&mut connection, &file).await?;
        migrate(&mut connection, &file).await?;
    }
    let readers = Connections::new(options.read_only(true), READERS, patience);
    drop(readers.acquire().await.map_err(failed)?);
    info!(event = "database_opened", file = %file.display(), sqlite);
    let (writer, readers, has_failed) = (Arc::new(writer), Arc::new(readers), watch::Sender::new(false));
    Ok(SqliteStore { writer, readers, has_failed })
}

/// Reads the URL. SQLite would take an unknown scheme for a file name, and keep nothing for `:memory:`.
fn parse(url: &str) -> Result<SqliteConnectOptions, OpenError> {
    let no_file = |reason: &str| OpenError::Url { url: url.to_owned(), reason: reason.to_owned() };
    if !url.starts_with("sqlite:") {
        return Err(no_file("it does not begin with sqlite:"));
    }
    let options: SqliteConnectOptions =
        url.parse().map_err(|error: sqlx::Error| no_file(&error.to_string()))?;
    let name = options.get_filename().to_string_lossy();
    if name.is_empty() {
        return Err(no_file("the name of the file is missing"));
    }
    if name.starts_with("file:") || url.contains("mode=memory") {
        return Err(no_file("users and sessions must outlive the program"));
    }
    Ok(options.shared_cache(false).foreign_keys(true).disable_statement_logging())
}

/// FULL: the log is on the disk when a commit returns. With NORMAL a power cut takes the last commits back, and a used
/// code would be good again. What is deleted is overwritten where that costs no further page, so that a number does not stay
/// readable in the file after its row has gone (<https://www.sqlite.org/pragma.html#pragma_secure_delete>).
fn for_writing(options: SqliteConnectOptions) -> SqliteConnectOptions {
    let options = options.create_if_missing(true).pragma("secure_delete", "FAST");
    options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full)
}

/// Asks a database in memory, so that a SQLite with a bug never touches the file.
async fn sqlite_version() -> sqlx::Result<String> {
    let mut connection = SqliteConnectOptions::new().disable_statement_logging().connect().await?;
    let version = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(version)
}

/// Makes the folder, for this user alone.
async fn make_folder(file: &Path) -> Result<(), OpenError> {
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).await;
    made.map_err(|source| OpenError::Folder { folder: folder.to_path_buf(), source })
}

/// Makes the file, for this user alone; SQLite gives its log the same mode. A file that is there is not opened here:
/// closing it would take away the locks that this process holds on it (POSIX).
async fn make_file(file: &Path) -> Result<(), OpenError> {
    let failed = |source| OpenError::File { file: file.to_path_buf(), source };
    match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).await {
        Ok(_) => Ok(()),
        Err(_) if file.is_dir() => Err(failed(ErrorKind::IsADirectory.into())),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

async fn check_write_ahead_log(writer: &mut SqliteConnection, file: &Path) -> Result<(), OpenError> {
    let asked = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(writer).await;
    let mode: String = asked.map_err(|source| OpenError::Connect { file: file.to_path_buf(), source })?;
    if mode != "wal" {
        return Err(OpenError::NoWriteAheadLog { file: file.to_path_buf(), mode });
    }
    Ok(())
}

async fn migrate(writer: &mut SqliteConnection, file: &Path) -> Result<(), OpenError> {
    let file: PathBuf = file.to_path_buf();
    MIGRATIONS.run(writer).await.map_err(|error| match error {
        MigrateError::VersionMissing(migration) => OpenError::Newer { file, migration },
        source => OpenError::Migrate { file, source },
    })
}
