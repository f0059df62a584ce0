//! A folder for one test, removed at its end.

use std::ops::Deref;
use std::path::Path;

/// The folder; it lives as long as this does.
pub(crate) struct Folder(tempfile::TempDir);

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        self.0.path()
    }
}

/// A new folder with these files.
pub(crate) fn folder(name: &str, files: &[(&str, &str)]) -> Folder {
    let dir = tempfile::Builder::new().prefix(&format!("embercoach-{name}-")).tempdir().expect("a folder");
    for (file, text) in files {
        let path = dir.path().join(file);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("the folder can be made");
        std::fs::write(path, text).expect("the file can be written");
    }
    Folder(dir)
}
