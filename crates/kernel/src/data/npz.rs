//! numpy's `.npz` format: a zip archive of `.npy` files.

use super::npy::NpyHeader;
use emberforge_base::{Error, Result};
use std::io::{Cursor, Read as _, Seek, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// An `.npz` archive in memory or in a mapped file. Cloning copies a handle.
#[derive(Clone, Debug)]
pub struct Npz<B> {
    archive: ZipArchive<Cursor<B>>,
}

impl<B: AsRef<[u8]>> Npz<B> {
    /// Reads the directory of the archive.
    ///
    /// # Errors
    /// When the bytes are no zip archive.
    pub fn open(bytes: B) -> Result<Npz<B>> {
        Ok(Npz { archive: ZipArchive::new(Cursor::new(bytes)).map_err(bad)? })
    }

    /// Names of the arrays, in the archive's order.
    ///
    /// # Errors
    /// When a name is no text.
    pub fn names(&self) -> Result<Vec<String>> {
        let name = |i: usize| {
            let name = self.archive.name_for_index(i).ok_or_else(|| bad("a member has no name"))?;
            let name = name.map_err(bad)?;
            Ok(name.strip_suffix(".npy").unwrap_or(&name).to_string())
        };
        (0..self.archive.len()).map(name).collect()
    }

    /// The header of member number `index`, which has exactly the bytes that the header promises.
    ///
    /// # Errors
    /// When the member is no `.npy` file or has another length.
    pub fn header(&mut self, index: usize) -> Result<NpyHeader> {
        /// Enough for every header that numpy writes; longer ones are read in a second step.
        const USUAL: u64 = 4 << 10;
        let mut header = Vec::new();
        for most in [USUAL, u64::MAX] {
            header.clear();
            let member = self.archive.by_index(index).map_err(bad)?;
            let size = member.size();
            member.take(most.min(2 << 20)).read_to_end(&mut header).map_err(bad)?;
            match NpyHeader::parse(&header) {
                Ok(header) => {
                    header.check_len(size)?;
                    return Ok(header);
                }
                Err(error) if size <= USUAL || most == u64::MAX => return Err(error),
                Err(_) => {}
            }
        }
        Err(bad("a member has no header"))
    }

    /// Fills `data` with the elements of member number `index` as they stand in the file, from byte `start` to its end,
    /// and compares the checksum.
    ///
    /// # Errors
    /// When the member is damaged or has another length.
    pub fn read_into(&mut self, index: usize, start: usize, data: &mut [u8]) -> Result<()> {
        let mut member = self.archive.by_index(index).map_err(bad)?;
        let skipped =
            std::io::copy(&mut (&mut member).take(start as u64), &mut std::io::sink()).map_err(bad)?;
        if skipped != start as u64 {
            return Err(bad("a member is cut off"));
        }
        member.read_exact(data).map_err(bad)?;
        match member.read(&mut [0]).map_err(bad)? {
            0 => Ok(()),
            _ => Err(bad("a member is longer than its header says")),
        }
    }

    /// The whole content of member number `index`.
    ///
    /// # Errors
    /// When the member is damaged.
    pub(crate) fn read(&mut self, index: usize) -> Result<Vec<u8>> {
        let NpyHeader { start, .. } = self.header(index)?;
        let size = self.archive.by_index(index).map_err(bad)?.size();
        let mut content = Vec::new();
        let member = self.archive.by_index(index).map_err(bad)?;
        member.take(size.max(start as u64) + 1).read_to_end(&mut content).map_err(bad)?;
        Ok(content)
    }
}

fn bad(what: impl std::fmt::Display) -> Error {
    Error::invalid(format!("not a valid .npz file: {what}"))
}

/// Writes an `.npz` archive member by member.
#[derive(Debug)]
pub struct NpzWriter<W: Write + Seek> {
    archive: ZipWriter<W>,
    options: SimpleFileOptions,
}

impl<W: Write + Seek> NpzWriter<W> {
    /// Begins an archive; its members are deflated when `compressed`.
    pub fn new(to: W, compressed: bool) -> NpzWriter<W> {
        let method = if compressed { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        NpzWriter {
            archive: ZipWriter::new(to),
            options: SimpleFileOptions::default().compression_method(method),
        }
    }

    /// Adds an array: what [`NpyHeader::encode`] gives, then its elements.
    ///
    /// # Errors
    /// Those of writing; a name that is there already.
    pub fn add(&mut self, name: &str, header: &[u8], data: &[u8]) -> std::io::Result<()> {
        // Sizes from here on need the format's 64-bit fields.
        let large = data.len() >= (u32::MAX - (1 << 20)) as usize;
        self.archive.start_file(format!("{name}.npy"), self.options.large_file(large))?;
        self.archive.write_all(header)?;
        self.archive.write_all(data)
    }

    /// Writes the directory.
    ///
    /// # Errors
    /// Those of writing.
    pub fn finish(self) -> std::io::Result<W> {
        Ok(self.archive.finish()?)
    }
}
