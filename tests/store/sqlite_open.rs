//! Opening a SQLite file: made for this user alone, or refused with the remedy.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, time::Duration};

use mobile_auth::server::store::sqlite::{OpenError, SqliteStore};

use super::sqlite::{Place, url};

#[tokio::test]
async fn folder_and_file_are_made_for_this_user_alone() {
    let place = Place::new();
    let file = place.folder.path().join("a/b/store.db");
    SqliteStore::open(&url(&file)).await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&place.folder.path().join("a")), 0o700);
    assert_eq!(mode(&place.folder.path().join("a/b")), 0o700);
    assert_eq!(mode(&file), 0o600);

    let short = format!("sqlite:{}?mode=rwc", place.file().display());
    SqliteStore::open(&short).await.unwrap();
    assert!(place.file().exists());
}

async fn refusal(url: &str) -> OpenError {
    SqliteStore::open_with_patience(url, Duration::from_millis(100)).await.unwrap_err()
}

#[tokio::test]
async fn a_url_that_names_no_file_is_refused() {
    let urls = [
        "",
        "data/mobile-auth.db",
        "postgres://localhost/mobile-auth",
        "sqlite:",
        "sqlite://",
        "sqlite::memory:",
        "sqlite://:memory:",
        "sqlite://store.db?mode=memory",
        "sqlite:file:store.db",
        "sqlite://store.db?colour=blue",
    ];
    for url in urls {
        let error = refusal(url).await;
        assert!(matches!(error, OpenError::Url { .. }), "{url:?}: {error:?}");
        assert!(error.to_string().contains("sqlite://data/mobile-auth.db"), "{error}");
    }
    assert!(!Path::new("store.db").exists());
}

#[tokio::test]
async fn a_place_that_cannot_be_used_is_named_with_the_remedy() {
    let place = Place::new();
    let path = |name: &str| place.folder.path().join(name);
    fs::write(
        path("a-file"),
        "this is not a database, whatever its name says; it is longer than a page header",
    )
    .unwrap();
    fs::create_dir(path("a-folder")).unwrap();

    let error = refusal(&url(&path("a-file/store.db"))).await;
    assert!(matches!(error, OpenError::Folder { .. }), "{error:?}");
    let error_text = error.to_string();
    assert!(error_text.contains("a-file") && error_text.contains("[database] url"), "{error_text}");

    let error = refusal(&url(&path("a-folder"))).await;
    assert!(matches!(error, OpenError::File { .. }), "{error:?}");

    let error = refusal(&url(&path("a-file"))).await;
    assert!(matches!(error, OpenError::Connect { .. }), "{error:?}");
    assert!(error.to_string().contains("not a database"), "{error}");
    assert!(fs::read(path("a-file")).unwrap().starts_with(b"this is not"), "a foreign file is left alone");
}

/// Nothing stops the system's administrator, so that this shows something only for an ordinary user.
#[tokio::test]
async fn a_folder_that_may_not_be_written_to_is_named() {
    let place = Place::new();
    fs::set_permissions(place.folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    let is_bound = fs::write(place.folder.path().join("probe"), "").is_err();
    if is_bound {
        let error = refusal(&place.url()).await;
        assert!(matches!(error, OpenError::File { .. }), "{error:?}");
        assert!(error.to_string().contains("store.db"), "{error}");
    }
    fs::set_permissions(place.folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
}

#[tokio::test]
async fn a_database_of_another_version_is_left_alone() {
    let place = Place::new();
    place.open().await.close().await;
    let mut stranger = place.stranger().await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9999, 'from the future', TRUE, x'00', 0)";
    sqlx::query(newer).execute(&mut stranger).await.unwrap();
    let error = refusal(&place.url()).await;
    assert!(matches!(error, OpenError::Newer { migration: 9999, .. }), "{error:?}");
    assert!(error.to_string().contains("newer version"), "{error}");

    sqlx::query("DELETE FROM _sqlx_migrations WHERE version = 9999").execute(&mut stranger).await.unwrap();
    sqlx::query("UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1")
        .execute(&mut stranger)
        .await
        .unwrap();
    let error = refusal(&place.url()).await;
    assert!(matches!(error, OpenError::Migrate { .. }), "{error:?}");
}
