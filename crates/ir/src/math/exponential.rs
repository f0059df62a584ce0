//! Exponentials, logarithms, powers and hyperbolic functions.

use super::poly::{exp_parts, exp2_wide, expm1_wide, ln_1p_wide, log2_fine, log2_wide, poly, poly32};
use std::f64::consts::{LN_2, LOG2_10, LOG10_2};

/// 1.5 * 2^23: see `ROUND` of the f64 cores.
const ROUND32: f32 = 12_582_912.0;

/// `y * 2^n` for the integer that `shifted = n + ROUND32` holds in its low bits, |n| <= 252. The first product is exact,
/// so a subnormal result is rounded once.
#[inline(always)]
fn scale(y: f32, shifted: f32) -> f32 {
    let n = shifted.to_bits().wrapping_sub(ROUND32.to_bits()) as i32;
    let half = n >> 1;
    let rest = n.wrapping_sub(half);
    let one = f32::from_bits((half.wrapping_add(127) as u32) << 23);
    let other = f32::from_bits((rest.wrapping_add(127) as u32) << 23);
    y * one * other
}

/// (e^r - 1 - r) / r^2 on +-ln 2 / 2; error 2^-22.8.
const EXP32: [f32; 5] = [5.0e-1, 1.666_657_6e-1, 4.166_655_2e-2, 8.363_233e-3, 1.392_625e-3];

/// e^x. In f32: of all functions the one that kernels call most.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    // ln 2 to 24 bits, and the rest. The first product has at most 32 bits, so the first fma is exact.
    const LN_2_HIGH: f32 = std::f32::consts::LN_2;
    const LN_2_LOW: f32 = (LN_2 - LN_2_HIGH as f64) as f32;
    // Beyond these the result is infinity or 0. Written so that NaN passes.
    let x = if x > 89.0 { 89.0 } else { x };
    let x = if x < -104.0 { -104.0 } else { x };
    let shifted = x.mul_add(std::f32::consts::LOG2_E, ROUND32);
    let n = shifted - ROUND32;
    let r = n.mul_add(-LN_2_HIGH, x);
    let r = n.mul_add(-LN_2_LOW, r);
    let small = (r * r).mul_add(poly32(r, &EXP32), r);
    scale(1.0 + small, shifted)
}

/// (2^r - 1) / r on [-1/2, 1/2]; error 2^-25.6.
const EXP2_32: [f32; 6] =
    [6.931_472e-1, 2.402_265e-1, 5.550_327e-2, 9.618_057e-3, 1.340_042_8e-3, 1.546_144_5e-4];

/// 2^x; exact for integers.
#[inline(always)]
pub fn exp2(x: f32) -> f32 {
    let x = if x > 129.0 { 129.0 } else { x };
    let x = if x < -151.0 { -151.0 } else { x };
    let shifted = x + ROUND32;
    let r = x - (shifted - ROUND32);
    scale(r.mul_add(poly32(r, &EXP2_32), 1.0), shifted)
}

/// 10^x.
#[inline(always)]
pub fn exp10(x: f32) -> f32 {
    exp2_wide(x as f64 * LOG2_10) as f32
}

/// e^x - 1.
#[inline(always)]
pub fn expm1(x: f32) -> f32 {
    // -1 is reached at -18, infinity at 88.8.
    let x = if x > 100.0 { 100.0 } else { x };
    let x = if x < -100.0 { -100.0 } else { x };
    let v = expm1_wide(x as f64) as f32;
    // The sign of zero.
    if x == 0.0 { x } else { v }
}

/// (ln(1 + f) - f + f^2/2) / f^3 for 1 + f in [sqrt(1/2), sqrt(2)]; error 2^-23.7.
const LOG32: [f32; 9] = [
    3.333_333e-1,
    -2.499_999_7e-1,
    2.000_071_6e-1,
    -1.666_780_3e-1,
    1.424_905_8e-1,
    -1.242_568_7e-1,
    1.168_542e-1,
    -1.147_973_4e-1,
    6.971_612e-2,
];

/// Natural logarithm. In f32, three times as fast as in f64.
#[inline(always)]
pub fn log(x: f32) -> f32 {
    // ln 2 to 15 bits, so that its product with an exponent is exact, and the rest.
    const LN_2_HIGH: f32 = 45_426.0 / 65_536.0;
    const LN_2_LOW: f32 = (LN_2 - LN_2_HIGH as f64) as f32;
    const ONE: u32 = 1f32.to_bits();
    let subnormal = x < f32::MIN_POSITIVE;
    let bits = (if subnormal { x * 8_388_608.0 } else { x }).to_bits();
    let bias = if subnormal { 127.0 + 23.0 } else { 127.0 };
    // As `split` of the f64 cores: x = 2^k (1 + f).
    let exponent = bits.wrapping_add(ONE - std::f32::consts::FRAC_1_SQRT_2.to_bits()) >> 23;
    let f = f32::from_bits(bits.wrapping_sub(exponent << 23).wrapping_add(ONE)) - 1.0;
    let k = exponent as i32 as f32 - bias;
    let square = f * f;
    // Smallest terms first.
    let v = (square * f).mul_add(poly32(f, &LOG32), k * LN_2_LOW);
    let v = square.mul_add(-0.5, v);
    let v = k.mul_add(LN_2_HIGH, f + v);
    let v = if x < f32::INFINITY { v } else { x };
    let v = if x == 0.0 { f32::NEG_INFINITY } else { v };
    if x < 0.0 { f32::NAN } else { v }
}

/// Logarithm to base 2; exact for powers of two.
#[inline(always)]
pub fn log2(x: f32) -> f32 {
    log2_wide(x as f64) as f32
}

/// Logarithm to base 10.
#[inline(always)]
pub fn log10(x: f32) -> f32 {
    (log2_wide(x as f64) * LOG10_2) as f32
}

/// ln(1 + x).
#[inline(always)]
pub fn log1p(x: f32) -> f32 {
    let v = ln_1p_wide(x as f64) as f32;
    if x == 0.0 { x } else { v }
}

/// sinh(r) / r in powers of r^2, on |r| <= ln 2 / 2; error 2^-37.7.
const SINHC: [f64; 4] = [
    0.999_999_999_995_473,
    0.166_666_667_870_287_53,
    0.008_333_283_339_034_426,
    0.000_199_077_021_757_350_54,
];

/// cosh(r) in powers of r^2, on |r| <= ln 2 / 2; error 2^-46.1.
const COSH: [f64; 5] = [
    1.000_000_000_000_013_5,
    0.499_999_999_994_340_8,
    0.041_666_667_042_802_46,
    0.001_388_880_140_023_506_1,
    2.488_462_582_529_225e-5,
];

/// (sinh x, cosh x), by the addition theorems of `x = n ln 2 + r`: no cancellation, no division. |x| below 700.
#[inline(always)]
fn sinh_cosh(x: f64) -> (f64, f64) {
    let (up, down, r) = exp_parts(x);
    let (c, s) = (0.5 * (up + down), 0.5 * (up - down));
    let z = r * r;
    let (sr, cr) = (r * poly(z, &SINHC), poly(z, &COSH));
    (sr.mul_add(c, cr * s), cr.mul_add(c, sr * s))
}

/// `x` within +-`limit`; NaN passes.
#[inline(always)]
fn clamp(x: f32, limit: f32) -> f64 {
    let x = if x > limit { limit } else { x };
    (if x < -limit { -limit } else { x }) as f64
}

/// Hyperbolic sine.
#[inline(always)]
pub fn sinh(x: f32) -> f32 {
    let v = sinh_cosh(clamp(x, 100.0)).0 as f32;
    if x == 0.0 { x } else { v }
}

/// Hyperbolic cosine.
#[inline(always)]
pub fn cosh(x: f32) -> f32 {
    sinh_cosh(clamp(x, 100.0)).1 as f32
}

/// Hyperbolic tangent.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    // At 10, tanh is 1 - 4e-9, which is 1.
    let e = expm1_wide(2.0 * clamp(x, 10.0));
    let v = (e / (e + 2.0)) as f32;
    if x == 0.0 { x } else { v }
}

/// Inverse hyperbolic sine.
#[inline(always)]
pub fn asinh(x: f32) -> f32 {
    let a = x.abs() as f64;
    let square = a * a;
    // a + sqrt(a^2 + 1) = 1 + this.
    let t = a + square / (1.0 + (square + 1.0).sqrt());
    let t = if a < f64::INFINITY { t } else { a };
    (ln_1p_wide(t) as f32).copysign(x)
}

/// Inverse hyperbolic cosine; NaN below 1.
#[inline(always)]
pub fn acosh(x: f32) -> f32 {
    let x = x as f64;
    let t = (x - 1.0) + ((x - 1.0) * (x + 1.0)).sqrt();
    let v = ln_1p_wide(t) as f32;
    if x < 1.0 { f32::NAN } else { v }
}

/// Inverse hyperbolic tangent; infinite at +-1, NaN beyond.
#[inline(always)]
pub fn atanh(x: f32) -> f32 {
    let a = x.abs() as f64;
    let v = (0.5 * ln_1p_wide(2.0 * a / (1.0 - a))) as f32;
    let v = if a > 1.0 { f32::NAN } else { v };
    v.copysign(x)
}

/// |x|^y, positive.
#[inline(always)]
fn power(x: f32, y: f32) -> f64 {
    let l = log2_fine(x.abs() as f64);
    // 1 to the power of infinity is 1 (C99 F.9.4.4); the product is NaN.
    let t = if (l == 0.0) & (y.abs() == f32::INFINITY) { 0.0 } else { y as f64 * l };
    exp2_wide(t)
}

/// x^y, with the special values of C99 F.9.4.4.
#[inline(always)]
pub fn pow(x: f32, y: f32) -> f32 {
    let v = power(x, y) as f32;
    let integer = y == y.floor();
    let half = 0.5 * y;
    let odd = integer & (half != half.floor());
    let negated = f32::from_bits(v.to_bits() ^ 0x8000_0000);
    let v = if x.is_sign_negative() & odd { negated } else { v };
    let v = if (x < 0.0) & (x > f32::NEG_INFINITY) & !integer { f32::NAN } else { v };
    if (x == 1.0) | (y == 0.0) { 1.0 } else { v }
}

/// x^y for x >= 0; NaN for negative x. Otherwise the special values of [`pow`].
#[inline(always)]
pub fn powr(x: f32, y: f32) -> f32 {
    let v = power(x, y) as f32;
    let v = if x < 0.0 { f32::NAN } else { v };
    if (x == 1.0) | ((y == 0.0) & (x >= 0.0)) { 1.0 } else { v }
}
