//! Loading.

use super::stored::{Source, Stored};
use crate::Array;
use emberforge_base::{Error, ErrorKind, Result};
use emberforge_device::Buffer;
use emberforge_kernel::data::{NpyHeader, Npz, SafetensorsHeader, SafetensorsIndex, read_file};
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::path::Path;

/// The arrays of a file, in the file's order, and its texts.
#[derive(Clone, Debug)]
pub struct ArrayFile {
    arrays: Vec<(String, Array)>,
    metadata: BTreeMap<String, String>,
}

impl ArrayFile {
    /// The array of this name.
    ///
    /// # Errors
    /// When there is none, or its dtype has no counterpart here.
    pub fn get(&self, name: &str) -> Result<&Array> {
        match self.arrays.iter().find(|(n, _)| n == name) {
            Some((_, array)) => array.check(),
            None => {
                let shown: Vec<String> = self.names().take(20).map(|n| format!("`{n}`")).collect();
                let more = self.arrays.len() - shown.len();
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                Err(Error::invalid(format!(
                    "there is no array `{name}`; the file holds {}{more}",
                    if shown.is_empty() { "none".to_string() } else { shown.join(", ") }
                )))
            }
        }
    }

    /// The only array, as an `.npy` file has it.
    ///
    /// # Errors
    /// When there are several or none.
    pub fn single(&self) -> Result<&Array> {
        match self.arrays.as_slice() {
            [(_, array)] => array.check(),
            list => Err(Error::invalid(format!("the file holds {} arrays; name one with `get`", list.len()))),
        }
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.arrays.iter().map(|(name, _)| &**name)
    }

    /// Names and arrays, in order. An array whose dtype has no counterpart here is a failed array.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Array)> {
        self.arrays.iter().map(|(name, array)| (&**name, array))
    }

    /// The texts of a `.safetensors` file; empty for other formats.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }
}

/// The arrays of an `.npy`, `.npz` or `.safetensors` file, or of all files that a `.safetensors.index.json` names. The
/// array of an `.npy` file has the name `arr_0`.
///
/// The order is that of an archive's directory or an index's map; in a `.safetensors` file, that of the data. Every dtype is
/// kept as it is; `bfloat16` in `.npy` and `.npz` is numpy's `V2`, as MLX writes it.
///
/// # Errors
/// When the file cannot be read, its name has another ending, or what it says of itself does not hold: a header that is cut
/// off or lies about lengths, offsets that overlap or lie outside, unknown dtypes. What is inside a compressed member is
/// checked when the array is evaluated.
pub fn load(path: impl AsRef<Path>) -> Result<ArrayFile> {
    let path = path.as_ref();
    let name = path.file_name().map_or(String::new(), |n| n.to_string_lossy().into_owned());
    let loaded = if name.ends_with(".npy") {
        npy(path)
    } else if name.ends_with(".npz") {
        npz(path)
    } else if name.ends_with(".safetensors") {
        safetensors(path)
    } else if name.ends_with(".safetensors.index.json") {
        index(path)
    } else {
        Err(Error::invalid("the name ends in none of .npy, .npz, .safetensors and .safetensors.index.json"))
    };
    loaded.map_err(|e| match e.kind() {
        ErrorKind::Io => e,
        kind => Error::new(kind, format!("`{}`: {e}", path.display())),
    })
}

fn npy(path: &Path) -> Result<ArrayFile> {
    let file = Buffer::map(path)?;
    let header = NpyHeader::parse(file.bytes())?;
    header.check_len(file.bytes().len() as u64)?;
    let array = from_npy(&header, Source::File(file))?;
    Ok(ArrayFile { arrays: vec![("arr_0".to_string(), array)], metadata: BTreeMap::new() })
}

fn from_npy(header: &NpyHeader, source: Source) -> Result<Array> {
    let NpyHeader { dtype, shape, fortran, big_endian, start } = header;
    let stored = Stored { source, start: *start, big_endian: *big_endian, fortran: *fortran };
    stored.array(*dtype, shape)
}

fn npz(path: &Path) -> Result<ArrayFile> {
    let mut archive = Npz::open(Buffer::map(path)?)?;
    let mut arrays = Vec::new();
    for (i, name) in archive.names()?.into_iter().enumerate() {
        let at = |e: Error| Error::new(e.kind(), format!("array `{name}`: {e}"));
        let header = archive.header(i).map_err(at)?;
        let array = from_npy(&header, Source::Member(archive.clone(), i)).map_err(at)?;
        arrays.push((name, array));
    }
    Ok(ArrayFile { arrays, metadata: BTreeMap::new() })
}

fn safetensors(path: &Path) -> Result<ArrayFile> {
    /// Bytes from which on a tensor is mapped by itself. Models arrange their weights and let go of the originals; a map of
    /// the whole file would keep them in memory as long as one tensor is used as it lies.
    const LARGE: usize = 1 << 20;
    let opened = File::open(path).map_err(|e| Error::io(format!("cannot read `{}`: {e}", path.display())))?;
    let file = Buffer::map(path)?;
    let header = SafetensorsHeader::parse(file.bytes())?;
    let mut arrays = Vec::with_capacity(header.tensors.len());
    for tensor in header.tensors {
        let range = tensor.range;
        // Elements that lie aligned in the file do so in a map that begins with them.
        let (file, start) = if range.len() >= LARGE && range.start.is_multiple_of(8) {
            (Buffer::map_part(&opened, range)?, 0)
        } else {
            (file.clone(), range.start)
        };
        let stored = Stored { source: Source::File(file), start, big_endian: false, fortran: false };
        // One tensor that cannot be used does not keep the others from being loaded.
        let array = match tensor.dtype {
            Ok(dtype) => stored.array(dtype, &tensor.shape)?,
            Err(error) => Array::failed(Error::new(error.kind(), format!("`{}`: {error}", tensor.name))),
        };
        arrays.push((tensor.name, array));
    }
    Ok(ArrayFile { arrays, metadata: header.metadata })
}

fn index(path: &Path) -> Result<ArrayFile> {
    let index = SafetensorsIndex::parse(&read_file(path)?)?;
    let mut shards: HashMap<String, HashMap<String, Array>> = HashMap::new();
    let mut arrays = Vec::with_capacity(index.tensors.len());
    for (name, file) in index.tensors {
        if !shards.contains_key(&file) {
            let shard = load(path.with_file_name(&file))?;
            shards.insert(file.clone(), shard.arrays.into_iter().collect());
        }
        let array = shards.get(&file).and_then(|shard| shard.get(&name)).ok_or_else(|| {
            Error::invalid(format!(
                "the index says that `{name}` stands in `{file}`, which has no such tensor"
            ))
        })?;
        arrays.push((name, array.clone()));
    }
    Ok(ArrayFile { arrays, metadata: index.metadata })
}
