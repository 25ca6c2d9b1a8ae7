use super::*;
use crate::server::entropy::SystemEntropy;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn key_file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data/secret.key");
    (folder, path)
}

#[test]
fn the_key_is_made_once_for_its_owner_alone() {
    let (_folder, path) = key_file();
    let made = open_or_create(&path, &SystemEntropy).unwrap();
    let read = open_or_create(&path, &SystemEntropy).unwrap();
    assert_eq!(made.reveal(), read.reveal());
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn many_that_start_at_once_agree() {
    let (_folder, path) = key_file();
    let keys = std::thread::scope(|scope| {
        let open = || *open_or_create(&path, &SystemEntropy).unwrap().reveal();
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(keys.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_key_that_others_can_read_is_refused_with_the_remedy() {
    let (_folder, path) = key_file();
    open_or_create(&path, &SystemEntropy).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let fault = open_or_create(&path, &SystemEntropy).unwrap_err().to_string();
    assert!(fault.contains("can be read by other users") && fault.contains("chmod 600"), "{fault}");
}

#[test]
fn a_broken_key_is_refused_and_kept() {
    let (_folder, path) = key_file();
    open_or_create(&path, &SystemEntropy).unwrap();
    fs::write(&path, "short").unwrap();
    let fault = open_or_create(&path, &SystemEntropy).unwrap_err().to_string();
    assert!(fault.contains("does not hold a key") && !fault.contains("short"), "{fault}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "short");
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("data"), "a file").unwrap();
    let fault = open_or_create(&folder.path().join("data/secret.key"), &SystemEntropy).unwrap_err();
    assert!(fault.to_string().contains("data/secret.key could not be"), "{fault}");
}
