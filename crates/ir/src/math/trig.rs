//! Circular functions and their inverses.

use super::poly::{ROUND, poly};
use std::f64::consts::{FRAC_2_PI, FRAC_PI_2, PI};

/// sin(r) / r in powers of r^2, on |r| <= 0.517 pi/2; error 2^-37.1.
const SINC: [f64; 5] = [
    0.999_999_999_993_959_3,
    -0.166_666_666_208_658_1,
    0.008_333_327_775_109_896,
    -0.000_198_389_077_298_324_39,
    2.714_709_250_421_913e-6,
];

/// cos(r) in powers of r^2, on |r| <= 0.517 pi/2; error 2^-42.9.
const COS: [f64; 6] = [
    0.999_999_999_999_917_1,
    -0.499_999_999_990_941_25,
    0.041_666_666_506_375_94,
    -0.001_388_887_851_334_703_8,
    2.479_855_009_838_967e-5,
    -2.714_706_166_253_975e-7,
];

// 2/pi in base 2^32, after one word of zeros: 0.a2f9836e... Separate constants: LLVM would turn selects between the
// elements of an array into loads, and those into gathers.
const P0: u32 = 0;
const P1: u32 = 0xa2f9_836e;
const P2: u32 = 0x4e44_1529;
const P3: u32 = 0xfc27_57d1;
const P4: u32 = 0xf534_ddc0;
const P5: u32 = 0xdb62_9599;
const P6: u32 = 0x3c43_9041;
const P7: u32 = 0xfe51_63ab;

/// |x| = (4 j + q) pi/2 + r, as (q, r) with |r| <= 0.52 pi/2, for finite |x| >= 1: Payne and Hanek's reduction ("Radian
/// reduction for trigonometric functions", SIGNUM 18, 1983), with selects in place of a table.
///
/// The 24-bit significand of x is multiplied by the 96 bits of 2/pi that matter at x's exponent. No f32 comes closer than
/// 2^-30 to a multiple of pi/2, and what follows those 96 bits counts less than 2^-70.
#[inline(always)]
fn reduce(x: f32) -> (u32, f64) {
    let bits = x.to_bits() & 0x7fff_ffff;
    // |x| = m * 2^(e - 150). In quarter turns, that is modulo 4, the bits of 2/pi up to number e - 152 do not matter;
    // with the leading word of zeros the window starts at bit e - 120. Small x take the other way.
    let m = (bits & 0x007f_ffff | 0x0080_0000) as i32 as f64;
    let start = (bits >> 23).saturating_sub(120);
    let shift = start & 31;
    let pick = |a: u32, b: u32, c: u32, d: u32, e: u32| {
        let w = if start >= 32 { b } else { a };
        let w = if start >= 64 { c } else { w };
        let w = if start >= 96 { d } else { w };
        if start >= 128 { e } else { w }
    };
    let (w0, w1) = (pick(P0, P1, P2, P3, P4), pick(P1, P2, P3, P4, P5));
    let (w2, w3) = (pick(P2, P3, P4, P5, P6), pick(P3, P4, P5, P6, P7));
    // Two shifts, because one by 32 is not defined.
    let join = |high: u32, low: u32| (high << shift | (low >> 1) >> (31 - shift)) as f64;
    // The bits of the first word weigh 2^1 to 2^-30.
    const W: f64 = 1.0 / 1_073_741_824.0;
    const W32: f64 = 1.0 / 4_294_967_296.0;
    let (a, b, c) = (join(w0, w1) * W, join(w1, w2) * (W * W32), join(w2, w3) * (W * W32 * W32));
    let shifted = m.mul_add(a, ROUND);
    let n = shifted - ROUND;
    // Exact: a multiple of 2^-30 below 1. The second product is below 2^-6; the rounding of the sum is relative to it.
    let r = m.mul_add(a, -n);
    let r = m.mul_add(c, m.mul_add(b, r)) * FRAC_PI_2;
    (shifted.to_bits() as u32, r)
}

/// [`reduce`] for `|x| <= NEAR`: pi/2 in two parts, taken off as often as it fits.
#[inline(always)]
fn reduce_near(x: f32) -> (u32, f64) {
    const LOW: f64 = 6.123_233_995_736_766e-17;
    let a = x.abs() as f64;
    let shifted = a.mul_add(FRAC_2_PI, ROUND);
    let n = shifted - ROUND;
    (shifted.to_bits() as u32, n.mul_add(-LOW, n.mul_add(-FRAC_PI_2, a)))
}

/// Up to here `reduce_near` is as good as `reduce`, and several times faster.
const NEAR: f32 = 131_072.0;

/// (sin r, cos r) for |r| <= 0.52 pi/2.
#[inline(always)]
fn sin_cos_core(r: f64) -> (f64, f64) {
    let z = r * r;
    (r * poly(z, &SINC), poly(z, &COS))
}

#[inline(always)]
fn sin_of(x: f32, (q, r): (u32, f64)) -> f32 {
    let (s, c) = sin_cos_core(r);
    let v = if q & 1 == 0 { s } else { c } as f32;
    // Half a turn on, and for negative x, the sign changes.
    f32::from_bits(v.to_bits() ^ ((q & 2) << 30) ^ (x.to_bits() & 0x8000_0000))
}

#[inline(always)]
fn cos_of((q, r): (u32, f64)) -> f32 {
    let (s, c) = sin_cos_core(r);
    let v = if q & 1 == 0 { c } else { s } as f32;
    f32::from_bits(v.to_bits() ^ ((q.wrapping_add(1) & 2) << 30))
}

#[inline(always)]
fn tan_of(x: f32, (q, r): (u32, f64)) -> f32 {
    let (s, c) = sin_cos_core(r);
    let odd = q & 1 != 0;
    let (n, d) = if odd { (-c, s) } else { (s, c) };
    let v = (n / d) as f32;
    f32::from_bits(v.to_bits() ^ (x.to_bits() & 0x8000_0000))
}

/// Sine.
#[inline(always)]
pub fn sin(x: f32) -> f32 {
    match x.abs() {
        a if a <= NEAR => near::sin(x),
        a if a < f32::INFINITY => sin_of(x, reduce(x)),
        _ => f32::NAN,
    }
}

/// Cosine.
#[inline(always)]
pub fn cos(x: f32) -> f32 {
    match x.abs() {
        a if a <= NEAR => near::cos(x),
        a if a < f32::INFINITY => cos_of(reduce(x)),
        _ => f32::NAN,
    }
}

/// Tangent.
#[inline(always)]
pub fn tan(x: f32) -> f32 {
    match x.abs() {
        a if a <= NEAR => near::tan(x),
        a if a < f32::INFINITY => tan_of(x, reduce(x)),
        _ => f32::NAN,
    }
}

/// [`sin`], [`cos`] and [`tan`] of the arguments that [`near::covers`](covers), without a branch, for loops over many.
pub mod near {
    use super::{NEAR, cos_of, reduce_near, sin_of, tan_of};

    /// Whether the functions here may be used. They then give the same bits as those for all arguments.
    #[inline(always)]
    pub fn covers(x: f32) -> bool {
        x.abs() <= NEAR
    }

    /// Sine.
    #[inline(always)]
    pub fn sin(x: f32) -> f32 {
        sin_of(x, reduce_near(x))
    }

    /// Cosine.
    #[inline(always)]
    pub fn cos(x: f32) -> f32 {
        cos_of(reduce_near(x))
    }

    /// Tangent.
    #[inline(always)]
    pub fn tan(x: f32) -> f32 {
        tan_of(x, reduce_near(x))
    }
}

/// (sin, cos) of pi times what is left of |x| from the nearest quarter turn, and that quarter's parity and half. All
/// steps are exact: 2|x| is rounded to an integer n in f32, of which two bits matter.
#[inline(always)]
fn reduce_pi(x: f32) -> (f64, f64, bool, bool) {
    let a = x.abs();
    // From 2^24 on every f32 is an even integer.
    let a = if a > 16_777_216.0 { 0.0 } else { a };
    let n = (a + a).round_ties_even();
    let r = (a - 0.5 * n) as f64 * PI;
    let (s, c) = sin_cos_core(r);
    let half = 0.5 * n;
    let odd = half != half.floor();
    // n mod 4 >= 2.
    let quarter = 0.25 * n;
    let back = quarter - quarter.floor() >= 0.5;
    (s, c, odd, back)
}

/// sin(pi x). Integers give a zero of x's sign (C23 F.10.1.13).
#[inline(always)]
pub fn sinpi(x: f32) -> f32 {
    let (s, c, odd, back) = reduce_pi(x);
    let v = if odd { c } else { s };
    let v = if v == 0.0 { 0.0 } else { v };
    let v = (if back & (v != 0.0) { -v } else { v }) as f32;
    let v = f32::from_bits(v.to_bits() ^ (x.to_bits() & 0x8000_0000));
    if x.abs() < f32::INFINITY { v } else { f32::NAN }
}

/// cos(pi x). Half-integers give +0 (C23 F.10.1.11).
#[inline(always)]
pub fn cospi(x: f32) -> f32 {
    let (s, c, odd, back) = reduce_pi(x);
    let v = if odd { -s } else { c };
    let v = (if back { -v } else { v }) as f32;
    let v = if v == 0.0 { 0.0 } else { v };
    if x.abs() < f32::INFINITY { v } else { f32::NAN }
}

/// tan(pi x) = sinpi(x) / cospi(x), also in its zeros and infinities.
#[inline(always)]
pub fn tanpi(x: f32) -> f32 {
    let (s, c, odd, back) = reduce_pi(x);
    let sin = if odd { c } else { s };
    let sin = if sin == 0.0 { 0.0 } else { sin };
    let sin = if back & (sin != 0.0) { -sin } else { sin };
    let cos = if odd { -s } else { c };
    let cos = if back { -cos } else { cos };
    let cos = if cos == 0.0 { 0.0 } else { cos };
    let v = (sin / cos) as f32;
    let v = f32::from_bits(v.to_bits() ^ (x.to_bits() & 0x8000_0000));
    if x.abs() < f32::INFINITY { v } else { f32::NAN }
}

/// atan(t) / t in powers of t^2, on [0, 1]; error 2^-36.4.
const ATAN: [f64; 13] = [
    0.999_999_999_988_738_1,
    -0.333_333_329_516_572_2,
    0.199_999_783_362_170_84,
    -0.142_852_256_081_602_1,
    0.111_053_067_324_244_64,
    -0.090_491_790_937_205_77,
    0.074_952_623_780_996_96,
    -0.060_221_963_879_374_33,
    0.043_646_589_442_816_67,
    -0.026_005_995_977_608_62,
    0.011_427_633_277_375_594,
    -0.003_195_425_240_736_394_4,
    0.000_419_227_860_112_728_97,
];

/// atan(small / large) for 0 <= small <= large, as an angle from the axis of `large`.
#[inline(always)]
fn atan_core(small: f64, large: f64) -> f64 {
    let t = small / large;
    t * poly(t * t, &ATAN)
}

/// Arc tangent.
#[inline(always)]
pub fn atan(x: f32) -> f32 {
    let a = x.abs() as f64;
    let steep = a > 1.0;
    let (small, large) = if steep { (1.0, a) } else { (a, 1.0) };
    let v = atan_core(small, large);
    let v = if steep { FRAC_PI_2 - v } else { v };
    (v as f32).copysign(x)
}

/// Angle of the point (x, y), with the special values of C99 F.9.1.4.
#[inline(always)]
pub fn atan2(y: f32, x: f32) -> f32 {
    let (ax, ay) = (x.abs() as f64, y.abs() as f64);
    let steep = ay > ax;
    let (small, large) = if steep { (ax, ay) } else { (ay, ax) };
    // Both 0: the angle is 0. Both infinite: 45 degrees.
    let large = if large == 0.0 { 1.0 } else { large };
    let (small, large) = if small == f64::INFINITY { (1.0, 1.0) } else { (small, large) };
    let v = atan_core(small, large);
    let v = if steep { FRAC_PI_2 - v } else { v };
    let v = if x.is_sign_negative() { PI - v } else { v };
    let v = if x.is_nan() | y.is_nan() { f64::NAN } else { v };
    (v as f32).copysign(y)
}

/// asin(t) / t in powers of t^2, on [0, 1/2]; error 2^-39.9.
const ASIN: [f64; 9] = [
    1.000_000_000_000_825,
    0.166_666_666_132_787_05,
    0.075_000_056_558_218_83,
    0.044_640_564_692_200_37,
    0.030_428_119_019_079_43,
    0.021_855_742_599_843_48,
    0.020_681_327_171_691_67,
    0.001_915_611_343_110_512_7,
    0.032_957_594_700_848_81,
];

/// For |x| = a: (asin(a), pi/2 - asin(a)), relative to themselves. Above 1/2 by asin(a) = pi/2 - 2 asin(sqrt((1 - a)/2)).
#[inline(always)]
fn asin_core(a: f64) -> (f64, f64) {
    let large = a > 0.5;
    let z = if large { 0.5 - 0.5 * a } else { a * a };
    let t = if large { -2.0 * z.sqrt() } else { a };
    let v = t * poly(z, &ASIN);
    if large { (FRAC_PI_2 + v, -v) } else { (v, FRAC_PI_2 - v) }
}

/// Arc sine; NaN beyond +-1.
#[inline(always)]
pub fn asin(x: f32) -> f32 {
    (asin_core(x.abs() as f64).0 as f32).copysign(x)
}

/// Arc cosine; NaN beyond +-1.
#[inline(always)]
pub fn acos(x: f32) -> f32 {
    let (_, v) = asin_core(x.abs() as f64);
    (if x < 0.0 { PI - v } else { v }) as f32
}
