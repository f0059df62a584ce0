//! The Rust types that array elements are read and written as.

use emberforge_base::DType;
use half::{bf16, f16};

mod sealed {
    pub trait Sealed {}
}

/// A Rust type that stands for one [`DType`]: `bool`, the integers, [`half::f16`], [`half::bf16`], `f32`, `f64` and
/// [`num_complex::Complex32`] or `[f32; 2]` (real and imaginary part of a `complex64`).
pub trait Element: sealed::Sealed + bytemuck::NoUninit + bytemuck::CheckedBitPattern {
    /// The dtype it stands for.
    const DTYPE: DType;
}

macro_rules! elements {
    ($($ty:ty => $dtype:ident),* $(,)?) => {$(
        impl sealed::Sealed for $ty {}
        impl Element for $ty {
            const DTYPE: DType = DType::$dtype;
        }
    )*};
}

elements! {
    bool => Bool, u8 => U8, u16 => U16, u32 => U32, u64 => U64, i8 => I8, i16 => I16, i32 => I32, i64 => I64,
    f16 => F16, bf16 => BF16, f32 => F32, f64 => F64, [f32; 2] => Complex64,
    num_complex::Complex32 => Complex64,
}

/// One element of any dtype, wide enough to lose nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// `bool`.
    Bool(bool),
    /// Any integer.
    Int(i128),
    /// Any real floating-point number.
    Float(f64),
    /// A complex number.
    Complex(f64, f64),
}

impl Number {
    /// The element stored in `bytes`, which must be as long as the dtype is wide.
    pub fn from_bytes(dtype: DType, bytes: &[u8]) -> Number {
        macro_rules! read {
            ($ty:ty) => {
                bytemuck::pod_read_unaligned::<$ty>(bytes)
            };
        }
        match dtype {
            DType::Bool => Number::Bool(bytes[0] != 0),
            DType::U8 => Number::Int(bytes[0].into()),
            DType::U16 => Number::Int(read!(u16).into()),
            DType::U32 => Number::Int(read!(u32).into()),
            DType::U64 => Number::Int(read!(u64).into()),
            DType::I8 => Number::Int(read!(i8).into()),
            DType::I16 => Number::Int(read!(i16).into()),
            DType::I32 => Number::Int(read!(i32).into()),
            DType::I64 => Number::Int(read!(i64).into()),
            DType::F16 => Number::Float(read!(f16).to_f64()),
            DType::BF16 => Number::Float(read!(bf16).to_f64()),
            DType::F32 => Number::Float(read!(f32).into()),
            DType::F64 => Number::Float(read!(f64)),
            DType::Complex64 => {
                let [re, im] = read!([f32; 2]);
                Number::Complex(re.into(), im.into())
            }
        }
    }

    /// Writes the number as `dtype`: floats are rounded to nearest, floats to integers truncate and saturate (NaN
    /// gives 0), integers outside the type's range saturate, the imaginary part is dropped where there is no room.
    pub(crate) fn write(self, dtype: DType, bytes: &mut [u8]) {
        macro_rules! put {
            ($value:expr) => {
                bytes.copy_from_slice(bytemuck::bytes_of(&$value))
            };
        }
        macro_rules! int {
            ($ty:ty) => {
                put!(match self {
                    Number::Bool(b) => b as $ty,
                    Number::Int(i) => i.clamp(<$ty>::MIN.into(), <$ty>::MAX.into()) as $ty,
                    Number::Float(f) | Number::Complex(f, _) => f as $ty,
                })
            };
        }
        match dtype {
            DType::Bool => put!(u8::from(self.is_true())),
            DType::U8 => int!(u8),
            DType::U16 => int!(u16),
            DType::U32 => int!(u32),
            DType::U64 => int!(u64),
            DType::I8 => int!(i8),
            DType::I16 => int!(i16),
            DType::I32 => int!(i32),
            DType::I64 => int!(i64),
            DType::F16 => put!(f16::from_f64(self.to_f64())),
            DType::BF16 => put!(bf16::from_f64(self.to_f64())),
            DType::F32 => put!(match self {
                Number::Int(i) => i as f32,
                other => other.to_f64() as f32,
            }),
            DType::F64 => put!(self.to_f64()),
            DType::Complex64 => put!(match self {
                Number::Complex(re, im) => [re as f32, im as f32],
                other => [other.to_f64() as f32, 0.0],
            }),
        }
    }

    /// The value as `f64` (the real part of a complex number).
    pub fn to_f64(self) -> f64 {
        match self {
            Number::Bool(b) => f64::from(u8::from(b)),
            Number::Int(i) => i as f64,
            Number::Float(f) | Number::Complex(f, _) => f,
        }
    }

    /// Different from zero (NaN is).
    pub fn is_true(self) -> bool {
        match self {
            Number::Bool(b) => b,
            Number::Int(i) => i != 0,
            Number::Float(f) => f != 0.0,
            Number::Complex(re, im) => re != 0.0 || im != 0.0,
        }
    }
}
