//! numpy's `.npy` format, versions 1 to 3: a Python dictionary and raw elements.
//!
//! Written by hand because the header is one line of text; the existing crate brings a parser generator and C code.

use super::Lets;
use super::expr::Cursor;
use crate::HostArray;
use crate::host::shape_text;
use emberforge_base::{DType, Error, Result};

const MAGIC: &[u8] = b"\x93NUMPY";

/// The array in the bytes of an `.npy` file. `f64` becomes `f32`, as in MLX; big-endian and Fortran order are
/// converted.
pub(crate) fn decode(bytes: &[u8]) -> Result<HostArray> {
    let bad = |what: &str| Error::invalid(format!("not a valid .npy file: {what}"));
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| bad("it does not begin with \\x93NUMPY"))?;
    let (length, start) = match rest {
        [1, _, a, b, ..] => (usize::from(u16::from_le_bytes([*a, *b])), 4),
        [2 | 3, _, a, b, c, d, ..] => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, 6),
        _ => return Err(bad("unknown version")),
    };
    let header =
        rest.get(start..).and_then(|r| r.get(..length)).ok_or_else(|| bad("the header is cut off"))?;
    let data = &rest[start + length..];
    let header = std::str::from_utf8(header).map_err(|_| bad("the header is not text"))?;
    let Header { descr, fortran, shape } = Header::read(header)?;

    let (big, kind) = match descr.split_at_checked(1) {
        Some(("<" | "|" | "=", kind)) => (false, kind),
        Some((">", kind)) => (true, kind),
        _ => (false, &*descr),
    };
    let dtype = match kind {
        "b1" => DType::Bool,
        "u1" => DType::U8,
        "u2" => DType::U16,
        "u4" => DType::U32,
        "u8" => DType::U64,
        "i1" => DType::I8,
        "i2" => DType::I16,
        "i4" => DType::I32,
        "i8" => DType::I64,
        "f2" => DType::F16,
        "f4" => DType::F32,
        "f8" => DType::F64,
        "c8" => DType::Complex64,
        // How `bfloat16` arrays of ml_dtypes are written.
        "V2" => DType::BF16,
        _ => {
            return Err(Error::invalid(format!(
                "the .npy file holds numpy dtype `{descr}`, which has no counterpart here; save it as float32 first"
            )));
        }
    };
    let mut data = data.to_vec();
    if big {
        let part = if dtype == DType::Complex64 { 4 } else { dtype.size() };
        data.chunks_exact_mut(part).for_each(<[u8]>::reverse);
    }
    let expected = crate::host::element_count(&shape)?.saturating_mul(dtype.size());
    if data.len() < expected {
        return Err(bad(&format!(
            "shape {} needs {expected} bytes and {} follow",
            shape_text(&shape),
            data.len()
        )));
    }
    data.truncate(expected);
    let mut array = HostArray::from_bytes(dtype, &shape, &data)?;
    if fortran && shape.len() > 1 {
        array = from_fortran(&array)?;
    }
    if dtype == DType::F64 { array.convert(DType::F32) } else { Ok(array) }
}

/// The bytes of an `.npy` file. `bf16` is written as `f32`, for numpy has no name for it.
pub(crate) fn encode(array: &HostArray) -> Result<Vec<u8>> {
    let widened;
    let array = if array.dtype() == DType::BF16 {
        widened = array.convert(DType::F32)?;
        &widened
    } else {
        array
    };
    let descr = match array.dtype() {
        DType::Bool => "|b1",
        DType::U8 => "|u1",
        DType::U16 => "<u2",
        DType::U32 => "<u4",
        DType::U64 => "<u8",
        DType::I8 => "|i1",
        DType::I16 => "<i2",
        DType::I32 => "<i4",
        DType::I64 => "<i8",
        DType::F16 => "<f2",
        DType::F64 => "<f8",
        DType::Complex64 => "<c8",
        DType::F32 | DType::BF16 => "<f4",
    };
    let mut header =
        format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {}, }}", shape_text(array.shape()));
    // Magic, version, length and header together fill a multiple of 64 bytes; the header ends in a line break.
    let total = (MAGIC.len() + 4 + header.len() + 1).next_multiple_of(64);
    header.push_str(&" ".repeat(total - MAGIC.len() - 4 - header.len() - 1));
    header.push('\n');
    let mut out = Vec::with_capacity(total + array.byte_len());
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&[1, 0]);
    out.extend_from_slice(&(header.len() as u16).to_le_bytes());
    out.extend_from_slice(header.as_bytes());
    out.extend_from_slice(array.bytes());
    Ok(out)
}

struct Header {
    descr: String,
    fortran: bool,
    shape: Vec<usize>,
}

impl Header {
    fn read(text: &str) -> Result<Header> {
        let mut cursor = Cursor::new(text);
        let (mut descr, mut fortran, mut shape) = (None, false, None);
        cursor.require("{")?;
        while !cursor.eat("}") {
            let key = string(&mut cursor)?;
            cursor.require(":")?;
            match &*key {
                "descr" => descr = Some(string(&mut cursor)?),
                "fortran_order" => {
                    fortran = cursor.eat("True");
                    if !fortran {
                        cursor.require("False")?;
                    }
                }
                "shape" => {
                    cursor.require("(")?;
                    let mut dims = Vec::new();
                    while !cursor.eat(")") {
                        let n = cursor.integer(&Lets::default())?;
                        dims.push(usize::try_from(n).map_err(|_| cursor.error("a shape"))?);
                        cursor.eat(",");
                    }
                    shape = Some(dims);
                }
                _ => {
                    return Err(Error::invalid(format!("not a valid .npy file: unknown header key `{key}`")));
                }
            }
            cursor.eat(",");
        }
        match (descr, shape) {
            (Some(descr), Some(shape)) => Ok(Header { descr, fortran, shape }),
            _ => Err(Error::invalid("not a valid .npy file: the header lacks `descr` or `shape`")),
        }
    }
}

fn string(cursor: &mut Cursor<'_>) -> Result<String> {
    let quote = if cursor.peek("'") { '\'' } else { '"' };
    let rest = cursor.rest();
    let inner = rest.strip_prefix(quote).and_then(|r| r.split_once(quote)).map(|(inner, _)| inner);
    let inner = inner.ok_or_else(|| cursor.error("a string (structured dtypes are not supported)"))?;
    cursor.advance(inner.len() + 2);
    Ok(inner.to_string())
}

/// The array whose elements were stored first axis fastest.
fn from_fortran(array: &HostArray) -> Result<HostArray> {
    let shape = array.shape().to_vec();
    HostArray::generate(array.dtype(), &shape, |flat| {
        let (mut rest, mut index) = (flat, 0);
        let mut position = vec![0; shape.len()];
        for axis in (0..shape.len()).rev() {
            position[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        for axis in (0..shape.len()).rev() {
            index = index * shape[axis] + position[axis];
        }
        array.get(index)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dtype_and_rank_reads_back() {
        for dtype in DType::ALL {
            if matches!(dtype, DType::BF16 | DType::F64) {
                continue;
            }
            for shape in [&[][..], &[3], &[2, 3], &[0, 4]] {
                let x = HostArray::generate(dtype, shape, |i| crate::Number::Int(i as i128)).unwrap();
                let bytes = encode(&x).unwrap();
                assert!(decode(&bytes).unwrap().same_bits(&x), "{dtype} {shape:?}");
            }
        }
    }

    #[test]
    fn fortran_order_and_big_endian_are_converted() {
        let header = "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }\n";
        let mut file = MAGIC.to_vec();
        file.extend_from_slice(&[1, 0, header.len() as u8, 0]);
        file.extend_from_slice(header.as_bytes());
        for v in [0u8, 3, 1, 4, 2, 5] {
            file.extend_from_slice(&[0, v]);
        }
        assert_eq!(decode(&file).unwrap().as_slice::<i16>().unwrap(), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn damaged_files_are_errors() {
        let good = encode(&HostArray::vector(&[1.0f32, 2.0])).unwrap();
        for cut in 0..good.len() {
            assert!(decode(&good[..cut]).is_err(), "cut at {cut}");
        }
    }
}
