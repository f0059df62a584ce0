//! numpy's `.npy` format, versions 1 to 3: a Python dictionary and raw elements.
//!
//! Written by hand because the header is one line of text; the existing crate brings a parser generator and C code.

use super::Lets;
use super::expr::Cursor;
use crate::HostArray;
use crate::host::{element_count, settle, shape_text};
use emberforge_base::{DType, Error, Result};

const MAGIC: &[u8] = b"\x93NUMPY";

/// What the header of an `.npy` file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NpyHeader {
    /// Element type. `bfloat16` is numpy's `V2` ("two bytes"), as MLX and ml_dtypes write it.
    pub dtype: DType,
    /// Extents, outermost first.
    pub shape: Vec<usize>,
    /// The first axis varies fastest.
    pub fortran: bool,
    /// Elements stand with their high byte first; see [`to_native`].
    pub big_endian: bool,
    /// Where the elements begin in the file.
    pub start: usize,
}

/// The longest header that is read: numpy's own are below 10 KB.
const LONGEST_HEADER: usize = 1 << 20;

impl NpyHeader {
    /// Reads the header at the beginning of a file's bytes.
    ///
    /// # Errors
    /// When they do not begin an `.npy` file, or its dtype has no counterpart here.
    pub fn parse(bytes: &[u8]) -> Result<NpyHeader> {
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| bad("it does not begin with \\x93NUMPY"))?;
        let (length, before) = match rest {
            [1, _, a, b, ..] => (usize::from(u16::from_le_bytes([*a, *b])), 4),
            [2 | 3, _, a, b, c, d, ..] => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, 6),
            [1..=3, ..] | [] => return Err(bad("the header is cut off")),
            [version, ..] => return Err(bad(&format!("version {version} is not known"))),
        };
        if length > LONGEST_HEADER {
            return Err(bad(&format!(
                "the header claims {length} bytes, more than the {LONGEST_HEADER} allowed"
            )));
        }
        let text = rest[before..].get(..length).ok_or_else(|| bad("the header is cut off"))?;
        let text = std::str::from_utf8(text).map_err(|_| bad("the header is not text"))?;
        let fields = Fields::read(text)?;
        let (dtype, big_endian) = dtype(&fields.descr)?;
        let start = MAGIC.len() + before + length;
        let header = NpyHeader { dtype, shape: fields.shape, fortran: fields.fortran, big_endian, start };
        header.byte_len()?;
        Ok(header)
    }

    /// Bytes that the elements take.
    ///
    /// # Errors
    /// When the shape has more elements than a machine can address.
    pub fn byte_len(&self) -> Result<usize> {
        let bytes = element_count(&self.shape)?.checked_mul(self.dtype.size());
        bytes.ok_or_else(|| bad(&format!("shape {} is too large", shape_text(&self.shape))))
    }

    /// Says whether a file of `len` bytes can hold what the header promises, and nothing else.
    ///
    /// # Errors
    /// When it is shorter or longer.
    pub fn check_len(&self, len: u64) -> Result<()> {
        let (promised, follow) = (self.byte_len()? as u64, len.saturating_sub(self.start as u64));
        if promised == follow {
            return Ok(());
        }
        Err(bad(&format!(
            "shape {} needs {promised} bytes and {follow} follow the header",
            shape_text(&self.shape)
        )))
    }

    /// The bytes that stand before row-major little-endian elements.
    pub fn encode(dtype: DType, shape: &[usize]) -> Vec<u8> {
        let descr = match dtype {
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
            DType::BF16 => "<V2",
            DType::F32 => "<f4",
            DType::F64 => "<f8",
            DType::Complex64 => "<c8",
        };
        let mut header =
            format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {}, }}", shape_text(shape));
        // Magic, version, length and header together fill a multiple of 64 bytes; the header ends in a line break.
        let total = (MAGIC.len() + 4 + header.len() + 1).next_multiple_of(64);
        header.push_str(&" ".repeat(total - MAGIC.len() - 4 - header.len() - 1));
        header.push('\n');
        let mut out = Vec::with_capacity(total);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&[1, 0]);
        out.extend_from_slice(&(header.len() as u16).to_le_bytes());
        out.extend_from_slice(header.as_bytes());
        out
    }
}

fn bad(what: &str) -> Error {
    Error::invalid(format!("not a valid .npy file: {what}"))
}

fn dtype(descr: &str) -> Result<(DType, bool)> {
    let (big, kind) = match descr.split_at_checked(1) {
        Some(("<" | "|" | "=", kind)) => (false, kind),
        Some((">", kind)) => (true, kind),
        _ => (false, descr),
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
        "V2" => DType::BF16,
        _ => {
            return Err(Error::invalid(format!(
                "the .npy file holds numpy dtype `{descr}`, which has no counterpart here; save it as float32 first"
            )));
        }
    };
    Ok((dtype, big))
}

/// Brings elements as a file holds them to this machine's form: bytes swapped where the file is big-endian, truth values
/// 0 and 1 whatever the file has.
pub fn to_native(bytes: &mut [u8], dtype: DType, big_endian: bool) {
    if big_endian {
        let part = if dtype == DType::Complex64 { 4 } else { dtype.size() };
        bytes.chunks_exact_mut(part).for_each(<[u8]>::reverse);
    }
    settle(bytes, dtype);
}

/// The array in the bytes of an `.npy` file, for a kernel: `f64` becomes `f32`.
pub(crate) fn decode(bytes: &[u8]) -> Result<HostArray> {
    let header = NpyHeader::parse(bytes)?;
    header.check_len(bytes.len() as u64)?;
    let NpyHeader { dtype, shape, fortran, big_endian, start } = header;
    let mut data = bytes[start..].to_vec();
    to_native(&mut data, dtype, big_endian);
    let mut array = HostArray::from_bytes(dtype, &shape, &data)?;
    if fortran && shape.len() > 1 {
        array = from_fortran(&array)?;
    }
    if dtype == DType::F64 { array.convert(DType::F32) } else { Ok(array) }
}

/// The bytes of an `.npy` file. `bf16` is written as `f32`, so that numpy can read the numbers.
pub(crate) fn encode(array: &HostArray) -> Result<Vec<u8>> {
    if array.dtype() == DType::BF16 {
        return encode(&array.convert(DType::F32)?);
    }
    let mut out = NpyHeader::encode(array.dtype(), array.shape());
    out.extend_from_slice(array.bytes());
    Ok(out)
}

struct Fields {
    descr: String,
    fortran: bool,
    shape: Vec<usize>,
}

impl Fields {
    fn read(text: &str) -> Result<Fields> {
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
                _ => return Err(bad(&format!("unknown header key `{key}`"))),
            }
            cursor.eat(",");
        }
        match (descr, shape) {
            (Some(descr), Some(shape)) => Ok(Fields { descr, fortran, shape }),
            _ => Err(bad("the header lacks `descr` or `shape`")),
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
        let longer = [&good[..], &[0]].concat();
        assert!(decode(&longer).unwrap_err().to_string().contains("needs 8 bytes and 9 follow"));
    }
}
