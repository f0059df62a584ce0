//! Element types of arrays, as MLX names and sizes them.

use std::fmt;
use std::str::FromStr;

/// The type of one array element.
///
/// `complex64` is two `f32` (real, imaginary). `F64` exists on the CPU only: Metal has no `double`, so a
/// kernel body cannot take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the variants name themselves")]
pub enum DType {
    Bool,
    U8,
    U16,
    U32,
    U64,
    I8,
    I16,
    I32,
    I64,
    F16,
    BF16,
    F32,
    F64,
    Complex64,
}

impl DType {
    /// Every dtype, in declaration order.
    pub const ALL: [DType; 14] = [
        DType::Bool,
        DType::U8,
        DType::U16,
        DType::U32,
        DType::U64,
        DType::I8,
        DType::I16,
        DType::I32,
        DType::I64,
        DType::F16,
        DType::BF16,
        DType::F32,
        DType::F64,
        DType::Complex64,
    ];

    /// Size of one element in bytes.
    pub const fn size(self) -> usize {
        match self {
            DType::Bool | DType::U8 | DType::I8 => 1,
            DType::U16 | DType::I16 | DType::F16 | DType::BF16 => 2,
            DType::U32 | DType::I32 | DType::F32 => 4,
            DType::U64 | DType::I64 | DType::F64 | DType::Complex64 => 8,
        }
    }

    /// The short name used on the command line and in directives: `f32`, `bf16`, `c64`.
    pub const fn name(self) -> &'static str {
        match self {
            DType::Bool => "bool",
            DType::U8 => "u8",
            DType::U16 => "u16",
            DType::U32 => "u32",
            DType::U64 => "u64",
            DType::I8 => "i8",
            DType::I16 => "i16",
            DType::I32 => "i32",
            DType::I64 => "i64",
            DType::F16 => "f16",
            DType::BF16 => "bf16",
            DType::F32 => "f32",
            DType::F64 => "f64",
            DType::Complex64 => "c64",
        }
    }

    /// The type's name in the Metal source MLX generates: `float`, `bfloat16_t`, `complex64_t`.
    pub const fn metal_name(self) -> &'static str {
        match self {
            DType::Bool => "bool",
            DType::U8 => "uint8_t",
            DType::U16 => "uint16_t",
            DType::U32 => "uint32_t",
            DType::U64 => "uint64_t",
            DType::I8 => "int8_t",
            DType::I16 => "int16_t",
            DType::I32 => "int32_t",
            DType::I64 => "int64_t",
            DType::F16 => "float16_t",
            DType::BF16 => "bfloat16_t",
            DType::F32 => "float",
            DType::F64 => "double",
            DType::Complex64 => "complex64_t",
        }
    }

    /// True for `f16`, `bf16`, `f32` and `f64`.
    pub const fn is_float(self) -> bool {
        matches!(self, DType::F16 | DType::BF16 | DType::F32 | DType::F64)
    }

    /// True for the eight integer types (not `bool`).
    pub const fn is_integer(self) -> bool {
        matches!(
            self,
            DType::U8
                | DType::U16
                | DType::U32
                | DType::U64
                | DType::I8
                | DType::I16
                | DType::I32
                | DType::I64
        )
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no dtype.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DTypeParseError(String);

impl fmt::Display for DTypeParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a dtype; use one of", self.0)?;
        for (i, dtype) in DType::ALL.iter().enumerate() {
            write!(f, "{} {dtype}", if i == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl std::error::Error for DTypeParseError {}

impl FromStr for DType {
    type Err = DTypeParseError;

    /// Accepts the short names and MLX's (`float32`, `bfloat16`, `complex64`, `uint8`, `bool_`).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let long = match text {
            "bool_" => "bool",
            "float16" | "half" => "f16",
            "bfloat16" | "bfloat" => "bf16",
            "float32" | "float" => "f32",
            "float64" | "double" => "f64",
            "complex64" => "c64",
            "uint8" => "u8",
            "uint16" => "u16",
            "uint32" => "u32",
            "uint64" => "u64",
            "int8" => "i8",
            "int16" => "i16",
            "int32" => "i32",
            "int64" => "i64",
            other => other,
        };
        DType::ALL.into_iter().find(|d| d.name() == long).ok_or_else(|| DTypeParseError(text.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_short_name_reads_back() {
        for dtype in DType::ALL {
            assert_eq!(dtype.name().parse::<DType>().unwrap(), dtype);
        }
        assert!("f8".parse::<DType>().unwrap_err().to_string().contains("`f8` is not a dtype"));
    }
}
