//! Arrays as text, as MLX's `repr` writes them.

use crate::Array;
use emberforge_base::DType;
use emberforge_kernel::Number;
use std::fmt;

/// Of a longer axis only this many entries are shown at each end.
const SHOWN: usize = 3;

/// `array([1, 2, 3], dtype=int32)`. Reads the data; where that is not possible the text says why.
///
/// ```
/// use emberforge_array::{DType, arange};
///
/// assert_eq!(arange(3, None)?.to_string(), "array([0, 1, 2], dtype=int32)");
/// assert_eq!(arange(9, DType::F16)?.to_string(), "array([0, 1, 2, ..., 6, 7, 8], dtype=float16)");
/// # Ok::<(), emberforge_array::Error>(())
/// ```
impl fmt::Display for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers = match self.numbers("Display") {
            Ok(numbers) => numbers,
            Err(error) => return write!(f, "array(<{error}>)"),
        };
        f.write_str("array(")?;
        nested(f, self.shape(), &numbers, 0)?;
        write!(f, ", dtype={})", long_name(self.dtype()))
    }
}

/// One line: dtype, shape, state; never data.
impl fmt::Debug for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Array({}, {:?}, {})", self.dtype(), self.shape(), self.state_name())
    }
}

/// The entries of one axis in brackets; `depth` axes are open.
fn nested(f: &mut fmt::Formatter<'_>, shape: &[usize], numbers: &[Number], depth: usize) -> fmt::Result {
    let Some((&count, inner)) = shape.split_first() else {
        return number(f, numbers[0]);
    };
    let size: usize = inner.iter().product();
    let left_out = if count > 2 * SHOWN { SHOWN..count - SHOWN } else { count..count };
    f.write_str("[")?;
    for i in (0..count).filter(|i| !left_out.contains(i)) {
        if i > 0 {
            separator(f, inner, depth)?;
        }
        if i == left_out.end {
            f.write_str("...")?;
            separator(f, inner, depth)?;
        }
        nested(f, inner, &numbers[i * size..(i + 1) * size], depth + 1)?;
    }
    f.write_str("]")
}

/// Between two entries: rows begin under one another.
fn separator(f: &mut fmt::Formatter<'_>, inner: &[usize], depth: usize) -> fmt::Result {
    if inner.is_empty() { f.write_str(", ") } else { write!(f, ",\n{:1$}", "", "array([".len() + depth) }
}

fn number(f: &mut fmt::Formatter<'_>, x: Number) -> fmt::Result {
    match x {
        Number::Bool(true) => f.write_str("True"),
        Number::Bool(false) => f.write_str("False"),
        Number::Int(i) => write!(f, "{i}"),
        Number::Float(x) => f.write_str(&general(x)),
        Number::Complex(re, im) => {
            let plus = if im >= 0.0 || im.is_nan() { "+" } else { "" };
            write!(f, "{}{plus}{}j", general(re), general(im))
        }
    }
}

/// Six significant digits without trailing zeros, like C's `%g`.
fn general(x: f64) -> String {
    if x.is_nan() {
        return (if x.is_sign_negative() { "-nan" } else { "nan" }).to_string();
    }
    if x.is_infinite() {
        return (if x < 0.0 { "-inf" } else { "inf" }).to_string();
    }
    let short = |digits: &str| match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => digits.to_string(),
    };
    let scientific = format!("{x:.5e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>().unwrap_or(0) {
        e @ -4..6 => short(&format!("{x:.*}", (5 - e) as usize)),
        e => format!("{}e{}{:02}", short(mantissa), if e < 0 { '-' } else { '+' }, e.abs()),
    }
}

/// MLX's name of a dtype.
fn long_name(dtype: DType) -> &'static str {
    match dtype {
        DType::Bool => "bool",
        DType::U8 => "uint8",
        DType::U16 => "uint16",
        DType::U32 => "uint32",
        DType::U64 => "uint64",
        DType::I8 => "int8",
        DType::I16 => "int16",
        DType::I32 => "int32",
        DType::I64 => "int64",
        DType::F16 => "float16",
        DType::BF16 => "bfloat16",
        DType::F32 => "float32",
        DType::F64 => "float64",
        DType::Complex64 => "complex64",
    }
}
