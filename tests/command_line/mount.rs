//! A disk of two megabytes, to be filled.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A file system in memory; unmounted when dropped. Mounting wants root.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    pub fn mount(folder: &Path) -> Self {
        fs::create_dir(folder).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m,mode=700", "none"])
            .arg(folder)
            .status();
        assert!(
            mounted.unwrap().success(),
            "no disk of two megabytes could be mounted: this test wants root"
        );
        Self(folder.to_path_buf())
    }

    /// Leaves no byte.
    pub fn fill(&self) {
        // The copy stops where the disk ends.
        let _ = fs::write(self.0.join("filling"), vec![0; 4 << 20]);
    }

    pub fn free(&self) {
        fs::remove_file(self.0.join("filling")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
