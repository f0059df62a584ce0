//! `f16` and `bf16`: rounding f32 values to them, and the operations whose result depends on their own spacing.
//!
//! A narrow value is carried as the f32 of equal value. Everything here is branch-free, so that loops over
//! slices vectorise.

/// Rounds to `bf16` (to nearest, ties to even); the result as f32. NaN stays NaN.
#[inline(always)]
pub fn round_bf16(x: f32) -> f32 {
    f32::from_bits((f32_to_bf16(x) as u32) << 16)
}

/// The bits of `x` rounded to `bf16`.
#[inline(always)]
pub fn f32_to_bf16(x: f32) -> u16 {
    let b = x.to_bits();
    // Adding just under half a unit of the last kept bit, or exactly half when that bit is odd, carries exactly when
    // rounding goes up; a carry out of the significand is the next exponent, at the end infinity.
    let r = b.wrapping_add(0x7fff + (b >> 16 & 1)) >> 16;
    let nan = b >> 16 | 0x40;
    (if x.is_nan() { nan } else { r }) as u16
}

/// The f32 of a `bf16`.
#[inline(always)]
pub fn bf16_to_f32(b: u16) -> f32 {
    f32::from_bits((b as u32) << 16)
}

/// 2^-14, the smallest normal `f16`.
const MIN_NORMAL_F16: f32 = 1.0 / 16384.0;
/// 2^16: what rounds to it or lies above is infinite in `f16`.
const OVERFLOW_F16: u32 = 65536f32.to_bits();
const INFINITY: u32 = f32::INFINITY.to_bits();

/// Rounds to `f16` (to nearest, ties to even); the result as f32. NaN stays NaN.
#[inline(always)]
pub fn round_f16(x: f32) -> f32 {
    let magnitude = x.abs();
    let b = magnitude.to_bits();
    // 13 bits go; see `f32_to_bf16`.
    let r = (b + 0xfff + (b >> 13 & 1)) & !0x1fff;
    let r = if r >= OVERFLOW_F16 { INFINITY } else { r };
    // The unit of 1/2 is 2^-24, that of subnormal f16: the addition rounds to it.
    let subnormal = ((magnitude + 0.5) - 0.5).to_bits();
    let r = if magnitude < MIN_NORMAL_F16 { subnormal } else { r };
    let r = if b > INFINITY { b } else { r };
    f32::from_bits(r | x.to_bits() & 0x8000_0000)
}

/// The bits of `x` rounded to `f16`. (After F. Giesen, "float->half variants", 2012, with ties to even.)
#[inline(always)]
pub fn f32_to_f16(x: f32) -> u16 {
    let magnitude = x.abs();
    let b = magnitude.to_bits();
    // The biases differ by 112. Below the normal range this wraps and is not used.
    let r = b.wrapping_sub(112 << 23).wrapping_add(0xfff + (b >> 13 & 1)) >> 13;
    let r = if b >= OVERFLOW_F16 { 0x7c00 } else { r };
    let subnormal = (magnitude + 0.5).to_bits().wrapping_sub(0.5f32.to_bits());
    let r = if magnitude < MIN_NORMAL_F16 { subnormal } else { r };
    let r = if b > INFINITY { 0x7e00 | b >> 13 & 0x1ff } else { r };
    (r | x.to_bits() >> 16 & 0x8000) as u16
}

/// The f32 of an `f16`. (After F. Giesen, "half->float variants", 2012.)
#[inline(always)]
pub fn f16_to_f32(h: u16) -> f32 {
    let b = (h as u32 & 0x7fff) << 13;
    let normal = b + (112 << 23);
    // Infinity and NaN move to the largest exponent.
    let large = b + (224 << 23);
    // A subnormal is taken as significand behind 1.0 * 2^-14, which is then subtracted.
    let subnormal = (f32::from_bits(b + (113 << 23)) - MIN_NORMAL_F16).to_bits();
    let r = if h & 0x7c00 == 0x7c00 { large } else { normal };
    let r = if h & 0x7c00 == 0 { subnormal } else { r };
    f32::from_bits(r | (h as u32 & 0x8000) << 16)
}

/// `a * b + c` rounded to odd in f64: exact operands of at most 24 bits, and a result that a second rounding, to 51
/// bits or fewer, cannot round twice (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums: proved
/// algorithms using rounding to odd", IEEE Trans. Comput. 57, 2008).
#[inline(always)]
fn fma_odd(a: f32, b: f32, c: f32) -> f64 {
    // Exact: 48 bits at most.
    let p = a as f64 * b as f64;
    let c = c as f64;
    let s = p + c;
    // Knuth's TwoSum: s + e = p + c exactly.
    let t = s - p;
    let e = (p - (s - t)) + (c - t);
    to_odd(s, e)
}

/// `s + e`, where `s` is that sum rounded to nearest, rounded to odd instead.
#[inline(always)]
fn to_odd(s: f64, e: f64) -> f64 {
    let bits = s.to_bits();
    // Away from zero when the error has the sign of the sum, else towards it. NaN compares false.
    let away = (e > 0.0) == (s > 0.0);
    let moved = if away { bits.wrapping_add(1) } else { bits.wrapping_sub(1) };
    let inexact = e.abs() > 0.0;
    f64::from_bits(if inexact & (bits & 1 == 0) { moved } else { bits })
}

/// `x` rounded to odd in f32, for a second rounding to 22 bits or fewer.
#[inline(always)]
fn f64_to_f32_odd(x: f64) -> f32 {
    let r = x as f32;
    let back = r as f64;
    let b = r.to_bits();
    // Truncate, then set the sticky bit. Infinity truncates to the largest finite value, which is odd.
    let t = if back.abs() > x.abs() { b.wrapping_sub(1) } else { b };
    f32::from_bits(if back == x || x.is_nan() { b } else { t | 1 })
}

/// An f64 rounded once to `f16`; the result as f32.
#[inline(always)]
pub fn round_f64_to_f16(x: f64) -> f32 {
    round_f16(f64_to_f32_odd(x))
}

/// An f64 rounded once to `bf16`; the result as f32.
#[inline(always)]
pub fn round_f64_to_bf16(x: f64) -> f32 {
    round_bf16(f64_to_f32_odd(x))
}

/// `a * b + c` of `f16` values with one rounding.
#[inline(always)]
pub fn fma_f16(a: f32, b: f32, c: f32) -> f32 {
    round_f64_to_f16(fma_odd(a, b, c))
}

/// `a * b + c` of `bf16` values with one rounding.
#[inline(always)]
pub fn fma_bf16(a: f32, b: f32, c: f32) -> f32 {
    round_f64_to_bf16(fma_odd(a, b, c))
}

/// [`super::fract`] of an `f16`: at most the largest `f16` below 1.
#[inline(always)]
pub fn fract_f16(x: f32) -> f32 {
    let f = round_f16(super::fract(x));
    if f >= 1.0 { 1.0 - 1.0 / 2048.0 } else { f }
}

/// [`super::fract`] of a `bf16`: at most the largest `bf16` below 1.
#[inline(always)]
pub fn fract_bf16(x: f32) -> f32 {
    let f = round_bf16(super::fract(x));
    if f >= 1.0 { 1.0 - 1.0 / 256.0 } else { f }
}

/// `x` is a normal `f16`.
#[inline(always)]
pub fn is_normal_f16(x: f32) -> bool {
    x.abs() >= MIN_NORMAL_F16 && x.abs() < f32::INFINITY
}

/// `x` is a normal `bf16`: the range of exponents is that of f32.
#[inline(always)]
pub fn is_normal_bf16(x: f32) -> bool {
    x.is_normal()
}

/// The bits of the neighbour of `x` towards `y`, given both as value and as bits of the narrow type.
#[inline(always)]
fn step(x: f32, y: f32, bx: u16, by: u16) -> u16 {
    // Away from zero when y lies beyond x on x's side.
    let away = (y > x) == (x > 0.0);
    let moved = if away { bx.wrapping_add(1) } else { bx.wrapping_sub(1) };
    let from_zero = by & 0x8000 | 1;
    if x == y {
        by
    } else if x == 0.0 {
        from_zero
    } else {
        moved
    }
}

/// The `f16` next to `x` towards `y`.
#[inline(always)]
pub fn nextafter_f16(x: f32, y: f32) -> f32 {
    let r = f16_to_f32(step(x, y, f32_to_f16(x), f32_to_f16(y)));
    if x.is_nan() || y.is_nan() { f32::NAN } else { r }
}

/// The `bf16` next to `x` towards `y`.
#[inline(always)]
pub fn nextafter_bf16(x: f32, y: f32) -> f32 {
    let r = bf16_to_f32(step(x, y, f32_to_bf16(x), f32_to_bf16(y)));
    if x.is_nan() || y.is_nan() { f32::NAN } else { r }
}
