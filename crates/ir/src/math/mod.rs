//! The math library of the IR: the one that every engine on the CPU uses, so that a value is the same bits whether one
//! lane computes it or a thousand, with or without FMA hardware.
//!
//! Each f32 function is `#[inline(always)]` and free of branches, tables and calls: in a loop, inside a function compiled
//! for AVX2 or AVX-512, it becomes vector code. Most compute in f64 with a polynomial good to 2^-33, and round once:
//! simple, and all but correctly rounded. `exp`, `exp2` and `log`, which kernels call most, work in f32.
//!
//! Only `mul_add` fuses, which is exact by definition; without FMA hardware it is a (slow) call of the C library.
//!
//! `f16` and `bf16` functions are the f32 function rounded once ([`round_f16`], [`round_bf16`]), except the ones that
//! depend on the spacing of the type and therefore exist for each: [`fract_f16`], [`nextafter_f16`], [`is_normal_f16`],
//! [`fma_f16`] and their `bf16` sisters. [`double`] holds the f64 functions.
//!
//! The sign and payload of a NaN are not part of a result's meaning.

mod basic;
pub mod double;
mod exponential;
mod narrow;
mod poly;
mod special;
mod trig;

pub use basic::{
    ceil, copysign, fdim, floor, fmod, fract, frexp_exponent, frexp_mantissa, hypot, ilogb, is_finite,
    is_inf, is_nan, is_normal, ldexp, max, min, nextafter, rint, round, rsqrt, sign_bit, sqrt, trunc,
};
pub use exponential::{
    acosh, asinh, atanh, cosh, exp, exp2, exp10, expm1, log, log1p, log2, log10, pow, powr, sinh, tanh,
};
pub use narrow::{
    bf16_to_f32, f16_to_f32, f32_to_bf16, f32_to_f16, fma_bf16, fma_f16, fract_bf16, fract_f16,
    is_normal_bf16, is_normal_f16, nextafter_bf16, nextafter_f16, round_bf16, round_f16, round_f64_to_bf16,
    round_f64_to_f16,
};
pub use special::{erf, erfinv};
pub use trig::{acos, asin, atan, atan2, cos, cospi, near, sin, sinpi, tan, tanpi};

use crate::MathOp;

/// How far an f32 result may be from the true value, in units in the last place of that value (of the smallest subnormal
/// below the normal range), over the whole range of finite arguments. 0.5 is correctly rounded, 0 exact. The tests hold
/// every function to its bound; Metal (MSL 8.4) promises 0 to 0.5 for the same basic ones, 4 for `exp`, `sin` and most
/// others, 5 or 6 for `atan2`, `tan` and `tanh`, 16 for `pow`. Functions not listed give integers or truth values, exactly.
pub const ULP_BOUNDS: &[(MathOp, f32)] = &[
    (MathOp::Acos, 0.51),
    (MathOp::Acosh, 0.51),
    (MathOp::Asin, 0.51),
    (MathOp::Asinh, 0.51),
    (MathOp::Atan, 0.51),
    (MathOp::Atanh, 0.51),
    (MathOp::Ceil, 0.0),
    (MathOp::Cos, 0.51),
    (MathOp::Cosh, 0.51),
    (MathOp::CosPi, 0.51),
    (MathOp::Erf, 1.3),
    (MathOp::ErfInv, 0.51),
    (MathOp::Exp, 1.1),
    (MathOp::Exp10, 0.51),
    (MathOp::Exp2, 1.0),
    (MathOp::Expm1, 0.51),
    (MathOp::Floor, 0.0),
    (MathOp::Fract, 0.5),
    (MathOp::FrexpMantissa, 0.0),
    (MathOp::Log, 1.0),
    (MathOp::Log10, 0.51),
    (MathOp::Log1p, 0.51),
    (MathOp::Log2, 0.51),
    (MathOp::Rint, 0.0),
    (MathOp::Round, 0.0),
    (MathOp::Rsqrt, 0.51),
    (MathOp::Sin, 0.51),
    (MathOp::Sinh, 0.51),
    (MathOp::SinPi, 0.51),
    (MathOp::Sqrt, 0.5),
    (MathOp::Tan, 0.51),
    (MathOp::Tanh, 0.51),
    (MathOp::TanPi, 0.51),
    (MathOp::Trunc, 0.0),
    (MathOp::Atan2, 0.51),
    (MathOp::Copysign, 0.0),
    (MathOp::Fdim, 0.5),
    (MathOp::Fmod, 0.0),
    (MathOp::Hypot, 0.51),
    (MathOp::NextAfter, 0.0),
    (MathOp::Pow, 0.51),
    (MathOp::Powr, 0.51),
    (MathOp::Ldexp, 0.5),
];
