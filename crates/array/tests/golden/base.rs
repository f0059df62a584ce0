//! Reading a golden file, building the inputs of its cases, and comparing results.

use emberforge_array::{Array, Axes, DType, Result, bf16, broadcast_to, f16, s, transpose_all};
use serde_json::Value as Json;
use std::collections::HashMap;

/// The arguments of a case beside its arrays.
pub(crate) struct Args(Json);

#[allow(dead_code, reason = "a family uses those of its arguments")]
/// Reads of an argument fail loudly: a golden file that lacks it was recorded wrongly.
impl Args {
    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name).filter(|v| !v.is_null())
    }

    fn expect<T>(&self, name: &str, read: impl Fn(&Json) -> Option<T>) -> T {
        let value = self.get(name).unwrap_or_else(|| panic!("a case has no argument `{name}`: {}", self.0));
        read(value).unwrap_or_else(|| panic!("argument `{name}` has another type: {}", self.0))
    }

    pub(crate) fn int(&self, name: &str) -> i64 {
        self.expect(name, Json::as_i64)
    }

    /// An axis: an `i32`.
    pub(crate) fn axis(&self, name: &str) -> i32 {
        self.expect(name, |v| i32::try_from(v.as_i64()?).ok())
    }

    pub(crate) fn ints(&self, name: &str) -> Vec<i64> {
        self.expect(name, |v| v.as_array()?.iter().map(Json::as_i64).collect())
    }

    pub(crate) fn sizes(&self, name: &str) -> Vec<usize> {
        self.ints(name).into_iter().map(|n| usize::try_from(n).expect("a size is not negative")).collect()
    }

    /// One axis, a list, or none (`null` or absent): all.
    pub(crate) fn axes(&self, name: &str) -> Axes {
        match self.get(name) {
            None => ().into(),
            Some(Json::Array(_)) => {
                let axes: Vec<i32> = self.ints(name).into_iter().map(|n| n as i32).collect();
                axes.as_slice().into()
            }
            Some(_) => self.axis(name).into(),
        }
    }

    /// Absent means `false`.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|_| self.expect(name, Json::as_bool))
    }

    /// A number; infinities and NaN are stored as text.
    pub(crate) fn float(&self, name: &str) -> f64 {
        self.expect(name, |v| v.as_f64().or_else(|| v.as_str()?.parse().ok()))
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).and_then(Json::as_str).unwrap_or_else(|| panic!("no text `{name}`: {}", self.0))
    }

    pub(crate) fn dtype(&self, name: &str) -> DType {
        self.text(name).parse().unwrap_or_else(|e| panic!("{e}"))
    }
}

/// Runs one case: the function that MLX calls `op`.
pub(crate) type Call = fn(op: &str, inputs: &[Array], args: &Args) -> Result<Vec<Array>>;

/// For [`Call`]s: an operation that the module does not map.
pub(crate) fn unmapped(op: &str) -> ! {
    panic!("the golden file has cases of `{op}`, which this module does not map to a function")
}

/// Replays every case of a family. `at_least` guards against a file that lost its cases.
pub(crate) fn replay(family: &str, at_least: usize, call: Call) {
    let path = format!("{}/../../tests/golden/arrays/{family}.safetensors", env!("CARGO_MANIFEST_DIR"));
    let file = std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let (tensors, cases) = parse(&file);
    assert!(cases.len() >= at_least, "{path} has {} cases, fewer than {at_least}", cases.len());
    let failures: Vec<String> = cases.iter().filter_map(|case| run(case, &tensors, call).err()).collect();
    assert!(
        failures.is_empty(),
        "{} of {} cases differ from MLX:\n{}",
        failures.len(),
        cases.len(),
        failures.iter().take(40).map(String::as_str).collect::<Vec<_>>().join("\n")
    );
}

/// The tensors by name, and the cases.
fn parse(file: &[u8]) -> (HashMap<String, Array>, Vec<Json>) {
    let (length, rest) = file.split_first_chunk::<8>().expect("a length");
    let (header, data) = rest.split_at(u64::from_le_bytes(*length) as usize);
    let header: Json = serde_json::from_slice(header).expect("a header in JSON");
    let cases = header["__metadata__"]["cases"].as_str().expect("cases in the metadata");
    let cases = serde_json::from_str(cases).expect("cases in JSON");
    let tensors = header.as_object().expect("an object").iter().filter(|(name, _)| *name != "__metadata__");
    let tensors = tensors.map(|(name, entry)| (name.clone(), tensor(entry, data))).collect();
    (tensors, cases)
}

fn tensor(entry: &Json, data: &[u8]) -> Array {
    let list = |key: &str| -> Vec<usize> {
        entry[key].as_array().expect("a list").iter().map(|n| n.as_u64().expect("a size") as usize).collect()
    };
    let (shape, offsets) = (list("shape"), list("data_offsets"));
    let bytes = &data[offsets[0]..offsets[1]];
    macro_rules! from {
        ($ty:ty) => {{
            let elements: Vec<$ty> =
                bytes.chunks_exact(size_of::<$ty>()).map(bytemuck::checked::pod_read_unaligned).collect();
            Array::from_slice(&elements, &shape)
        }};
    }
    let array = match entry["dtype"].as_str().expect("a dtype") {
        "BOOL" => from!(bool),
        "U8" => from!(u8),
        "U16" => from!(u16),
        "U32" => from!(u32),
        "U64" => from!(u64),
        "I8" => from!(i8),
        "I16" => from!(i16),
        "I32" => from!(i32),
        "I64" => from!(i64),
        "F16" => from!(f16),
        "BF16" => from!(bf16),
        "F32" => from!(f32),
        "F64" => from!(f64),
        "C64" => from!([f32; 2]),
        other => panic!("dtype {other} is not known here"),
    };
    array.expect("the shape and the bytes agree")
}

/// Runs a case; the error says what differs.
fn run(case: &Json, tensors: &HashMap<String, Array>, call: Call) -> Result<(), String> {
    let op = case["op"].as_str().expect("an operation");
    let names = |key: &str| -> Vec<&str> {
        case[key].as_array().expect("a list").iter().map(|n| n.as_str().expect("a name")).collect()
    };
    let inputs: Vec<Array> = names("in")
        .into_iter()
        .enumerate()
        .map(|(i, name)| view(&tensors[name], case["views"][i].as_str()).expect("a view"))
        .collect();
    let what = || {
        let given: Vec<String> = inputs.iter().map(|x| format!("{}{:?}", x.dtype(), x.shape())).collect();
        format!("{op}({}) {} views {}", given.join(", "), case["args"], case["views"])
    };
    let result = call(op, &inputs, &Args(case["args"].clone()));
    if let Some(refusal) = case["error"].as_str() {
        return match result {
            Ok(_) => Err(format!("{}: MLX refuses ({refusal}), here it is accepted", what())),
            Err(_) => Ok(()),
        };
    }
    let outputs = result.map_err(|e| format!("{}: {e}", what()))?;
    let expected: Vec<&Array> = names("out").into_iter().map(|name| &tensors[name]).collect();
    if outputs.len() != expected.len() {
        return Err(format!("{}: {} outputs, MLX gives {}", what(), outputs.len(), expected.len()));
    }
    let tol = case["tol"].as_f64().expect("a tolerance");
    let signed_zeros = case["signed_zeros"].as_bool().unwrap_or(tol == 0.0);
    for (output, expected) in outputs.iter().zip(expected) {
        compare(output, expected, tol, signed_zeros).map_err(|e| format!("{}: {e}", what()))?;
    }
    Ok(())
}

/// The input as the case wants to see it; the same views as in `base.py`.
fn view(x: &Array, view: Option<&str>) -> Result<Array> {
    match view {
        None => Ok(x.clone()),
        Some("transpose") => transpose_all(x),
        Some("broadcast") => {
            let shape: Vec<usize> = [3].iter().chain(x.shape()).copied().collect();
            broadcast_to(x, &shape)
        }
        Some("every_second") => x.slice(s![..., ::2]),
        Some("reversed") => x.slice(s![..., ::-1]),
        Some(other) => panic!("the view `{other}` is not known here"),
    }
}

fn compare(x: &Array, expected: &Array, tol: f64, signed_zeros: bool) -> Result<(), String> {
    let spec = |x: &Array| format!("{}{:?}", x.dtype(), x.shape());
    if (x.dtype(), x.shape()) != (expected.dtype(), expected.shape()) {
        return Err(format!("gives {}, MLX {}", spec(x), spec(expected)));
    }
    let read = |x: &Array| numbers(x).map_err(|e| e.to_string());
    let (got, wanted) = (read(x)?, read(expected)?);
    let parts = if x.dtype() == DType::Complex64 { 2 } else { 1 };
    let wrong = |(a, b): (&Number, &Number)| !same(*a, *b, tol, signed_zeros);
    let count = got.iter().zip(&wanted).filter(|(a, b)| wrong((a, b))).count();
    match got.iter().zip(&wanted).position(wrong) {
        None => Ok(()),
        Some(i) => Err(format!(
            "{count} of {} numbers differ (tolerance {tol:e}), first at {}: {:?}, MLX {:?}",
            got.len(),
            i / parts,
            got[i],
            wanted[i]
        )),
    }
}

/// An integer or truth value, or a float (complex: each part).
#[derive(Clone, Copy, Debug)]
enum Number {
    Whole(i128),
    Float(f64),
}

fn numbers(x: &Array) -> Result<Vec<Number>> {
    macro_rules! whole {
        ($ty:ty) => {
            x.to_vec::<$ty>()?.into_iter().map(|v| Number::Whole(v.into())).collect()
        };
    }
    macro_rules! float {
        ($ty:ty) => {
            x.to_vec::<$ty>()?.into_iter().map(|v| Number::Float(v.into())).collect()
        };
    }
    Ok(match x.dtype() {
        DType::Bool => whole!(bool),
        DType::U8 => whole!(u8),
        DType::U16 => whole!(u16),
        DType::U32 => whole!(u32),
        DType::U64 => whole!(u64),
        DType::I8 => whole!(i8),
        DType::I16 => whole!(i16),
        DType::I32 => whole!(i32),
        DType::I64 => whole!(i64),
        DType::F16 => float!(f16),
        DType::BF16 => float!(bf16),
        DType::F32 => float!(f32),
        DType::F64 => float!(f64),
        DType::Complex64 => {
            x.to_vec::<[f32; 2]>()?.into_flattened().into_iter().map(|v| Number::Float(v.into())).collect()
        }
    })
}

/// Equal within `tol`: NaN equals NaN, infinities equal themselves.
fn same(a: Number, b: Number, tol: f64, signed_zeros: bool) -> bool {
    match (a, b) {
        (Number::Whole(a), Number::Whole(b)) => a == b,
        (Number::Float(a), Number::Float(b)) => {
            if a.is_nan() || b.is_nan() {
                return a.is_nan() && b.is_nan();
            }
            if a == b {
                return !signed_zeros || a != 0.0 || a.is_sign_negative() == b.is_sign_negative();
            }
            a.is_finite() && b.is_finite() && (a - b).abs() <= tol * b.abs().max(1.0)
        }
        _ => false,
    }
}
