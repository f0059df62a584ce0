//! The `.safetensors` format: a header in JSON and raw little-endian elements; and the index of a checkpoint that is cut
//! into several such files.

use emberforge_base::{DType, Error, Result};
use safetensors::{Dtype, SafeTensors};
use std::collections::BTreeMap;
use std::ops::Range;

/// One tensor of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorEntry {
    /// Its name.
    pub name: String,
    /// Its dtype; an error where it has no counterpart here (8-bit floats and narrower).
    pub dtype: Result<DType>,
    /// Extents, outermost first.
    pub shape: Vec<usize>,
    /// Where its elements stand in the file.
    pub range: Range<usize>,
}

/// What a file's header says, checked against the file's length: tensors fill it without gaps or overlaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafetensorsHeader {
    /// The tensors in the order of their data.
    pub tensors: Vec<TensorEntry>,
    /// The texts under `__metadata__`.
    pub metadata: BTreeMap<String, String>,
}

impl SafetensorsHeader {
    /// Reads the header of a file's bytes.
    ///
    /// # Errors
    /// When it is cut off or no JSON, names an unknown dtype, or its offsets do not agree with dtypes, shapes and the
    /// file's length.
    pub fn parse(bytes: &[u8]) -> Result<SafetensorsHeader> {
        let bad =
            |e: safetensors::SafeTensorError| Error::invalid(format!("not a valid .safetensors file: {e}"));
        let (length, header) = SafeTensors::read_metadata(bytes).map_err(bad)?;
        let start = length + 8;
        let entry = |name: String| {
            let info = header.info(&name).ok_or_else(|| Error::internal("a tensor has no entry"))?;
            let (from, to) = info.data_offsets;
            let range = start + from..start + to;
            Ok(TensorEntry { name, dtype: dtype(info.dtype), shape: info.shape.clone(), range })
        };
        let tensors = header.offset_keys().into_iter().map(entry).collect::<Result<_>>()?;
        let metadata = header.metadata().iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect();
        Ok(SafetensorsHeader { tensors, metadata })
    }

    /// The bytes that stand before the elements of these tensors, which follow one another in this order. The elements
    /// begin at a multiple of 8.
    pub fn encode(tensors: &[(&str, DType, &[usize])], metadata: &[(&str, &str)]) -> Vec<u8> {
        let text = |s: &str| serde_json::Value::from(s).to_string();
        let mut entries = Vec::with_capacity(tensors.len() + 1);
        if !metadata.is_empty() {
            let list: Vec<String> =
                metadata.iter().map(|(k, v)| format!("{}:{}", text(k), text(v))).collect();
            entries.push(format!("\"__metadata__\":{{{}}}", list.join(",")));
        }
        let mut at = 0usize;
        for (name, dtype, shape) in tensors {
            let end = at + shape.iter().product::<usize>() * dtype.size();
            let dims: Vec<String> = shape.iter().map(usize::to_string).collect();
            entries.push(format!(
                "{}:{{\"dtype\":\"{}\",\"shape\":[{}],\"data_offsets\":[{at},{end}]}}",
                text(name),
                dtype_name(*dtype),
                dims.join(",")
            ));
            at = end;
        }
        let mut header = format!("{{{}}}", entries.join(","));
        header.push_str(&" ".repeat(header.len().next_multiple_of(8) - header.len()));
        [&(header.len() as u64).to_le_bytes()[..], header.as_bytes()].concat()
    }
}

fn dtype(dtype: Dtype) -> Result<DType> {
    Ok(match dtype {
        Dtype::BOOL => DType::Bool,
        Dtype::U8 => DType::U8,
        Dtype::U16 => DType::U16,
        Dtype::U32 => DType::U32,
        Dtype::U64 => DType::U64,
        Dtype::I8 => DType::I8,
        Dtype::I16 => DType::I16,
        Dtype::I32 => DType::I32,
        Dtype::I64 => DType::I64,
        Dtype::F16 => DType::F16,
        Dtype::BF16 => DType::BF16,
        Dtype::F32 => DType::F32,
        Dtype::F64 => DType::F64,
        Dtype::C64 => DType::Complex64,
        other => {
            return Err(Error::invalid(format!(
                "the tensor has dtype {other:?}, which has no counterpart here; convert it to F32 first"
            )));
        }
    })
}

fn dtype_name(dtype: DType) -> &'static str {
    match dtype {
        DType::Bool => "BOOL",
        DType::U8 => "U8",
        DType::U16 => "U16",
        DType::U32 => "U32",
        DType::U64 => "U64",
        DType::I8 => "I8",
        DType::I16 => "I16",
        DType::I32 => "I32",
        DType::I64 => "I64",
        DType::F16 => "F16",
        DType::BF16 => "BF16",
        DType::F32 => "F32",
        DType::F64 => "F64",
        DType::Complex64 => "C64",
    }
}

/// The index of a checkpoint in several files (`*.safetensors.index.json`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafetensorsIndex {
    /// Name of each tensor and of the file it stands in, in the index's order.
    pub tensors: Vec<(String, String)>,
    /// The entries under `metadata`; numbers as text.
    pub metadata: BTreeMap<String, String>,
}

impl SafetensorsIndex {
    /// Reads the text of an index.
    ///
    /// # Errors
    /// When it is no JSON, lacks the map from tensors to files, or names a file outside its own folder.
    pub fn parse(text: &[u8]) -> Result<SafetensorsIndex> {
        let bad = |what: String| Error::invalid(format!("not a valid safetensors index: {what}"));
        let json: serde_json::Value = serde_json::from_slice(text).map_err(|e| bad(e.to_string()))?;
        let map = json.get("weight_map").and_then(|m| m.as_object());
        let map = map.ok_or_else(|| bad("it has no object `weight_map`".to_string()))?;
        let mut tensors = Vec::with_capacity(map.len());
        for (name, file) in map {
            let file = file.as_str().ok_or_else(|| bad(format!("the file of `{name}` is no text")))?;
            let plain = !file.is_empty() && !file.contains(['/', '\\']) && file != "." && file != "..";
            if !plain {
                return Err(bad(format!(
                    "the file of `{name}` is `{file}`; it must be a name in the index's folder"
                )));
            }
            tensors.push((name.clone(), file.to_string()));
        }
        let text = |v: &serde_json::Value| v.as_str().map_or_else(|| v.to_string(), str::to_string);
        let metadata = json.get("metadata").and_then(|m| m.as_object()).into_iter().flatten();
        Ok(SafetensorsIndex { tensors, metadata: metadata.map(|(k, v)| (k.clone(), text(v))).collect() })
    }
}
