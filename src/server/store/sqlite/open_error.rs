//! Why a database could not be opened, in words for the operator.

use std::path::PathBuf;

/// Why a database could not be opened: what, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL names no file.
    #[error(
        "the database URL {url:?} names no file: {reason}. Give [database] url a value like \
         sqlite://data/mobile-auth.db, or sqlite:///var/lib/mobile-auth/mobile-auth.db with an absolute path"
    )]
    Url {
        /// As it was given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The folder is missing and could not be made.
    #[error(
        "the folder {} for the database cannot be made: {source}. Make it for the user that runs this program, or \
         name a file in a folder that this user may write to in [database] url", folder.display()
    )]
    Folder {
        /// The folder of the database.
        folder: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The file is missing and could not be made, or is no file.
    #[error(
        "the database file {} cannot be made: {source}. The user that runs this program must be able to write to its \
         folder; or name another file in [database] url", file.display()
    )]
    File {
        /// The database.
        file: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// SQLite could not open or read the file.
    #[error(
        "the database {} cannot be opened: {source}. The user that runs this program must be able to read and write \
         the file and its folder, no other program may hold it locked, and it must be a SQLite database", file.display()
    )]
    Connect {
        /// The database.
        file: PathBuf,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// The linked SQLite may corrupt the data.
    #[error(
        "this program is linked with SQLite {found}, which may corrupt a database in WAL mode (the WAL-reset bug). \
         Build it with the bundled SQLite, or with 3.51.3 or later (or 3.50.7, or 3.44.6)"
    )]
    TooOld {
        /// The version of SQLite.
        found: String,
    },
    /// The file system cannot keep a write-ahead log.
    #[error(
        "the database {} cannot use a write-ahead log (it stays in mode {mode:?}). Put it on a local disk: network \
         file systems cannot share its index", file.display()
    )]
    NoWriteAheadLog {
        /// The database.
        file: PathBuf,
        /// The journal mode that SQLite chose instead.
        mode: String,
    },
    /// The database has a migration that this program does not know.
    #[error(
        "the database {} was written by a newer version of this program (it has migration {migration}, unknown here). \
         Run that version, or restore the copy made before the upgrade", file.display()
    )]
    Newer {
        /// The database.
        file: PathBuf,
        /// The unknown migration.
        migration: i64,
    },
    /// The schema could not be brought up to date.
    #[error(
        "the schema of the database {} cannot be brought up to date: {source}. Nothing of the failed step was kept; \
         restore a copy, or report this with the message above", file.display()
    )]
    Migrate {
        /// The database.
        file: PathBuf,
        /// What went wrong.
        source: sqlx::migrate::MigrateError,
    },
}
