//! The key that development makes once, and keeps for itself.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, ErrorKind, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use super::{fault::Fault, secret_key, site::SECRET_KEY};
use crate::{domain::site_key::SiteKey, server::entropy::Entropy};

/// Reads the key, and makes it before when there is none. Two processes that start at once get the same key.
///
/// # Errors
/// The file is readable by others, broken, or cannot be read or made. It is never replaced.
pub fn open_or_create(path: &Path, entropy: &dyn Entropy) -> Result<SiteKey, Fault> {
    if let Some(key) = read(path)? {
        return Ok(key);
    }
    create(path, entropy).map_err(|error| {
        let problem = format!("could not be made: {error}");
        let remedy = format!("Start where this user may write, or give a key as {SECRET_KEY}.");
        Fault::of_whole(path.display(), problem, remedy)
    })?;
    let gone = || Fault::of_whole(path.display(), "was made and is gone again", "Start again.");
    read(path)?.ok_or_else(gone)
}

/// The key; `None`: there is no such file.
///
/// # Errors
/// The file is readable by others, broken, or cannot be read.
pub fn read(path: &Path) -> Result<Option<SiteKey>, Fault> {
    let shown = path.display();
    let unreadable = |error: io::Error| {
        Fault::of_whole(&shown, format!("could not be read: {error}"), "It must belong to the server's user.")
    };
    let text = match fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    if is_open_to_others(path).map_err(unreadable)? {
        let remedy =
            format!("Run `chmod 600 {shown}`; if others may have read it, delete it: codes under way die.");
        return Err(Fault::of_whole(&shown, "can be read by other users of this machine", remedy));
    }
    let broken = |_| {
        let remedy = "Restore it, or delete it to get a new one: codes under way die.";
        Fault::of_whole(&shown, "does not hold a key of 32 bytes in base64", remedy)
    };
    secret_key::parse(&text).map(Some).map_err(broken)
}

fn is_open_to_others(path: &Path) -> io::Result<bool> {
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

/// Writes the key beside its place and links it there whole: a link fails where a file already is, so that of two
/// processes one wins and both then read the same.
fn create(path: &Path, entropy: &dyn Entropy) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    create_folder(folder)?;
    let mut random = entropy.random();
    let key = SiteKey::generate(&mut *random);
    let beside = beside(path, random.next_u64());
    let linked = write(&beside, &key).and_then(|()| match fs::hard_link(&beside, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let removed = fs::remove_file(&beside);
    linked.and(removed)?;
    // The name must survive a power cut as the codes' digests in the database do.
    fs::File::open(folder)?.sync_all()
}

fn beside(path: &Path, number: u64) -> PathBuf {
    path.with_extension(format!("{number:016x}.new"))
}

fn write(path: &Path, key: &SiteKey) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let text = Zeroizing::new(format!("{}\n", STANDARD.encode(key.reveal())));
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Makes a folder that only its owner may enter, and those above it; leaves an existing one as it is.
fn create_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
#[path = "key_file_tests.rs"]
mod tests;
