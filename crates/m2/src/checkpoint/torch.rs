//! PyTorch files: a zip archive of one pickle and the storages it speaks of.

use super::pickle::{self, Pickle, Storage, Tensor, Value};
use emberforge_array::{Array, DType, Result, as_strided, view};
use emberforge_base::Error;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::rc::Rc;

type Archive = zip::ZipArchive<File>;

/// The tensors of a file by name. What wraps a state dict (`state_dict`, Composer's `state.model`) is looked into.
///
/// # Errors
/// When the file is no archive that torch.save writes, or is damaged.
pub(super) fn read(path: &Path) -> Result<BTreeMap<String, Array>> {
    let within = |e: Error| Error::new(e.kind(), format!("`{}`: {e}", path.display()));
    let file = File::open(path).map_err(|e| Error::io(format!("cannot open `{}`: {e}", path.display())))?;
    let archive = Archive::new(file).map_err(|e| {
        Error::invalid(format!(
            "it is no archive that torch.save writes ({e}); files from before torch 1.6 have to be saved again"
        ))
    });
    read_archive(&mut archive.map_err(within)?).map_err(within)
}

fn read_archive(archive: &mut Archive) -> Result<BTreeMap<String, Array>> {
    let pickle = archive.file_names().flatten().find(|name| name.rsplit('/').next() == Some("data.pkl"));
    let pickle = pickle
        .map(|name| name.to_string())
        .ok_or_else(|| Error::invalid("it holds no `data.pkl`, so it is no PyTorch checkpoint"))?;
    let root = pickle.trim_end_matches("data.pkl").to_string();
    let mut found = BTreeMap::new();
    let (pickle, value) = pickle::read(&member(archive, &pickle)?)?;
    tensors(&pickle, &value, &mut found);
    let mut storages: BTreeMap<Rc<str>, Array> = BTreeMap::new();
    let mut named = BTreeMap::new();
    for (name, tensor) in found {
        let within = |e: Error| Error::new(e.kind(), format!("tensor `{name}`: {e}"));
        let key = &tensor.storage.key;
        if !storages.contains_key(key) {
            let bytes = member(archive, &format!("{root}data/{key}")).map_err(within)?;
            storages.insert(key.clone(), storage(&tensor.storage, &bytes).map_err(within)?);
        }
        let array =
            as_strided(&storages[key], &tensor.shape, &tensor.strides, tensor.offset).map_err(within)?;
        named.insert(name, array);
    }
    Ok(named)
}

fn member(archive: &mut Archive, name: &str) -> Result<Vec<u8>> {
    let damaged = |e: &dyn std::fmt::Display| Error::invalid(format!("`{name}` in it cannot be read: {e}"));
    let mut file = archive.by_name(name).map_err(|e| damaged(&e))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|e| damaged(&e))?;
    Ok(bytes)
}

/// A storage's elements.
fn storage(storage: &Storage, bytes: &[u8]) -> Result<Array> {
    let dtype = match &*storage.kind {
        "FloatStorage" => DType::F32,
        "DoubleStorage" => DType::F64,
        "HalfStorage" => DType::F16,
        "BFloat16Storage" => DType::BF16,
        "LongStorage" => DType::I64,
        "IntStorage" => DType::I32,
        "ShortStorage" => DType::I16,
        "CharStorage" => DType::I8,
        "ByteStorage" => DType::U8,
        "BoolStorage" => DType::Bool,
        other => return Err(Error::invalid(format!("storages of kind `{other}` are not read"))),
    };
    let whole = bytes.len() / dtype.size() * dtype.size();
    let raw = Array::from_slice(&bytes[..whole], &[whole])?;
    if dtype == DType::Bool { raw.astype(DType::Bool) } else { view(&raw, dtype) }
}

/// Collects the tensors of a state dict and of what wraps one; each dictionary once, however often it holds itself.
fn tensors(pickle: &Pickle, root: &Value, found: &mut BTreeMap<String, Rc<Tensor>>) {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![root];
    while let Some(value) = waiting.pop() {
        if !matches!(value, Value::Dict(at) if seen.insert(*at)) {
            continue;
        }
        for (key, value) in pickle.entries(value) {
            let Value::Text(key) = key else { continue };
            match value {
                Value::Tensor(tensor) => {
                    found.insert(key.to_string(), tensor.clone());
                }
                // Optimizers hold tensors, too, and are not the model.
                Value::Dict(_) if matches!(&**key, "state" | "model" | "state_dict" | "module") => {
                    waiting.push(value);
                }
                _ => {}
            }
        }
    }
}
