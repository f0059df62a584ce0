//! The math library of the IR: f32 functions that give the same bits in one lane or a thousand.

use crate::MathOp;

pub mod double;
mod narrow;

pub use narrow::{
    bf16_to_f32, f16_to_f32, f32_to_bf16, f32_to_f16, fma_bf16, fma_f16, fract_bf16, fract_f16,
    is_normal_bf16, is_normal_f16, nextafter_bf16, nextafter_f16, round_bf16, round_f16, round_f64_to_bf16,
    round_f64_to_f16,
};

/// `acos(x)`.
#[inline(always)]
pub fn acos(x: f32) -> f32 {
    double::acos(x as f64) as f32
}

/// `acosh(x)`.
#[inline(always)]
pub fn acosh(x: f32) -> f32 {
    double::acosh(x as f64) as f32
}

/// `asin(x)`.
#[inline(always)]
pub fn asin(x: f32) -> f32 {
    double::asin(x as f64) as f32
}

/// `asinh(x)`.
#[inline(always)]
pub fn asinh(x: f32) -> f32 {
    double::asinh(x as f64) as f32
}

/// `atan(x)`.
#[inline(always)]
pub fn atan(x: f32) -> f32 {
    double::atan(x as f64) as f32
}

/// `atanh(x)`.
#[inline(always)]
pub fn atanh(x: f32) -> f32 {
    double::atanh(x as f64) as f32
}

/// `cos(x)`.
#[inline(always)]
pub fn cos(x: f32) -> f32 {
    double::cos(x as f64) as f32
}

/// `cosh(x)`.
#[inline(always)]
pub fn cosh(x: f32) -> f32 {
    double::cosh(x as f64) as f32
}

/// `erf(x)`.
#[inline(always)]
pub fn erf(x: f32) -> f32 {
    double::erf(x as f64) as f32
}

/// `exp(x)`.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    double::exp(x as f64) as f32
}

/// `exp10(x)`.
#[inline(always)]
pub fn exp10(x: f32) -> f32 {
    double::exp10(x as f64) as f32
}

/// `exp2(x)`.
#[inline(always)]
pub fn exp2(x: f32) -> f32 {
    double::exp2(x as f64) as f32
}

/// `expm1(x)`.
#[inline(always)]
pub fn expm1(x: f32) -> f32 {
    double::expm1(x as f64) as f32
}

/// `log(x)`.
#[inline(always)]
pub fn log(x: f32) -> f32 {
    double::log(x as f64) as f32
}

/// `log10(x)`.
#[inline(always)]
pub fn log10(x: f32) -> f32 {
    double::log10(x as f64) as f32
}

/// `log1p(x)`.
#[inline(always)]
pub fn log1p(x: f32) -> f32 {
    double::log1p(x as f64) as f32
}

/// `log2(x)`.
#[inline(always)]
pub fn log2(x: f32) -> f32 {
    double::log2(x as f64) as f32
}

/// `sin(x)`.
#[inline(always)]
pub fn sin(x: f32) -> f32 {
    double::sin(x as f64) as f32
}

/// `sinh(x)`.
#[inline(always)]
pub fn sinh(x: f32) -> f32 {
    double::sinh(x as f64) as f32
}

/// `tan(x)`.
#[inline(always)]
pub fn tan(x: f32) -> f32 {
    double::tan(x as f64) as f32
}

/// `tanh(x)`.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    double::tanh(x as f64) as f32
}

/// `floor(x)`.
#[inline(always)]
pub fn floor(x: f32) -> f32 {
    double::floor(x as f64) as f32
}

/// `ceil(x)`.
#[inline(always)]
pub fn ceil(x: f32) -> f32 {
    double::ceil(x as f64) as f32
}

/// `trunc(x)`.
#[inline(always)]
pub fn trunc(x: f32) -> f32 {
    double::trunc(x as f64) as f32
}

/// `rint(x)`.
#[inline(always)]
pub fn rint(x: f32) -> f32 {
    double::rint(x as f64) as f32
}

/// `round(x)`.
#[inline(always)]
pub fn round(x: f32) -> f32 {
    double::round(x as f64) as f32
}

/// `sqrt(x)`.
#[inline(always)]
pub fn sqrt(x: f32) -> f32 {
    double::sqrt(x as f64) as f32
}

/// `sinpi(x)`.
#[inline(always)]
pub fn sinpi(x: f32) -> f32 {
    double::sinpi(x as f64) as f32
}

/// `cospi(x)`.
#[inline(always)]
pub fn cospi(x: f32) -> f32 {
    double::cospi(x as f64) as f32
}

/// `tanpi(x)`.
#[inline(always)]
pub fn tanpi(x: f32) -> f32 {
    double::tanpi(x as f64) as f32
}

/// `erfinv(x)`.
#[inline(always)]
pub fn erfinv(x: f32) -> f32 {
    double::erfinv(x as f64) as f32
}

/// `rsqrt(x)`.
#[inline(always)]
pub fn rsqrt(x: f32) -> f32 {
    double::rsqrt(x as f64) as f32
}

/// `pow(x, y)`.
#[inline(always)]
pub fn pow(x: f32, y: f32) -> f32 {
    double::pow(x as f64, y as f64) as f32
}

/// `powr(x, y)`.
#[inline(always)]
pub fn powr(x: f32, y: f32) -> f32 {
    double::powr(x as f64, y as f64) as f32
}

/// `atan2(x, y)`.
#[inline(always)]
pub fn atan2(x: f32, y: f32) -> f32 {
    double::atan2(x as f64, y as f64) as f32
}

/// `hypot(x, y)`.
#[inline(always)]
pub fn hypot(x: f32, y: f32) -> f32 {
    double::hypot(x as f64, y as f64) as f32
}

/// `fmod(x, y)`.
#[inline(always)]
pub fn fmod(x: f32, y: f32) -> f32 {
    double::fmod(x as f64, y as f64) as f32
}

/// `fdim(x, y)`.
#[inline(always)]
pub fn fdim(x: f32, y: f32) -> f32 {
    double::fdim(x as f64, y as f64) as f32
}

/// `x - floor(x)`, below 1.
#[inline(always)]
pub fn fract(x: f32) -> f32 {
    x - x.floor()
}
/// Next representable value after `x` towards `y`.
#[inline(always)]
pub fn nextafter(x: f32, y: f32) -> f32 {
    libm::nextafterf(x, y)
}
/// `x` with the sign of `y`.
#[inline(always)]
pub fn copysign(x: f32, y: f32) -> f32 {
    x.copysign(y)
}
/// `x * 2^n`.
#[inline(always)]
pub fn ldexp(x: f32, n: i32) -> f32 {
    libm::ldexpf(x, n)
}
/// Mantissa in [0.5, 1).
#[inline(always)]
pub fn frexp_mantissa(x: f32) -> f32 {
    libm::frexpf(x).0
}
/// Exponent for `frexp_mantissa`.
#[inline(always)]
pub fn frexp_exponent(x: f32) -> i32 {
    libm::frexpf(x).1
}
/// Exponent of `x`.
#[inline(always)]
pub fn ilogb(x: f32) -> i32 {
    libm::ilogbf(x)
}
/// Neither infinite nor NaN.
#[inline(always)]
pub fn is_finite(x: f32) -> bool {
    x.is_finite()
}
/// Infinite.
#[inline(always)]
pub fn is_inf(x: f32) -> bool {
    x.is_infinite()
}
/// NaN.
#[inline(always)]
pub fn is_nan(x: f32) -> bool {
    x.is_nan()
}
/// Normal.
#[inline(always)]
pub fn is_normal(x: f32) -> bool {
    x.is_normal()
}
/// Sign bit set.
#[inline(always)]
pub fn sign_bit(x: f32) -> bool {
    x.is_sign_negative()
}
/// Smaller operand; the other one when one is NaN; the first when they compare equal.
#[inline(always)]
pub fn min(x: f32, y: f32) -> f32 {
    if y < x || x.is_nan() { y } else { x }
}
/// Larger operand; the other one when one is NaN; the first when they compare equal.
#[inline(always)]
pub fn max(x: f32, y: f32) -> f32 {
    if y > x || x.is_nan() { y } else { x }
}

/// The stated bound of each function, in units in the last place of the f32 result.
pub const ULP_BOUNDS: &[(MathOp, f32)] = &[];
