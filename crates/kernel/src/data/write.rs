//! Writing files so that a reader sees the old content or the new one, never half of it.

use super::files::reason;
use emberforge_base::{Error, Result};
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Replaces `path` by what `write` writes: into a temporary file of the same folder, which reaches the disk before it
/// takes the name. When anything fails, the old file is as it was and the temporary one is gone.
///
/// # Errors
/// A path that names no file in an existing folder, a file that may not be written, a full disk; errors of `write`.
pub fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
) -> Result<()> {
    let name = path
        .file_name()
        .ok_or_else(|| Error::invalid(format!("`{}` names no file to save to", path.display())))?;
    if path.is_dir() {
        return Err(Error::io(format!("`{}` is a folder; add a file name", path.display())));
    }
    // A file that may not be written must not be replaced behind its owner's back.
    if path.metadata().is_ok_and(|meta| meta.permissions().readonly()) {
        return Err(Error::io(format!(
            "`{}` is read-only; choose another path or allow writing",
            path.display()
        )));
    }
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let temporary: PathBuf =
        path.with_file_name(format!(".{}.{}.{number}.tmp", name.to_string_lossy(), std::process::id()));
    let put = || -> std::io::Result<()> {
        let mut file = BufWriter::new(OpenOptions::new().write(true).create_new(true).open(&temporary)?);
        write(&mut file)?;
        file.flush()?;
        file.get_ref().sync_all()?;
        drop(file);
        std::fs::rename(&temporary, path)?;
        // The new name, too, should survive a power cut; not every system lets a folder be opened for that.
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
        Ok(())
    };
    put().map_err(|e| {
        let _ = std::fs::remove_file(&temporary);
        Error::io(format!(
            "`{}` cannot be written: {}; choose a path in a folder that exists and may be written to",
            path.display(),
            reason(&e)
        ))
    })
}
