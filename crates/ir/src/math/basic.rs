//! Roundings, roots, remainders, and what works on the bits of a float.

/// Largest integer not above `x`.
#[inline(always)]
pub fn floor(x: f32) -> f32 {
    x.floor()
}

/// Smallest integer not below `x`.
#[inline(always)]
pub fn ceil(x: f32) -> f32 {
    x.ceil()
}

/// `x` without its fraction.
#[inline(always)]
pub fn trunc(x: f32) -> f32 {
    x.trunc()
}

/// Nearest integer, ties to even.
#[inline(always)]
pub fn rint(x: f32) -> f32 {
    x.round_ties_even()
}

/// Nearest integer, ties away from zero.
#[inline(always)]
pub fn round(x: f32) -> f32 {
    x.round()
}

/// `x - floor(x)`, at most the largest f32 below 1 (MSL 6.5); 0 for infinities.
#[inline(always)]
pub fn fract(x: f32) -> f32 {
    let f = x - x.floor();
    let f = if f >= 1.0 { 1.0 - f32::EPSILON / 2.0 } else { f };
    if x.abs() == f32::INFINITY { 0.0 } else { f }
}

/// Square root, correctly rounded.
#[inline(always)]
pub fn sqrt(x: f32) -> f32 {
    x.sqrt()
}

/// `1 / sqrt(x)`.
#[inline(always)]
pub fn rsqrt(x: f32) -> f32 {
    (1.0 / (x as f64).sqrt()) as f32
}

/// `sqrt(x^2 + y^2)`; infinite when an operand is, even beside a NaN. Nothing overflows in f64.
#[inline(always)]
pub fn hypot(x: f32, y: f32) -> f32 {
    let (a, b) = (x as f64, y as f64);
    let v = (a * a + b * b).sqrt() as f32;
    if (x.abs() == f32::INFINITY) | (y.abs() == f32::INFINITY) { f32::INFINITY } else { v }
}

/// `x - y` where positive, else +0; NaN when an operand is.
#[inline(always)]
pub fn fdim(x: f32, y: f32) -> f32 {
    let v = x - y;
    if x <= y { 0.0 } else { v }
}

/// Remainder of `x / y` with the sign of `x`, exact.
///
/// f32 exponents differ by less than 2^277, and an f64 quotient is known to within one below 2^50: six steps of 48 bits,
/// each exact because its result is a multiple of the operands' last bit, smaller than y's step.
#[inline(always)]
pub fn fmod(x: f32, y: f32) -> f32 {
    let b = y.abs() as f64;
    let inverse = 1.0 / b;
    let mut r = x.abs() as f64;
    let mut step = 5;
    while step >= 0 {
        let scale = f64::from_bits(((1023 + 48 * step) as u64) << 52);
        let down = f64::from_bits(((1023 - 48 * step) as u64) << 52);
        let divisor = b * scale;
        let quotient = (r * (inverse * down)).trunc();
        let rest = quotient.mul_add(-divisor, r);
        // The quotient may be one off either way.
        let rest = if rest < 0.0 { rest + divisor } else { rest };
        r = if rest >= divisor { rest - divisor } else { rest };
        step -= 1;
    }
    let v = if b < f64::INFINITY { r as f32 } else { x.abs() };
    let bad = (x.abs() == f32::INFINITY) | (y == 0.0) | x.is_nan() | y.is_nan();
    if bad { f32::NAN } else { v.copysign(x) }
}

/// The f32 next to `x` towards `y`; `y` where they are equal, NaN when an operand is.
#[inline(always)]
pub fn nextafter(x: f32, y: f32) -> f32 {
    let bits = x.to_bits();
    // One unit away from zero when y lies beyond x on x's side.
    let away = (y > x) == (x > 0.0);
    let moved = if away { bits.wrapping_add(1) } else { bits.wrapping_sub(1) };
    let from_zero = y.to_bits() & 0x8000_0000 | 1;
    let v = f32::from_bits(if x == 0.0 { from_zero } else { moved });
    let v = if x == y { y } else { v };
    if x.is_nan() | y.is_nan() { f32::NAN } else { v }
}

/// `x` with the sign of `y`.
#[inline(always)]
pub fn copysign(x: f32, y: f32) -> f32 {
    x.copysign(y)
}

/// `x * 2^n`, rounded once: the product is exact in f64, whose exponents reach further than any that matters.
#[inline(always)]
pub fn ldexp(x: f32, n: i32) -> f32 {
    let n = n.clamp(-400, 400);
    let scale = f64::from_bits(((n + 1023) as u64) << 52);
    (x as f64 * scale) as f32
}

/// The bits of |x| with a subnormal made normal, and what that added to its exponent.
#[inline(always)]
fn normalised(x: f32) -> (u32, i32) {
    let subnormal = x.abs() < f32::MIN_POSITIVE;
    let y = if subnormal { x * 8_388_608.0 } else { x };
    (y.to_bits() & 0x7fff_ffff, if subnormal { 23 } else { 0 })
}

/// True where an exponent means nothing.
#[inline(always)]
fn without_exponent(x: f32) -> bool {
    (x == 0.0) | !is_finite(x)
}

/// The fraction m of `x = m * 2^e` with |m| in [1/2, 1); `x` itself for 0, infinity and NaN.
#[inline(always)]
pub fn frexp_mantissa(x: f32) -> f32 {
    let (bits, _) = normalised(x);
    let v = f32::from_bits(bits & 0x007f_ffff | 0x3f00_0000).copysign(x);
    if without_exponent(x) { x } else { v }
}

/// The exponent e of `x = m * 2^e` with |m| in [1/2, 1); 0 for 0, infinity and NaN.
#[inline(always)]
pub fn frexp_exponent(x: f32) -> i32 {
    let (bits, shift) = normalised(x);
    let e = (bits >> 23) as i32 - 126 - shift;
    if without_exponent(x) { 0 } else { e }
}

/// The exponent e of `x = m * 2^e` with |m| in [1, 2); `i32::MIN` for 0 and NaN (Apple's `FP_ILOGB0`, `FP_ILOGBNAN`),
/// `i32::MAX` for infinity.
#[inline(always)]
pub fn ilogb(x: f32) -> i32 {
    let (bits, shift) = normalised(x);
    let e = (bits >> 23) as i32 - 127 - shift;
    let e = if x.abs() == f32::INFINITY { i32::MAX } else { e };
    if (x == 0.0) | x.is_nan() { i32::MIN } else { e }
}

/// Neither infinite nor NaN.
#[inline(always)]
pub fn is_finite(x: f32) -> bool {
    x.abs() < f32::INFINITY
}

/// Infinite.
#[inline(always)]
pub fn is_inf(x: f32) -> bool {
    x.abs() == f32::INFINITY
}

/// Not a number.
#[inline(always)]
pub fn is_nan(x: f32) -> bool {
    x.is_nan()
}

/// Neither zero, subnormal, infinite nor NaN.
#[inline(always)]
pub fn is_normal(x: f32) -> bool {
    (x.abs() >= f32::MIN_POSITIVE) & (x.abs() < f32::INFINITY)
}

/// The sign bit is set.
#[inline(always)]
pub fn sign_bit(x: f32) -> bool {
    x.is_sign_negative()
}

/// The smaller operand; the other one when one is NaN; the first when they compare equal. One `minps` and a blend.
#[inline(always)]
pub fn min(x: f32, y: f32) -> f32 {
    let v = if y < x { y } else { x };
    if x.is_nan() { y } else { v }
}

/// The larger operand; the other one when one is NaN; the first when they compare equal.
#[inline(always)]
pub fn max(x: f32, y: f32) -> f32 {
    let v = if y > x { y } else { x };
    if x.is_nan() { y } else { v }
}
