use std::{fs, os::unix::fs::PermissionsExt as _};

use super::running::Folder;

#[test]
fn the_first_start_makes_a_key_for_the_owner_alone_and_later_ones_keep_it() {
    let folder = Folder::new();
    drop(folder.serve(&[]));
    let path = folder.path("data/secret.key");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let made = fs::read(&path).unwrap();
    drop(folder.serve(&[]));
    assert_eq!(fs::read(&path).unwrap(), made);
}

#[test]
fn a_key_that_others_can_read_and_a_broken_one_stop_the_start() {
    let folder = Folder::new();
    fs::create_dir(folder.path("data")).unwrap();
    folder.write("data/secret.key", "short");
    let path = folder.path("data/secret.key");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let text = folder.fail(&[], &[]);
    assert!(text.contains("chmod 600 data/secret.key"), "{text}");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let text = folder.fail(&[], &[]);
    assert!(text.contains("data/secret.key does not hold a key"), "{text}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "short");
}
