//! The law: the plain evaluation of every operation on one lane. Engines are tested against it, and constants are
//! folded with it.
//!
//! A value is a `u64` in the canonical pattern of its type (see [`Op::Const`](crate::Op::Const)): IEEE bits in the low
//! bytes, signed integers sign-extended, unsigned ones zero-extended, `bool` 0 or 1. Every function accepts any bits
//! and never panics; an operation that its type does not have gives 0.
//!
//! The sign and payload of a NaN that an operation makes are not part of its meaning: hardware differs.

use crate::math::{self, double};
use crate::{BinaryOp, CompareOp, MathOp, Scalar, UnaryOp};

/// Value bits of an integer type or `bool`.
const fn width(ty: Scalar) -> u32 {
    match ty {
        Scalar::Bool => 1,
        _ => 8 * ty.size() as u32,
    }
}

/// The pattern without its sign extension.
const fn low(ty: Scalar, bits: u64) -> u64 {
    bits & (u64::MAX >> (64 - 8 * ty.size() as u32))
}

/// The canonical pattern of a type, made of the low bytes of `bits`. A `bool` is true when its byte is not 0.
#[inline]
pub const fn canonical(ty: Scalar, bits: u64) -> u64 {
    match ty {
        Scalar::Bool => (bits as u8 != 0) as u64,
        Scalar::I8 => bits as i8 as u64,
        Scalar::I16 => bits as i16 as u64,
        Scalar::I32 => bits as i32 as u64,
        _ => low(ty, bits),
    }
}

/// The value of an integer or `bool`.
const fn int(ty: Scalar, bits: u64) -> i128 {
    if ty.is_signed() { canonical(ty, bits) as i64 as i128 } else { canonical(ty, bits) as i128 }
}

/// The value of an `f16`, `bf16` or `f32`.
#[inline]
fn single(ty: Scalar, bits: u64) -> f32 {
    match ty {
        Scalar::F16 => math::f16_to_f32(bits as u16),
        Scalar::BF16 => math::bf16_to_f32(bits as u16),
        _ => f32::from_bits(bits as u32),
    }
}

/// An f32 rounded to `f16`, `bf16` or `f32`.
#[inline]
fn from_single(ty: Scalar, x: f32) -> u64 {
    match ty {
        Scalar::F16 => math::f32_to_f16(x) as u64,
        Scalar::BF16 => math::f32_to_bf16(x) as u64,
        _ => x.to_bits() as u64,
    }
}

/// What an operation that the type does not have gives.
#[inline]
fn undefined(what: impl std::fmt::Debug, ty: Scalar) -> u64 {
    debug_assert!(false, "{what:?} does not exist on {}", ty.name());
    0
}

/// The value as an f64: exact but for 64-bit integers beyond 2^53, which round to nearest.
#[inline]
pub fn to_f64(ty: Scalar, bits: u64) -> f64 {
    match ty {
        Scalar::F64 => f64::from_bits(bits),
        Scalar::F32 | Scalar::F16 | Scalar::BF16 => single(ty, bits) as f64,
        _ => int(ty, bits) as f64,
    }
}

/// The value of a type nearest to `x`: floats round to even, integers truncate and saturate, NaN gives integer 0, and
/// `bool` is `x != 0`.
#[inline]
pub fn from_f64(ty: Scalar, x: f64) -> u64 {
    match ty {
        Scalar::Bool => (x != 0.0) as u64,
        Scalar::I8 => x as i8 as u64,
        Scalar::U8 => x as u8 as u64,
        Scalar::I16 => x as i16 as u64,
        Scalar::U16 => x as u16 as u64,
        Scalar::I32 => x as i32 as u64,
        Scalar::U32 => x as u32 as u64,
        Scalar::I64 => x as i64 as u64,
        Scalar::U64 => x as u64,
        // The intermediate f32 is exact: it holds the one rounding to the narrow type.
        Scalar::F16 => from_single(ty, math::round_f64_to_f16(x)),
        Scalar::BF16 => from_single(ty, math::round_f64_to_bf16(x)),
        Scalar::F32 => from_single(ty, x as f32),
        Scalar::F64 => x.to_bits(),
    }
}

/// An integer rounded to odd in f64, for a second rounding to a shorter type.
fn int_to_f64_odd(v: i128) -> f64 {
    let mag = v.unsigned_abs() as u64;
    // A 64-bit magnitude keeps 53 bits, the last one sticky.
    let odd = if mag >> 53 == 0 { mag } else { (mag >> 11 | (mag & 0x7ff != 0) as u64) << 11 };
    let x = odd as f64;
    if v < 0 { -x } else { x }
}

/// [`Op::Convert`](crate::Op::Convert).
#[inline]
pub fn convert(from: Scalar, to: Scalar, a: u64) -> u64 {
    let a = canonical(from, a);
    match (from.is_float(), to) {
        (true, _) if from == to => a,
        (true, _) => from_f64(to, to_f64(from, a)),
        (false, Scalar::Bool) => (a != 0) as u64,
        (false, Scalar::F16 | Scalar::BF16) => from_f64(to, int_to_f64_odd(int(from, a))),
        (false, Scalar::F32) => (int(from, a) as f32).to_bits() as u64,
        (false, Scalar::F64) => (int(from, a) as f64).to_bits(),
        (false, _) => canonical(to, a),
    }
}

/// [`Op::Bitcast`](crate::Op::Bitcast).
#[inline]
pub fn bitcast(from: Scalar, to: Scalar, a: u64) -> u64 {
    debug_assert_eq!(from.size(), to.size(), "bitcast of {} to {}", from.name(), to.name());
    canonical(to, low(from, a))
}

/// [`Op::Unary`](crate::Op::Unary).
#[inline]
pub fn unary(op: UnaryOp, ty: Scalar, a: u64) -> u64 {
    let sign = 1u64 << (8 * ty.size() as u32 - 1);
    let bits = low(ty, a);
    let w = width(ty);
    match op {
        UnaryOp::Neg if ty.is_float() => bits ^ sign,
        UnaryOp::Abs if ty.is_float() => bits & !sign,
        UnaryOp::Not if ty == Scalar::Bool => (bits == 0) as u64,
        _ if !ty.is_integer() => undefined(op, ty),
        UnaryOp::Neg => canonical(ty, (-int(ty, a)) as u64),
        UnaryOp::Abs => canonical(ty, int(ty, a).unsigned_abs() as u64),
        UnaryOp::Not => canonical(ty, !bits),
        UnaryOp::CountLeadingZeros => (bits.leading_zeros() - (64 - w)) as u64,
        UnaryOp::CountTrailingZeros => bits.trailing_zeros().min(w) as u64,
        UnaryOp::PopCount => bits.count_ones() as u64,
        UnaryOp::ReverseBits => canonical(ty, bits.reverse_bits() >> (64 - w)),
    }
}

/// [`Op::Binary`](crate::Op::Binary).
#[inline]
pub fn binary(op: BinaryOp, ty: Scalar, a: u64, b: u64) -> u64 {
    match ty {
        Scalar::Bool => match op {
            BinaryOp::And => canonical(ty, a) & canonical(ty, b),
            BinaryOp::Or => canonical(ty, a) | canonical(ty, b),
            BinaryOp::Xor => canonical(ty, a) ^ canonical(ty, b),
            _ => undefined(op, ty),
        },
        // f32 has more than twice the bits of f16 and bf16, plus two, so rounding + - * / twice is rounding once
        // (Figueroa, "When is double rounding innocuous?", SIGNUM 30(3), 1995).
        Scalar::F16 | Scalar::BF16 | Scalar::F32 => {
            let (x, y) = (single(ty, a), single(ty, b));
            let r = match op {
                BinaryOp::Add => x + y,
                BinaryOp::Sub => x - y,
                BinaryOp::Mul => x * y,
                BinaryOp::Div => x / y,
                BinaryOp::Min => math::min(x, y),
                BinaryOp::Max => math::max(x, y),
                _ => return undefined(op, ty),
            };
            from_single(ty, r)
        }
        Scalar::F64 => {
            let (x, y) = (f64::from_bits(a), f64::from_bits(b));
            let r = match op {
                BinaryOp::Add => x + y,
                BinaryOp::Sub => x - y,
                BinaryOp::Mul => x * y,
                BinaryOp::Div => x / y,
                BinaryOp::Min => double::min(x, y),
                BinaryOp::Max => double::max(x, y),
                _ => return undefined(op, ty),
            };
            r.to_bits()
        }
        _ => integer(op, ty, a, b),
    }
}

/// Integer operations on the exact values, cut to the type's width at the end.
fn integer(op: BinaryOp, ty: Scalar, a: u64, b: u64) -> u64 {
    let (x, y) = (int(ty, a), int(ty, b));
    let amount = (b as u32) & (width(ty) - 1);
    let (min, max) = match ty.is_signed() {
        true => (-(1i128 << (width(ty) - 1)), (1i128 << (width(ty) - 1)) - 1),
        false => (0, (1i128 << width(ty)) - 1),
    };
    let r = match op {
        BinaryOp::Add => x + y,
        BinaryOp::Sub => x - y,
        BinaryOp::Mul => x.wrapping_mul(y),
        BinaryOp::Div => x.checked_div(y).unwrap_or(0),
        BinaryOp::Rem => x.checked_rem(y).unwrap_or(0),
        BinaryOp::And => x & y,
        BinaryOp::Or => x | y,
        BinaryOp::Xor => x ^ y,
        BinaryOp::Shl => x.wrapping_shl(amount),
        BinaryOp::Shr => x >> amount,
        BinaryOp::Min => x.min(y),
        BinaryOp::Max => x.max(y),
        // The product of two u64 does not fit i128, but its bits are the right ones.
        BinaryOp::MulHigh if ty == Scalar::U64 => ((x as u128).wrapping_mul(y as u128) >> 64) as i128,
        BinaryOp::MulHigh => (x * y) >> width(ty),
        BinaryOp::AddSaturate => (x + y).clamp(min, max),
        BinaryOp::SubSaturate => (x - y).clamp(min, max),
    };
    canonical(ty, r as u64)
}

/// [`Op::Compare`](crate::Op::Compare). Pointers compare as `u64`.
#[inline]
pub fn compare(op: CompareOp, ty: Scalar, a: u64, b: u64) -> bool {
    fn by<T: PartialOrd>(op: CompareOp, x: T, y: T) -> bool {
        match op {
            CompareOp::Eq => x == y,
            CompareOp::Ne => x != y,
            CompareOp::Lt => x < y,
            CompareOp::Le => x <= y,
            CompareOp::Gt => x > y,
            CompareOp::Ge => x >= y,
        }
    }
    if ty.is_float() { by(op, to_f64(ty, a), to_f64(ty, b)) } else { by(op, int(ty, a), int(ty, b)) }
}

/// [`Op::Fma`](crate::Op::Fma): `a * b + c` with one rounding.
#[inline]
pub fn fma(ty: Scalar, a: u64, b: u64, c: u64) -> u64 {
    let (x, y, z) = (single(ty, a), single(ty, b), single(ty, c));
    match ty {
        Scalar::F16 => from_single(ty, math::fma_f16(x, y, z)),
        Scalar::BF16 => from_single(ty, math::fma_bf16(x, y, z)),
        Scalar::F32 => from_single(ty, x.mul_add(y, z)),
        Scalar::F64 => f64::from_bits(a).mul_add(f64::from_bits(b), f64::from_bits(c)).to_bits(),
        _ => undefined("fma", ty),
    }
}

/// [`Op::Math`](crate::Op::Math). `ty` is the type of the first operand; `b` is ignored by functions of one operand.
#[inline]
pub fn math(op: MathOp, ty: Scalar, a: u64, b: u64) -> u64 {
    match ty {
        Scalar::F64 => math_f64(op, a, b),
        Scalar::F16 | Scalar::BF16 | Scalar::F32 => math_f32(op, ty, a, b),
        _ => undefined(op, ty),
    }
}

/// The function on `f16`, `bf16` or `f32`: the narrow types round the f32 result once, but for the functions that
/// depend on the spacing of the type.
fn math_f32(op: MathOp, ty: Scalar, a: u64, b: u64) -> u64 {
    let (x, y) = (single(ty, a), single(ty, b));
    let r = match op {
        MathOp::Fract if ty == Scalar::F16 => math::fract_f16(x),
        MathOp::Fract if ty == Scalar::BF16 => math::fract_bf16(x),
        MathOp::NextAfter if ty == Scalar::F16 => math::nextafter_f16(x, y),
        MathOp::NextAfter if ty == Scalar::BF16 => math::nextafter_bf16(x, y),
        MathOp::IsNormal if ty == Scalar::F16 => return math::is_normal_f16(x) as u64,
        MathOp::Acos => math::acos(x),
        MathOp::Acosh => math::acosh(x),
        MathOp::Asin => math::asin(x),
        MathOp::Asinh => math::asinh(x),
        MathOp::Atan => math::atan(x),
        MathOp::Atanh => math::atanh(x),
        MathOp::Ceil => math::ceil(x),
        MathOp::Cos => math::cos(x),
        MathOp::Cosh => math::cosh(x),
        MathOp::CosPi => math::cospi(x),
        MathOp::Erf => math::erf(x),
        MathOp::ErfInv => math::erfinv(x),
        MathOp::Exp => math::exp(x),
        MathOp::Exp10 => math::exp10(x),
        MathOp::Exp2 => math::exp2(x),
        MathOp::Expm1 => math::expm1(x),
        MathOp::Floor => math::floor(x),
        MathOp::Fract => math::fract(x),
        MathOp::FrexpMantissa => math::frexp_mantissa(x),
        MathOp::Log => math::log(x),
        MathOp::Log10 => math::log10(x),
        MathOp::Log1p => math::log1p(x),
        MathOp::Log2 => math::log2(x),
        MathOp::Rint => math::rint(x),
        MathOp::Round => math::round(x),
        MathOp::Rsqrt => math::rsqrt(x),
        MathOp::Sin => math::sin(x),
        MathOp::Sinh => math::sinh(x),
        MathOp::SinPi => math::sinpi(x),
        MathOp::Sqrt => math::sqrt(x),
        MathOp::Tan => math::tan(x),
        MathOp::Tanh => math::tanh(x),
        MathOp::TanPi => math::tanpi(x),
        MathOp::Trunc => math::trunc(x),
        MathOp::Atan2 => math::atan2(x, y),
        MathOp::Copysign => math::copysign(x, y),
        MathOp::Fdim => math::fdim(x, y),
        MathOp::Fmod => math::fmod(x, y),
        MathOp::Hypot => math::hypot(x, y),
        MathOp::NextAfter => math::nextafter(x, y),
        MathOp::Pow => math::pow(x, y),
        MathOp::Powr => math::powr(x, y),
        MathOp::Ldexp => math::ldexp(x, b as i32),
        MathOp::FrexpExponent => return math::frexp_exponent(x) as u64,
        MathOp::Ilogb => return math::ilogb(x) as u64,
        MathOp::IsFinite => return math::is_finite(x) as u64,
        MathOp::IsInf => return math::is_inf(x) as u64,
        MathOp::IsNan => return math::is_nan(x) as u64,
        MathOp::IsNormal => return math::is_normal(x) as u64,
        MathOp::SignBit => return math::sign_bit(x) as u64,
    };
    from_single(ty, r)
}

/// The function on `f64`.
fn math_f64(op: MathOp, a: u64, b: u64) -> u64 {
    let (x, y) = (f64::from_bits(a), f64::from_bits(b));
    let r = match op {
        MathOp::Acos => double::acos(x),
        MathOp::Acosh => double::acosh(x),
        MathOp::Asin => double::asin(x),
        MathOp::Asinh => double::asinh(x),
        MathOp::Atan => double::atan(x),
        MathOp::Atanh => double::atanh(x),
        MathOp::Ceil => double::ceil(x),
        MathOp::Cos => double::cos(x),
        MathOp::Cosh => double::cosh(x),
        MathOp::CosPi => double::cospi(x),
        MathOp::Erf => double::erf(x),
        MathOp::ErfInv => double::erfinv(x),
        MathOp::Exp => double::exp(x),
        MathOp::Exp10 => double::exp10(x),
        MathOp::Exp2 => double::exp2(x),
        MathOp::Expm1 => double::expm1(x),
        MathOp::Floor => double::floor(x),
        MathOp::Fract => double::fract(x),
        MathOp::FrexpMantissa => double::frexp_mantissa(x),
        MathOp::Log => double::log(x),
        MathOp::Log10 => double::log10(x),
        MathOp::Log1p => double::log1p(x),
        MathOp::Log2 => double::log2(x),
        MathOp::Rint => double::rint(x),
        MathOp::Round => double::round(x),
        MathOp::Rsqrt => double::rsqrt(x),
        MathOp::Sin => double::sin(x),
        MathOp::Sinh => double::sinh(x),
        MathOp::SinPi => double::sinpi(x),
        MathOp::Sqrt => double::sqrt(x),
        MathOp::Tan => double::tan(x),
        MathOp::Tanh => double::tanh(x),
        MathOp::TanPi => double::tanpi(x),
        MathOp::Trunc => double::trunc(x),
        MathOp::Atan2 => double::atan2(x, y),
        MathOp::Copysign => double::copysign(x, y),
        MathOp::Fdim => double::fdim(x, y),
        MathOp::Fmod => double::fmod(x, y),
        MathOp::Hypot => double::hypot(x, y),
        MathOp::NextAfter => double::nextafter(x, y),
        MathOp::Pow => double::pow(x, y),
        MathOp::Powr => double::powr(x, y),
        MathOp::Ldexp => double::ldexp(x, b as i32),
        MathOp::FrexpExponent => return double::frexp_exponent(x) as u64,
        MathOp::Ilogb => return double::ilogb(x) as u64,
        MathOp::IsFinite => return double::is_finite(x) as u64,
        MathOp::IsInf => return double::is_inf(x) as u64,
        MathOp::IsNan => return double::is_nan(x) as u64,
        MathOp::IsNormal => return double::is_normal(x) as u64,
        MathOp::SignBit => return double::sign_bit(x) as u64,
    };
    r.to_bits()
}

/// The name of a function: that of its Rust function in [`crate::math`].
pub const fn name(op: MathOp) -> &'static str {
    match op {
        MathOp::Acos => "acos",
        MathOp::Acosh => "acosh",
        MathOp::Asin => "asin",
        MathOp::Asinh => "asinh",
        MathOp::Atan => "atan",
        MathOp::Atanh => "atanh",
        MathOp::Ceil => "ceil",
        MathOp::Cos => "cos",
        MathOp::Cosh => "cosh",
        MathOp::CosPi => "cospi",
        MathOp::Erf => "erf",
        MathOp::ErfInv => "erfinv",
        MathOp::Exp => "exp",
        MathOp::Exp10 => "exp10",
        MathOp::Exp2 => "exp2",
        MathOp::Expm1 => "expm1",
        MathOp::Floor => "floor",
        MathOp::Fract => "fract",
        MathOp::FrexpMantissa => "frexp_mantissa",
        MathOp::Log => "log",
        MathOp::Log10 => "log10",
        MathOp::Log1p => "log1p",
        MathOp::Log2 => "log2",
        MathOp::Rint => "rint",
        MathOp::Round => "round",
        MathOp::Rsqrt => "rsqrt",
        MathOp::Sin => "sin",
        MathOp::Sinh => "sinh",
        MathOp::SinPi => "sinpi",
        MathOp::Sqrt => "sqrt",
        MathOp::Tan => "tan",
        MathOp::Tanh => "tanh",
        MathOp::TanPi => "tanpi",
        MathOp::Trunc => "trunc",
        MathOp::Atan2 => "atan2",
        MathOp::Copysign => "copysign",
        MathOp::Fdim => "fdim",
        MathOp::Fmod => "fmod",
        MathOp::Hypot => "hypot",
        MathOp::NextAfter => "nextafter",
        MathOp::Pow => "pow",
        MathOp::Powr => "powr",
        MathOp::Ldexp => "ldexp",
        MathOp::FrexpExponent => "frexp_exponent",
        MathOp::Ilogb => "ilogb",
        MathOp::IsFinite => "is_finite",
        MathOp::IsInf => "is_inf",
        MathOp::IsNan => "is_nan",
        MathOp::IsNormal => "is_normal",
        MathOp::SignBit => "sign_bit",
    }
}
