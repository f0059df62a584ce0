//! `ember convert`: a checkpoint as one safetensors file.

use super::args::{ConvertArgs, StoredDtype};
use crate::{Exit, terminal};
use emberforge_array::{Array, DType, abs, isinf, max, save_safetensors, sum};
use emberforge_base::{Error, Result};
use emberforge_m2::checkpoint::Checkpoint;
use std::collections::BTreeMap;

pub(crate) fn convert(args: &ConvertArgs) -> Result<Exit> {
    if args.output.extension().is_none_or(|e| e != "safetensors") {
        return Err(Error::invalid(format!(
            "`{}` does not end in .safetensors, which is what is written",
            args.output.display()
        )));
    }
    let dtype = args.dtype.map(|dtype| match dtype {
        StoredDtype::F32 => DType::F32,
        StoredDtype::F16 => DType::F16,
        StoredDtype::Bf16 => DType::BF16,
    });
    let checkpoint = Checkpoint::open(&args.input)?;
    let mut tensors: BTreeMap<&str, Array> = BTreeMap::new();
    let mut left = 0;
    for (name, x) in &checkpoint.tensors {
        // bf16 tables of a CUDA library: no model reads them, and they are large.
        if name.contains(".flashfft.") {
            left += 1;
            continue;
        }
        let stored = match dtype {
            Some(dtype) if x.dtype().is_float() => converted(name, x, dtype)?,
            _ => x.clone(),
        };
        tensors.insert(name, stored);
    }
    // PyTorch's readers want to know whose order of elements this is.
    save_safetensors(&args.output, tensors.iter().map(|(name, x)| (*name, x)), &[("format", "pt")])?;
    let bytes: usize = tensors.values().map(|x| x.nbytes()).sum();
    let left = if left > 0 { format!("; {left} CUDA tables left out") } else { String::new() };
    terminal::err(&format!("{}: {} tensors, {bytes} bytes{left}\n", args.output.display(), tensors.len()));
    Ok(Exit::Ok)
}

/// A tensor in a narrower type, if its numbers fit.
fn converted(name: &str, x: &Array, dtype: DType) -> Result<Array> {
    let y = x.astype(dtype)?;
    let infinite = |x: &Array| sum(&isinf(x)?.astype(DType::I64)?, (), false)?.item::<i64>();
    if x.size() > 0 && infinite(&y)? > infinite(x)? {
        let largest = max(&abs(x)?, (), false)?.astype(DType::F64)?.item::<f64>()?;
        return Err(Error::invalid(format!(
            "`{name}` has a number of magnitude {largest}, which {dtype} cannot hold; use --dtype bf16 or f32"
        )));
    }
    Ok(y)
}
