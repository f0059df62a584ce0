//! What the functions share: polynomials and the f64 cores of the exponential and the logarithm.
//!
//! The coefficients of this library interpolate the function at the Chebyshev nodes of the stated interval (60-digit
//! arithmetic, mpmath), which is within a small factor of the best polynomial of its degree. The error quoted with each
//! table was measured on 600 points after rounding the coefficients, relative to the function.

use std::f64::consts::{LN_2, LOG2_E};

/// `c[0] + c[1] x + ...` by Horner's rule. The trip count is a constant, so the loop is unrolled.
#[inline(always)]
pub(super) fn poly<const N: usize>(x: f64, c: &[f64; N]) -> f64 {
    let mut sum = c[N - 1];
    let mut i = N - 1;
    while i > 0 {
        i -= 1;
        sum = sum.mul_add(x, c[i]);
    }
    sum
}

/// [`poly`] in f32.
#[inline(always)]
pub(super) fn poly32<const N: usize>(x: f32, c: &[f32; N]) -> f32 {
    let mut sum = c[N - 1];
    let mut i = N - 1;
    while i > 0 {
        i -= 1;
        sum = sum.mul_add(x, c[i]);
    }
    sum
}

/// Adding and subtracting 1.5 * 2^52 rounds an f64 below 2^51 to an integer, which is then also in the low bits.
/// Vector units without AVX-512 have no conversion between f64 and 64-bit integers.
pub(super) const ROUND: f64 = 6_755_399_441_055_744.0;

/// 2^n for the integer that `t = n + ROUND` holds in its low bits.
#[inline(always)]
fn power_of_two(t: f64) -> f64 {
    f64::from_bits(t.to_bits().wrapping_add(1023) << 52)
}

/// 2^r on [-1/2, 1/2]; error 2^-34.1.
const EXP2: [f64; 8] = [
    0.999_999_999_959_561_8,
    0.693_147_180_556_832_4,
    0.240_226_512_134_980_92,
    0.055_504_109_063_258_665,
    0.009_618_025_613_318_034,
    0.001_333_347_847_368_541_6,
    0.000_154_697_292_141_182_96,
    1.530_370_071_136_569_3e-5,
];

/// 2^t. Beyond +-300 it is 2^(+-300), which is infinity and zero in f32.
#[inline(always)]
pub(super) fn exp2_wide(t: f64) -> f64 {
    let t = if t > 300.0 { 300.0 } else { t };
    let t = if t < -300.0 { -300.0 } else { t };
    let shifted = t + ROUND;
    let r = t - (shifted - ROUND);
    poly(r, &EXP2) * power_of_two(shifted)
}

/// The parts of `e^x = 2^n e^r`: (2^n, 2^-n, r) with |r| <= ln 2 / 2. |x| must be below 700.
#[inline(always)]
pub(super) fn exp_parts(x: f64) -> (f64, f64, f64) {
    let shifted = x.mul_add(LOG2_E, ROUND);
    let n = shifted - ROUND;
    // One f64 of ln 2 leaves an absolute error of n * 2^-55: enough for f32.
    let r = n.mul_add(-LN_2, x);
    (power_of_two(shifted), power_of_two(2.0 * ROUND - shifted), r)
}

/// (e^r - 1) / r on +-ln 2 / 2; error 2^-37.5.
const EXPM1: [f64; 8] = [
    0.999_999_999_995_473,
    0.499_999_999_999_547_5,
    0.166_666_667_870_287_53,
    0.041_666_666_786_985_56,
    0.008_333_283_339_034_426,
    0.001_388_883_891_099_605_6,
    0.000_199_077_021_757_350_54,
    2.486_800_297_805_696_2e-5,
];

/// e^x - 1, relative to itself also near 0. |x| must be below 700.
#[inline(always)]
pub(super) fn expm1_wide(x: f64) -> f64 {
    let (scale, _, r) = exp_parts(x);
    // scale (e^r - 1) + (scale - 1): the second term is exact, and 0 where cancellation would matter.
    (scale * r).mul_add(poly(r, &EXPM1), scale - 1.0)
}

/// ln(1 + f) / f for 1 + f in [sqrt(1/2), sqrt(2)]; error 2^-35.6.
const LOG1P: [f64; 13] = [
    0.999_999_999_987_465_1,
    -0.500_000_000_359_517_1,
    0.333_333_342_492_065_9,
    -0.249_999_927_284_493_05,
    0.199_998_881_399_736_32,
    -0.166_670_245_720_090_81,
    0.142_908_117_394_289_9,
    -0.124_954_353_249_921_45,
    0.110_060_382_703_795_48,
    -0.099_459_961_867_196_62,
    0.100_472_051_188_893_3,
    -0.098_044_200_677_862_03,
    0.052_358_885_169_237_83,
];

/// the same, for pow, which magnifies the error by up to 128; error 2^-46.2.
const LOG1P_LONG: [f64; 17] = [
    0.999_999_999_999_997_8,
    -0.500_000_000_000_512_4,
    0.333_333_333_336_627_8,
    -0.249_999_999_800_976_65,
    0.199_999_999_135_230_26,
    -0.166_666_688_700_641_02,
    0.142_857_231_589_957_64,
    -0.124_998_953_357_317_84,
    0.111_106_674_070_628_38,
    -0.100_023_991_019_066_2,
    0.091_026_777_139_586,
    -0.083_087_408_524_548_7,
    0.075_256_821_746_522_85,
    -0.071_754_704_406_682_02,
    0.078_086_459_643_110_96,
    -0.074_345_897_148_785_63,
    0.035_502_552_096_820_33,
];

/// Splits a positive normal f64 as (k, m) = 2^k m, with m in [sqrt(1/2), sqrt(2)); the technique of fdlibm's `log`.
#[inline(always)]
fn split(u: f64) -> (f64, f64) {
    const ONE: u64 = 1f64.to_bits();
    let bits = u.to_bits();
    // Carries into the exponent exactly when the significand is at least that of sqrt(1/2).
    let t = bits.wrapping_add(ONE - std::f64::consts::FRAC_1_SQRT_2.to_bits());
    let exponent = t >> 52;
    let m = f64::from_bits(bits.wrapping_sub(exponent << 52).wrapping_add(ONE));
    // 2^52 + exponent, by bits.
    let k = f64::from_bits(exponent | 0x4330_0000_0000_0000) - (4_503_599_627_370_496.0 + 1023.0);
    (k, m)
}

/// The special values of every logarithm of `u` that is `v` elsewhere.
#[inline(always)]
fn log_specials(u: f64, v: f64) -> f64 {
    let v = if u < f64::INFINITY { v } else { u };
    let v = if u == 0.0 { f64::NEG_INFINITY } else { v };
    if u < 0.0 { f64::NAN } else { v }
}

/// ln u for u > 0 that is normal; no f32 is subnormal as f64.
#[inline(always)]
pub(super) fn ln_wide(u: f64) -> f64 {
    let (k, m) = split(u);
    let f = m - 1.0;
    log_specials(u, k.mul_add(LN_2, f * poly(f, &LOG1P)))
}

/// log2 u, to 2^-34 of itself.
#[inline(always)]
pub(super) fn log2_wide(u: f64) -> f64 {
    let (k, m) = split(u);
    let f = m - 1.0;
    log_specials(u, (f * poly(f, &LOG1P)).mul_add(LOG2_E, k))
}

/// log2 u, to 2^-45 of itself.
#[inline(always)]
pub(super) fn log2_fine(u: f64) -> f64 {
    let (k, m) = split(u);
    let f = m - 1.0;
    log_specials(u, (f * poly(f, &LOG1P_LONG)).mul_add(LOG2_E, k))
}

/// ln(1 + x), relative to itself also near 0.
#[inline(always)]
pub(super) fn ln_1p_wide(x: f64) -> f64 {
    let u = 1.0 + x;
    let (k, m) = split(u);
    // With k = 0 the rounding of 1 + x is undone by using x itself; elsewhere |x| > 0.29 and it does not matter.
    let f = if k == 0.0 { x } else { m - 1.0 };
    log_specials(u, k.mul_add(LN_2, f * poly(f, &LOG1P)))
}
