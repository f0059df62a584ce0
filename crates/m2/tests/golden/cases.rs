//! Finding and reading cases.

use emberforge_array::{Array, DType, Result};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One case of the manifest with its tensors.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) config: Value,
    pub(crate) scalars: Value,
    pub(crate) tolerance: Value,
    pub(crate) tensors: BTreeMap<String, Array>,
}

/// What was computed: tensors by their golden names without `.f32` or `.f64`, and scalars.
#[derive(Default)]
pub(crate) struct Outcome(pub(crate) Vec<(String, Array)>);

impl Outcome {
    pub(crate) fn add(&mut self, name: impl Into<String>, array: Array) {
        self.0.push((name.into(), array));
    }
}

fn folder() -> PathBuf {
    match std::env::var_os("EMBER_GOLDEN_DIR") {
        Some(dir) => dir.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/m2"),
    }
}

pub(crate) fn discover() -> Vec<Case> {
    let text = std::fs::read_to_string(folder().join("manifest.json")).expect("the folder has a manifest");
    let manifest: Value = serde_json::from_str(&text).expect("the manifest is JSON");
    let cases = manifest["cases"].as_array().expect("the manifest lists cases");
    cases.iter().map(read).collect()
}

fn read(entry: &Value) -> Case {
    let text = |key: &str| entry[key].as_str().unwrap_or_default().to_string();
    Case {
        name: text("name"),
        kind: text("kind"),
        config: entry["config"].clone(),
        scalars: entry["scalars"].clone(),
        tolerance: entry["tolerance"].clone(),
        tensors: tensors(&text("file")),
    }
}

/// The tensors of a file of the folder.
pub(crate) fn tensors(file: &str) -> BTreeMap<String, Array> {
    let path = folder().join(file);
    let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let file = safetensors::SafeTensors::deserialize(&bytes).expect("a golden file is sound");
    file.tensors()
        .into_iter()
        .map(|(name, view)| (name, array(&view).expect("a golden tensor fits")))
        .collect()
}

fn array(view: &safetensors::tensor::TensorView<'_>) -> Result<Array> {
    let shape = view.shape();
    macro_rules! read {
        ($ty:ty) => {{
            let data = view.data().chunks_exact(size_of::<$ty>());
            let elements: Vec<$ty> =
                data.map(|b| <$ty>::from_le_bytes(b.try_into().expect("whole elements"))).collect();
            Array::from_slice(&elements, shape)
        }};
    }
    match view.dtype() {
        safetensors::Dtype::F32 => read!(f32),
        safetensors::Dtype::F64 => read!(f64),
        safetensors::Dtype::I64 => read!(i64),
        other => panic!("golden tensors of {other:?} are not expected"),
    }
}

impl Case {
    /// An input or parameter in the dtype of the run; integers as they are.
    pub(crate) fn input(&self, name: &str, dtype: DType) -> Result<Array> {
        let array = self.tensors.get(name).unwrap_or_else(|| panic!("{} has no tensor `{name}`", self.name));
        if array.dtype() == DType::I64 { Ok(array.clone()) } else { array.astype(dtype) }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// Parameters and buffers under `prefix`, in the dtype of the run, without the prefix.
    pub(crate) fn parameters(&self, prefix: &str, dtype: DType) -> Result<BTreeMap<String, Array>> {
        let named = |(name, array): (&String, &Array)| {
            let rest = name.strip_prefix(prefix)?;
            Some(array.astype(dtype).map(|a| (rest.to_string(), a)))
        };
        self.tensors.iter().filter_map(named).collect()
    }

    pub(crate) fn number(&self, key: &str) -> usize {
        self.config[key].as_u64().unwrap_or_else(|| panic!("{} has no number `{key}`", self.name)) as usize
    }

    pub(crate) fn flag(&self, key: &str) -> bool {
        self.config[key].as_bool().unwrap_or_else(|| panic!("{} has no flag `{key}`", self.name))
    }
}
