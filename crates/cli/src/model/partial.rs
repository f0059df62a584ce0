//! Rows of a run that is not complete: JSON lines in `PATH.partial`, whatever form the output will have.
//!
//! A line is written whole or, if the machine fails, is the last one and is dropped on resuming. So what lies there is
//! always usable, and its name says that it is not all.

use super::row::{Row, Settings};
use emberforge_base::{Error, Result};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// The file of rows, open at its end.
pub(crate) struct Partial {
    pub(crate) path: PathBuf,
    file: BufWriter<File>,
    /// Hashes of the texts whose rows lie there already.
    pub(crate) done: Vec<String>,
}

fn failed(path: &Path, what: &str, error: &dyn std::fmt::Display) -> Error {
    Error::io(format!("cannot {what} `{}`: {error}", path.display()))
}

impl Partial {
    /// Opens the rows of an earlier run to continue it, or a new file.
    ///
    /// # Errors
    /// When a file is there and `resume` is false, or it was made with other settings.
    pub(crate) fn open(output: &Path, resume: bool, settings: &Settings) -> Result<Partial> {
        let mut path = output.as_os_str().to_owned();
        path.push(".partial");
        let path = PathBuf::from(path);
        if !resume || !path.exists() {
            if path.exists() {
                return Err(Error::invalid(format!(
                    "`{}` holds an earlier run's rows; continue it with --resume, or delete it",
                    path.display()
                )));
            }
            let file = File::create_new(&path).map_err(|e| failed(&path, "write", &e))?;
            return Ok(Partial { path, file: BufWriter::new(file), done: Vec::new() });
        }
        let (done, good) = earlier(&path, settings)?;
        let file = OpenOptions::new().append(true).open(&path);
        let file = file.and_then(|file| file.set_len(good).map(|()| file));
        let file = file.map_err(|e| failed(&path, "continue", &e))?;
        Ok(Partial { path, file: BufWriter::new(file), done })
    }

    /// Adds rows; afterwards they are in the file.
    pub(crate) fn push(&mut self, rows: &[Row]) -> Result<()> {
        for row in rows {
            let line = serde_json::to_string(row).map_err(Error::internal)?;
            writeln!(self.file, "{line}").map_err(|e| failed(&self.path, "write", &e))?;
        }
        self.file.flush().map_err(|e| failed(&self.path, "write", &e))
    }

    /// All rows, read back.
    pub(crate) fn rows(&self) -> Result<impl Iterator<Item = Result<Row>> + use<>> {
        let path = self.path.clone();
        let file = File::open(&path).map_err(|e| failed(&path, "read", &e))?;
        Ok(BufReader::new(file).lines().map(move |line| {
            let line = line.map_err(|e| failed(&path, "read", &e))?;
            serde_json::from_str(&line).map_err(|e| failed(&path, "read a row of", &e))
        }))
    }
}

/// The hashes of an earlier run's whole rows, and where they end.
fn earlier(path: &Path, settings: &Settings) -> Result<(Vec<String>, u64)> {
    let file = File::open(path).map_err(|e| failed(path, "read", &e))?;
    let mut reader = BufReader::new(file);
    let (mut done, mut good) = (Vec::new(), 0);
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = reader.read_until(b'\n', &mut line).map_err(|e| failed(path, "read", &e))?;
        if !line.ends_with(b"\n") {
            return Ok((done, good));
        }
        let row: Row = serde_json::from_slice(&line)
            .map_err(|e| failed(path, &format!("read row {} of", done.len()), &e))?;
        if row.settings != *settings {
            return Err(Error::invalid(format!(
                "`{}` was made with other settings ({:?}, now {settings:?}); use the same, or delete it",
                path.display(),
                row.settings
            )));
        }
        if row.index != done.len() as u64 {
            return Err(Error::invalid(format!(
                "`{}`: row {} stands where row {} should; delete the file",
                path.display(),
                row.index,
                done.len()
            )));
        }
        done.push(row.text_hash);
        good += length as u64;
    }
}
