//! How elements of each dtype reduce.
//!
//! Floats accumulate in `f32` (f64 for f64) and round once at the end.

use super::node::Reduction;
use half::{bf16, f16};
use num_complex::Complex32;

/// How one dtype reduces.
pub(super) trait Reducible: Copy + Send + Sync + bytemuck::AnyBitPattern {
    /// Holds partial results; reduces to itself.
    type Accumulator: Reducible<Accumulator = Self::Accumulator>;
    /// Holds results.
    type Out: Copy + Send + Sync + bytemuck::Pod;
    fn identity(op: Reduction) -> Self::Accumulator;
    fn lift(self) -> Self::Accumulator;
    fn combine(op: Reduction, a: Self::Accumulator, b: Self::Accumulator) -> Self::Accumulator;
    fn lower(a: Self::Accumulator) -> Self::Out;
}

macro_rules! real {
    ($($ty:ty, $acc:ty, $out:ty, $lift:expr, $lower:expr, $add:expr, $mul:expr, $low:expr, $high:expr;)*) => {$(
        impl Reducible for $ty {
            type Accumulator = $acc;
            type Out = $out;
            fn identity(op: Reduction) -> $acc {
                match op {
                    Reduction::Sum | Reduction::Any => 0 as $acc,
                    Reduction::Prod | Reduction::All => 1 as $acc,
                    Reduction::Max => $low,
                    Reduction::Min => $high,
                }
            }
            #[inline(always)]
            fn lift(self) -> $acc {
                $lift(self)
            }
            #[inline(always)]
            #[allow(clippy::eq_op, reason = "a float that differs from itself is NaN")]
            fn combine(op: Reduction, a: $acc, b: $acc) -> $acc {
                match op {
                    Reduction::Sum => $add(a, b),
                    Reduction::Prod => $mul(a, b),
                    Reduction::Max => if a != a { a } else if a > b { a } else { b },
                    Reduction::Min => if a != a { a } else if a < b { a } else { b },
                    Reduction::All | Reduction::Any => a,
                }
            }
            fn lower(a: $acc) -> $out {
                $lower(a)
            }
        }
    )*};
}

real! {
    u8, u32, u32, u32::from, |a| a, u32::wrapping_add, u32::wrapping_mul, u32::MIN, u32::MAX;
    u16, u32, u32, u32::from, |a| a, u32::wrapping_add, u32::wrapping_mul, u32::MIN, u32::MAX;
    u32, u32, u32, |a| a, |a| a, u32::wrapping_add, u32::wrapping_mul, u32::MIN, u32::MAX;
    u64, u64, u64, |a| a, |a| a, u64::wrapping_add, u64::wrapping_mul, u64::MIN, u64::MAX;
    i8, i32, i32, i32::from, |a| a, i32::wrapping_add, i32::wrapping_mul, i32::MIN, i32::MAX;
    i16, i32, i32, i32::from, |a| a, i32::wrapping_add, i32::wrapping_mul, i32::MIN, i32::MAX;
    i32, i32, i32, |a| a, |a| a, i32::wrapping_add, i32::wrapping_mul, i32::MIN, i32::MAX;
    i64, i64, i64, |a| a, |a| a, i64::wrapping_add, i64::wrapping_mul, i64::MIN, i64::MAX;
    f16, f32, f16, f16::to_f32, f16::from_f32, |a, b| a + b, |a, b| a * b, f32::NEG_INFINITY, f32::INFINITY;
    bf16, f32, bf16, bf16::to_f32, bf16::from_f32, |a, b| a + b, |a, b| a * b, f32::NEG_INFINITY, f32::INFINITY;
    f32, f32, f32, |a| a, |a| a, |a, b| a + b, |a, b| a * b, f32::NEG_INFINITY, f32::INFINITY;
    f64, f64, f64, |a| a, |a| a, |a, b| a + b, |a, b| a * b, f64::NEG_INFINITY, f64::INFINITY;
}

impl Reducible for Complex32 {
    type Accumulator = Complex32;
    type Out = Complex32;
    fn identity(op: Reduction) -> Complex32 {
        let re = match op {
            Reduction::Prod | Reduction::All => 1.0,
            Reduction::Max => f32::NEG_INFINITY,
            Reduction::Min => f32::INFINITY,
            Reduction::Sum | Reduction::Any => 0.0,
        };
        Complex32::new(re, if re.is_infinite() { re } else { 0.0 })
    }
    #[inline(always)]
    fn lift(self) -> Complex32 {
        self
    }
    #[inline(always)]
    fn combine(op: Reduction, a: Complex32, b: Complex32) -> Complex32 {
        let above = (a.re, a.im) > (b.re, b.im);
        match op {
            Reduction::Sum => a + b,
            Reduction::Prod => a * b,
            Reduction::Max if above || a.is_nan() => a,
            Reduction::Min if !above && !b.is_nan() || a.is_nan() => a,
            Reduction::Max | Reduction::Min => b,
            Reduction::All | Reduction::Any => a,
        }
    }
    fn lower(a: Complex32) -> Complex32 {
        a
    }
}

/// Calls a macro with the type of a dtype's elements.
macro_rules! for_elements {
    ($dtype:expr, $run:ident) => {
        match $dtype {
            DType::Bool | DType::U8 => $run!(u8),
            DType::U16 => $run!(u16),
            DType::U32 => $run!(u32),
            DType::U64 => $run!(u64),
            DType::I8 => $run!(i8),
            DType::I16 => $run!(i16),
            DType::I32 => $run!(i32),
            DType::I64 => $run!(i64),
            DType::F16 => $run!(f16),
            DType::BF16 => $run!(bf16),
            DType::F32 => $run!(f32),
            DType::F64 => $run!(f64),
            DType::Complex64 => $run!(Complex32),
        }
    };
}

pub(super) use for_elements;

/// Expands to a match that gives `op` to its arm as a constant, so that the loop inside is compiled for it.
macro_rules! with_constant {
    ($op:expr, |$constant:ident| $body:expr) => {{
        macro_rules! arm {
            ($variant:ident) => {{
                const $constant: Reduction = Reduction::$variant;
                $body
            }};
        }
        match $op {
            Reduction::Sum => arm!(Sum),
            Reduction::Prod => arm!(Prod),
            Reduction::Max | Reduction::Any => arm!(Max),
            Reduction::Min | Reduction::All => arm!(Min),
        }
    }};
}

pub(super) use with_constant;
