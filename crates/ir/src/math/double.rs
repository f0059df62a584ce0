//! f64 functions for dtype `f64`: the `libm` crate's, which are the same bits on every platform, and the few it lacks.

use std::f64::consts::PI;

pub use libm::{
    acos, asin, asinh, atan, atan2, atanh, cos, cosh, erf, exp, exp2, exp10, expm1, fdim, fmod, hypot, ldexp,
    log, log1p, log2, log10, nextafter, pow, sin, sinh, tan, tanh,
};

/// Inverse hyperbolic cosine; NaN below 1, where `libm` 0.2.16 gives numbers for large negative arguments.
#[inline]
pub fn acosh(x: f64) -> f64 {
    if x < 1.0 { f64::NAN } else { libm::acosh(x) }
}

/// Largest integer not above `x`.
#[inline]
pub fn floor(x: f64) -> f64 {
    x.floor()
}

/// Smallest integer not below `x`.
#[inline]
pub fn ceil(x: f64) -> f64 {
    x.ceil()
}

/// `x` without its fraction.
#[inline]
pub fn trunc(x: f64) -> f64 {
    x.trunc()
}

/// Nearest integer, ties to even.
#[inline]
pub fn rint(x: f64) -> f64 {
    x.round_ties_even()
}

/// Nearest integer, ties away from zero.
#[inline]
pub fn round(x: f64) -> f64 {
    x.round()
}

/// Square root.
#[inline]
pub fn sqrt(x: f64) -> f64 {
    x.sqrt()
}

/// `1 / sqrt(x)`.
#[inline]
pub fn rsqrt(x: f64) -> f64 {
    1.0 / x.sqrt()
}

/// `x - floor(x)`, at most the largest value below 1; +0 for infinities.
#[inline]
pub fn fract(x: f64) -> f64 {
    if x.is_infinite() {
        return 0.0;
    }
    let f = x - x.floor();
    if f >= 1.0 { 1.0 - f64::EPSILON / 2.0 } else { f }
}

/// `pow` for `x >= 0`; NaN below.
#[inline]
pub fn powr(x: f64, y: f64) -> f64 {
    // pow(NaN, 0) is 1; here NaN stays.
    if x >= 0.0 { pow(x.abs(), y) } else { f64::NAN }
}

/// The quarter turn nearest to `x` half turns, modulo 4, and what is left, in [-1/4, 1/4]. Every step is exact.
#[inline]
fn quarter(x: f64) -> (i32, f64) {
    let y = fmod(x, 2.0);
    let n = (2.0 * y).round_ties_even();
    (n as i32 & 3, y - 0.5 * n)
}

/// `sin(pi * x)`.
pub fn sinpi(x: f64) -> f64 {
    if !x.is_finite() {
        return f64::NAN;
    }
    let (q, r) = quarter(x);
    let r = r * PI;
    let v = match q {
        0 => sin(r),
        1 => cos(r),
        2 => -sin(r),
        _ => -cos(r),
    };
    // C23: integers give a zero of the argument's sign.
    if v == 0.0 { 0f64.copysign(x) } else { v }
}

/// `cos(pi * x)`.
pub fn cospi(x: f64) -> f64 {
    if !x.is_finite() {
        return f64::NAN;
    }
    let (q, r) = quarter(x);
    let r = r * PI;
    let v = match q {
        0 => cos(r),
        1 => -sin(r),
        2 => -cos(r),
        _ => sin(r),
    };
    // C23: half-integers give +0.
    if v == 0.0 { 0.0 } else { v }
}

/// `tan(pi * x)`.
pub fn tanpi(x: f64) -> f64 {
    sinpi(x) / cospi(x)
}

/// The inverse of [`erf`].
pub fn erfinv(x: f64) -> f64 {
    let a = x.abs();
    if a > 1.0 || a.is_nan() {
        return f64::NAN;
    }
    if a == 1.0 {
        return f64::INFINITY.copysign(x);
    }
    if a < 1e-8 {
        // erf(x) = 2/sqrt(pi) (x - x^3/3 + ...).
        return x * (PI.sqrt() / 2.0);
    }
    // Winitzki's closed form (relative error 2e-3), then Halley's steps on erf(y) = a (on erfc(y) = 1 - a, which is
    // exact, where a > 1/2).
    let l = libm::log1p(-a * a);
    let t = 2.0 / (PI * 0.147) + l / 2.0;
    let mut y = (((t * t - l / 0.147).sqrt()) - t).sqrt();
    for _ in 0..3 {
        let e = if a > 0.5 { (1.0 - a) - libm::erfc(y) } else { libm::erf(y) - a };
        let u = e / (2.0 / PI.sqrt() * exp(-y * y));
        y -= u / (1.0 + y * u);
    }
    y.copysign(x)
}

/// `x` with the sign of `y`.
#[inline]
pub fn copysign(x: f64, y: f64) -> f64 {
    x.copysign(y)
}

/// Mantissa of `frexp`, in [0.5, 1).
#[inline]
pub fn frexp_mantissa(x: f64) -> f64 {
    libm::frexp(x).0
}

/// Exponent of `frexp`: `x = mantissa * 2^exponent`; 0 for zero, infinity and NaN.
#[inline]
pub fn frexp_exponent(x: f64) -> i32 {
    if x == 0.0 || !x.is_finite() { 0 } else { libm::frexp(x).1 }
}

/// Exponent of the first bit; `i32::MIN` for 0 and NaN, `i32::MAX` for infinity, as [`super::ilogb`].
#[inline]
pub fn ilogb(x: f64) -> i32 {
    if x == 0.0 || x.is_nan() {
        i32::MIN
    } else if x.is_infinite() {
        i32::MAX
    } else {
        libm::frexp(x).1 - 1
    }
}

/// Not infinite and not NaN.
#[inline]
pub fn is_finite(x: f64) -> bool {
    x.is_finite()
}

/// Infinite.
#[inline]
pub fn is_inf(x: f64) -> bool {
    x.is_infinite()
}

/// Not a number.
#[inline]
pub fn is_nan(x: f64) -> bool {
    x.is_nan()
}

/// Neither zero, subnormal, infinite nor NaN.
#[inline]
pub fn is_normal(x: f64) -> bool {
    x.is_normal()
}

/// The sign bit is set.
#[inline]
pub fn sign_bit(x: f64) -> bool {
    x.is_sign_negative()
}

/// The smaller operand; the other one when one is NaN; the first when they compare equal.
#[inline]
pub fn min(x: f64, y: f64) -> f64 {
    if y < x || x.is_nan() { y } else { x }
}

/// The larger operand; the other one when one is NaN; the first when they compare equal.
#[inline]
pub fn max(x: f64, y: f64) -> f64 {
    if y > x || x.is_nan() { y } else { x }
}
