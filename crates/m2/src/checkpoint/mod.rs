//! Checkpoints: tensors by name from safetensors or PyTorch files, with the prefixes that training frameworks put before
//! every name taken off.

mod pickle;
mod torch;

use crate::config::{json_fields, yaml_fields};
use crate::{Config, Weights};
use emberforge_array::{Array, DType, Result};
use emberforge_base::Error;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A checkpoint's tensors under the reference's names, and its configuration if one lies beside them.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// The file that was opened.
    pub path: PathBuf,
    /// What `config.json` or `config.yaml` beside it says, and the tensors where it is silent.
    pub config: Option<Config>,
    /// The configuration's fields as they stand, for those that are no part of [`Config`].
    pub fields: serde_json::Map<String, serde_json::Value>,
    /// Tensors by name.
    pub tensors: BTreeMap<String, Array>,
}

/// Files that hold a model, in the order in which they are looked for.
pub(crate) const FILES: [&str; 5] = [
    "model.safetensors.index.json",
    "model.safetensors",
    "pytorch_model.bin",
    "model.bin",
    "pytorch_model.pt",
];

/// Files that describe a model, in the order in which they are looked for.
const CONFIGURATIONS: [&str; 3] = ["config.json", "config.yaml", "config.yml"];

impl Checkpoint {
    /// Opens a folder with a model in it, or a file: `.safetensors` (mapped into memory, read when used), an index of
    /// shards, or a PyTorch file (`.bin`, `.pt`, `.pth`; nothing in it is executed).
    ///
    /// # Errors
    /// When there is no such file, it is damaged or of another kind, or holds no tensors.
    pub fn open(path: impl AsRef<Path>) -> Result<Checkpoint> {
        let path = path.as_ref();
        let file = if path.is_dir() {
            let found = FILES.iter().map(|name| path.join(name)).find(|file| file.is_file());
            found.ok_or_else(|| {
                Error::io(format!(
                    "no model lies in `{}`; it should hold one of {}",
                    path.display(),
                    FILES.join(", ")
                ))
            })?
        } else {
            path.to_path_buf()
        };
        let name = file.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
        let tensors: BTreeMap<String, Array> =
            if name.ends_with(".safetensors") || name.ends_with(".index.json") {
                emberforge_array::load(&file)?.iter().map(|(name, x)| (name.to_string(), x.clone())).collect()
            } else if [".bin", ".pt", ".pth", ".ckpt"].iter().any(|end| name.ends_with(end)) {
                torch::read(&file)?
            } else {
                return Err(Error::invalid(format!(
                    "`{}` is no checkpoint by its name; .safetensors, .bin, .pt and .pth are",
                    file.display()
                )));
            };
        if tensors.is_empty() {
            return Err(Error::invalid(format!("`{}` holds no tensors", file.display())));
        }
        let tensors = every_name(plain_names(tensors));
        let folder = file.parent().unwrap_or(Path::new(""));
        let beside = CONFIGURATIONS.iter().map(|name| folder.join(name)).find(|path| path.is_file());
        let (config, fields) = match beside.map(|path| config(&path, &tensors)).transpose()? {
            Some((config, fields)) => (Some(config), fields),
            None => Default::default(),
        };
        Ok(Checkpoint { path: file, config, fields, tensors })
    }

    /// The configuration beside the tensors, or the one they imply.
    ///
    /// # Errors
    /// When the tensors are not those of an M2-BERT.
    pub fn config(&self) -> Result<Config> {
        match &self.config {
            Some(config) => Ok(config.clone()),
            None => Config::from_tensors(&self.tensors),
        }
    }

    /// The tensors for a model to take, floats as `dtype`.
    pub fn weights(&self, dtype: DType) -> Weights {
        Weights::new(self.tensors.clone(), Some(dtype))
    }
}

/// True when a folder holds a model and, if it is in shards, all of them.
pub(crate) fn whole(folder: &Path) -> bool {
    match FILES.iter().map(|name| folder.join(name)).find(|file| file.is_file()) {
        Some(index) if index.extension().is_some_and(|e| e == "json") => {
            let text = std::fs::read_to_string(index).unwrap_or_default();
            let index: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
            let shards = index["weight_map"].as_object();
            shards.is_some_and(|map| {
                map.values().all(|shard| shard.as_str().is_some_and(|s| folder.join(s).is_file()))
            })
        }
        file => file.is_some(),
    }
}

fn config(
    path: &Path,
    tensors: &BTreeMap<String, Array>,
) -> Result<(Config, serde_json::Map<String, serde_json::Value>)> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| Error::io(format!("cannot read `{}`: {e}", path.display())))?;
    let json = path.extension().is_some_and(|e| e == "json");
    let fields = if json { json_fields(&text) } else { yaml_fields(&text) };
    // Where the tensors imply nothing, their names are wrong, and loading says which.
    let implied = Config::from_tensors(tensors).unwrap_or_default();
    fields
        .and_then(|fields| Ok((implied.with(&fields)?, fields)))
        .map_err(|e| Error::new(e.kind(), format!("`{}`: {e}", path.display())))
}

/// Tensors that no model here needs: tables of the reference's CUDA transforms, and what is computed from the rest.
pub fn is_derived(name: &str) -> bool {
    name.contains(".flashfft.") || name.ends_with(".position_ids") || name == "cls.predictions.decoder.weight"
}

/// Prefixes of wrappers off, as long as one stands before every name.
fn plain_names(mut tensors: BTreeMap<String, Array>) -> BTreeMap<String, Array> {
    while let Some(prefix) =
        ["module.", "model."].into_iter().find(|p| tensors.keys().all(|name| name.starts_with(p)))
    {
        tensors = tensors.into_iter().map(|(name, x)| (name[prefix.len()..].to_string(), x)).collect();
    }
    tensors
}

/// Tensors of several names under the one that is asked for: files that keep one of the names keep any.
fn every_name(mut tensors: BTreeMap<String, Array>) -> BTreeMap<String, Array> {
    let asked = |name: &str| match name.split_once("implicit_filter") {
        Some((filter, place)) if place.ends_with(".freq") => Some(format!("{filter}implicit_filter.1.freq")),
        _ if name == "cls.predictions.decoder.weight" => {
            Some("bert.embeddings.word_embeddings.weight".to_string())
        }
        _ => None,
    };
    let others: Vec<(String, Array)> =
        tensors.iter().filter_map(|(name, x)| Some((asked(name)?, x.clone()))).collect();
    for (name, x) in others {
        tensors.entry(name).or_insert(x);
    }
    tensors
}
