//! Host scalars and operands: a number written in the program takes the dtype of the array it meets.

use crate::Array;
use emberforge_base::DType;
use half::{bf16, f16};
use num_complex::Complex32;
use std::borrow::Cow;

/// A number of the host's program. It has a kind but no width: beside an array it takes the array's dtype, unless its
/// kind (float beside integers, complex beside reals) needs more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A real number.
    Float(f64),
    /// A complex number.
    Complex(Complex32),
}

impl Scalar {
    /// The dtype it has on its own, as in MLX: `bool`, `i32` (`i64` when it does not fit), `f32`, `complex64`.
    pub fn dtype(self) -> DType {
        match self {
            Scalar::Bool(_) => DType::Bool,
            Scalar::Int(i) if i32::try_from(i).is_ok() => DType::I32,
            Scalar::Int(_) => DType::I64,
            Scalar::Float(_) => DType::F32,
            Scalar::Complex(_) => DType::Complex64,
        }
    }

    /// The dtype it takes beside an array of `dtype`.
    pub fn dtype_beside(self, dtype: DType) -> DType {
        match self {
            Scalar::Bool(_) => dtype,
            Scalar::Int(_) if dtype == DType::Bool => self.dtype(),
            Scalar::Int(_) => dtype,
            Scalar::Float(_) if dtype.is_float() || dtype == DType::Complex64 => dtype,
            Scalar::Float(_) => DType::F32,
            Scalar::Complex(_) => DType::Complex64,
        }
    }

    /// The element's bits as `dtype` (complex: real part in the low half). Integers wrap, floats round to nearest,
    /// floats to integers truncate and saturate.
    pub(crate) fn bits(self, dtype: DType) -> u64 {
        let int = match self {
            Scalar::Bool(b) => i64::from(b),
            Scalar::Int(i) => i,
            Scalar::Float(f) if dtype == DType::U64 => f as u64 as i64,
            Scalar::Float(f) => f as i64,
            Scalar::Complex(c) => c.re as i64,
        };
        let float = match self {
            Scalar::Bool(b) => f64::from(u8::from(b)),
            Scalar::Int(i) => i as f64,
            Scalar::Float(f) => f,
            Scalar::Complex(c) => f64::from(c.re),
        };
        match dtype {
            DType::Bool => u64::from(match self {
                Scalar::Bool(b) => b,
                Scalar::Int(i) => i != 0,
                Scalar::Float(f) => f != 0.0,
                Scalar::Complex(c) => c.re != 0.0 || c.im != 0.0,
            }),
            DType::U8 | DType::I8 => u64::from(int as u8),
            DType::U16 | DType::I16 => u64::from(int as u16),
            DType::U32 | DType::I32 => u64::from(int as u32),
            DType::U64 | DType::I64 => int as u64,
            DType::F16 => u64::from(f16::from_f64(float).to_bits()),
            DType::BF16 => u64::from(bf16::from_f64(float).to_bits()),
            DType::F32 => u64::from((float as f32).to_bits()),
            DType::F64 => float.to_bits(),
            DType::Complex64 => {
                let c = match self {
                    Scalar::Complex(c) => c,
                    _ => Complex32::new(float as f32, 0.0),
                };
                u64::from(c.re.to_bits()) | u64::from(c.im.to_bits()) << 32
            }
        }
    }
}

/// An argument of an operation: an array, or a host scalar.
#[derive(Clone, Debug)]
pub enum Operand<'a> {
    /// An array.
    Array(Cow<'a, Array>),
    /// A host scalar.
    Scalar(Scalar),
}

impl<'a> From<&'a Array> for Operand<'a> {
    fn from(array: &'a Array) -> Self {
        Operand::Array(Cow::Borrowed(array))
    }
}

impl From<Array> for Operand<'_> {
    fn from(array: Array) -> Self {
        Operand::Array(Cow::Owned(array))
    }
}

impl From<Scalar> for Operand<'_> {
    fn from(scalar: Scalar) -> Self {
        Operand::Scalar(scalar)
    }
}

macro_rules! scalars {
    ($($ty:ty: |$v:ident| $make:expr),* $(,)?) => {$(
        impl From<$ty> for Scalar {
            fn from($v: $ty) -> Self {
                $make
            }
        }
        impl From<$ty> for Operand<'_> {
            fn from(value: $ty) -> Self {
                Operand::Scalar(value.into())
            }
        }
    )*};
}
scalars! {
    bool: |v| Scalar::Bool(v),
    i8: |v| Scalar::Int(v.into()),
    u8: |v| Scalar::Int(v.into()),
    i16: |v| Scalar::Int(v.into()),
    u16: |v| Scalar::Int(v.into()),
    i32: |v| Scalar::Int(v.into()),
    i64: |v| Scalar::Int(v),
    u32: |v| Scalar::Int(v.into()),
    usize: |v| Scalar::Int(i64::try_from(v).unwrap_or(i64::MAX)),
    f32: |v| Scalar::Float(v.into()),
    f64: |v| Scalar::Float(v),
    Complex32: |v| Scalar::Complex(v),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scalar_takes_the_arrays_dtype_unless_its_kind_needs_more() {
        let beside = |s: Scalar| DType::ALL.map(|d| s.dtype_beside(d).name()).join(" ");
        // Recorded from MLX 0.32.4: `(array + scalar).dtype`.
        assert_eq!(beside(Scalar::Bool(true)), "bool u8 u16 u32 u64 i8 i16 i32 i64 f16 bf16 f32 f64 c64");
        assert_eq!(beside(Scalar::Int(1)), "i32 u8 u16 u32 u64 i8 i16 i32 i64 f16 bf16 f32 f64 c64");
        assert_eq!(beside(Scalar::Float(1.0)), "f32 f32 f32 f32 f32 f32 f32 f32 f32 f16 bf16 f32 f64 c64");
        assert_eq!(beside(Complex32::new(0.0, 1.0).into()), ["c64"; 14].join(" "));
    }

    #[test]
    fn bits_are_those_of_the_element() {
        assert_eq!(Scalar::Int(-1).bits(DType::U8), 255);
        assert_eq!(Scalar::Float(1.0).bits(DType::F16), 0x3c00);
        assert_eq!(Scalar::Float(-2.5).bits(DType::I32), u64::from(-2i32 as u32));
    }
}
