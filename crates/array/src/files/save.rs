//! Saving.

use crate::Array;
use crate::graph::eval;
use crate::value::Value;
use emberforge_base::{Error, Result};
use emberforge_kernel::data::{NpyHeader, NpzWriter, SafetensorsHeader, write_atomically};
use std::collections::HashSet;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes one array as an `.npy` file; `bf16` as numpy's `V2`, as MLX does.
///
/// ```
/// use emberforge_array::{Array, load, save};
///
/// let path = std::env::temp_dir().join(format!("emberforge-doc-{}.npy", std::process::id()));
/// save(&path, &Array::from_slice(&[1u8, 2, 3, 4], &[2, 2])?)?;
/// assert_eq!(load(&path)?.single()?.to_vec::<u8>()?, [1, 2, 3, 4]);
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the array cannot be evaluated, or the file not be written.
#[track_caller]
pub fn save(path: impl AsRef<Path>, x: &Array) -> Result<()> {
    let value = x.host_value("save")?;
    write_atomically(path.as_ref(), |file| {
        file.write_all(&NpyHeader::encode(value.dtype, &value.shape))?;
        file.write_all(bytes(&value)?)
    })
}

/// Writes an `.npz` archive; names come in the given order.
///
/// # Errors
/// When an array cannot be evaluated, a name is there twice, or the file cannot be written.
#[track_caller]
pub fn savez<'a>(
    path: impl AsRef<Path>,
    arrays: impl IntoIterator<Item = (&'a str, &'a Array)>,
) -> Result<()> {
    archive(path.as_ref(), &evaluated("savez", arrays)?, false)
}

/// [`savez`] with compressed members.
///
/// # Errors
/// As [`savez`].
#[track_caller]
pub fn savez_compressed<'a>(
    path: impl AsRef<Path>,
    arrays: impl IntoIterator<Item = (&'a str, &'a Array)>,
) -> Result<()> {
    archive(path.as_ref(), &evaluated("savez_compressed", arrays)?, true)
}

fn archive(path: &Path, arrays: &[(&str, Value)], compressed: bool) -> Result<()> {
    write_atomically(path, |file| {
        let mut writer = NpzWriter::new(file, compressed);
        for (name, value) in arrays {
            let dense = value.to_dense().map_err(io::Error::other)?;
            writer.add(name, &NpyHeader::encode(dense.dtype, &dense.shape), bytes(&dense)?)?;
        }
        writer.finish().map(|_| ())
    })
}

/// Writes a `.safetensors` file with texts beside the arrays.
///
/// Wider elements come first, and otherwise the given order is kept, so that every array stands aligned and can be used in
/// place when the file is loaded.
///
/// # Errors
/// When an array cannot be evaluated, a name is there twice or is `__metadata__`, or the file cannot be written.
#[track_caller]
pub fn save_safetensors<'a>(
    path: impl AsRef<Path>,
    arrays: impl IntoIterator<Item = (&'a str, &'a Array)>,
    metadata: &[(&str, &str)],
) -> Result<()> {
    let mut arrays = evaluated("save_safetensors", arrays)?;
    if arrays.iter().any(|(name, _)| *name == "__metadata__") {
        return Err(Error::invalid("the format keeps the name `__metadata__` for itself; rename the array"));
    }
    distinct("metadata key", metadata.iter().map(|(key, _)| *key))?;
    arrays.sort_by_key(|(_, value)| std::cmp::Reverse(value.dtype.size()));
    let entries: Vec<_> = arrays.iter().map(|(name, v)| (*name, v.dtype, &*v.shape)).collect();
    write_atomically(path.as_ref(), |file| {
        file.write_all(&SafetensorsHeader::encode(&entries, metadata))?;
        for (_, value) in &arrays {
            file.write_all(bytes(&value.to_dense().map_err(io::Error::other)?)?)?;
        }
        Ok(())
    })
}

/// The arrays' data, evaluated together, after the guard has been asked.
#[track_caller]
fn evaluated<'a>(
    how: &'static str,
    arrays: impl IntoIterator<Item = (&'a str, &'a Array)>,
) -> Result<Vec<(&'a str, Value)>> {
    let arrays: Vec<(&str, &Array)> = arrays.into_iter().collect();
    distinct("array", arrays.iter().map(|(name, _)| *name))?;
    for (_, x) in &arrays {
        x.note(how)?;
    }
    crate::eval(arrays.iter().map(|(_, x)| *x))?;
    arrays.into_iter().map(|(name, x)| Ok((name, eval::value(x)?))).collect()
}

fn distinct<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> Result<()> {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(Error::invalid(format!(
                "the {what} `{name}` is there twice; a file has each name once"
            )));
        }
    }
    Ok(())
}

fn bytes(dense: &Value) -> io::Result<&[u8]> {
    dense.dense_bytes().ok_or_else(|| io::Error::other("a copy is not dense"))
}
