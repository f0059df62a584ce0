//! A folder for one test, removed at its end.

use std::ops::Deref;
use std::path::{Path, PathBuf};

/// The folder; it lives as long as this does.
pub(crate) struct Folder(PathBuf);

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A new folder with these files; the name is the test's.
pub(crate) fn folder(name: &str, files: &[(&str, &str)]) -> Folder {
    let dir = std::env::temp_dir().join(format!("embercoach-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("the folder can be made");
    for (file, text) in files {
        let path = dir.join(file);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("the folder can be made");
        std::fs::write(path, text).expect("the file can be written");
    }
    Folder(dir)
}
