//! The law of scalar operations, against Rust's own integers and against exact arithmetic.

use emberforge_ir::scalar::{
    binary, bitcast, canonical, compare, convert, fma, from_f64, math, name, to_f64, unary,
};
use emberforge_ir::{BinaryOp, CompareOp, MathOp, Scalar, UnaryOp};

const BINARY: [BinaryOp; 15] = [
    BinaryOp::Add,
    BinaryOp::Sub,
    BinaryOp::Mul,
    BinaryOp::Div,
    BinaryOp::Rem,
    BinaryOp::And,
    BinaryOp::Or,
    BinaryOp::Xor,
    BinaryOp::Shl,
    BinaryOp::Shr,
    BinaryOp::Min,
    BinaryOp::Max,
    BinaryOp::MulHigh,
    BinaryOp::AddSaturate,
    BinaryOp::SubSaturate,
];

const UNARY: [UnaryOp; 7] = [
    UnaryOp::Neg,
    UnaryOp::Not,
    UnaryOp::Abs,
    UnaryOp::CountLeadingZeros,
    UnaryOp::CountTrailingZeros,
    UnaryOp::PopCount,
    UnaryOp::ReverseBits,
];

const MATH: [MathOp; 50] = [
    MathOp::Acos,
    MathOp::Acosh,
    MathOp::Asin,
    MathOp::Asinh,
    MathOp::Atan,
    MathOp::Atanh,
    MathOp::Ceil,
    MathOp::Cos,
    MathOp::Cosh,
    MathOp::CosPi,
    MathOp::Erf,
    MathOp::ErfInv,
    MathOp::Exp,
    MathOp::Exp10,
    MathOp::Exp2,
    MathOp::Expm1,
    MathOp::Floor,
    MathOp::Fract,
    MathOp::FrexpMantissa,
    MathOp::Log,
    MathOp::Log10,
    MathOp::Log1p,
    MathOp::Log2,
    MathOp::Rint,
    MathOp::Round,
    MathOp::Rsqrt,
    MathOp::Sin,
    MathOp::Sinh,
    MathOp::SinPi,
    MathOp::Sqrt,
    MathOp::Tan,
    MathOp::Tanh,
    MathOp::TanPi,
    MathOp::Trunc,
    MathOp::Atan2,
    MathOp::Copysign,
    MathOp::Fdim,
    MathOp::Fmod,
    MathOp::Hypot,
    MathOp::NextAfter,
    MathOp::Pow,
    MathOp::Powr,
    MathOp::Ldexp,
    MathOp::FrexpExponent,
    MathOp::Ilogb,
    MathOp::IsFinite,
    MathOp::IsInf,
    MathOp::IsNan,
    MathOp::IsNormal,
    MathOp::SignBit,
];

const FLOATS: [Scalar; 4] = [Scalar::F16, Scalar::BF16, Scalar::F32, Scalar::F64];

/// Patterns of every kind, many of them not canonical.
fn patterns() -> Vec<u64> {
    let mut list =
        vec![0, 1, 2, 3, 7, 31, 32, 33, 63, 64, 65, 1000, 0x3c00, 0x3f80, 0x7bff, 0x7c00, 0x7c01, 0x7fff];
    list.extend([0x8000, 0xfc00, 0xffff, 0x10000, 0x3f80_0000, 0x7f80_0000, 0x7fc0_0000, 0xff80_0000]);
    list.extend([1.0f64, -2.5, f64::NAN, f64::INFINITY, 65519.999, 1e-310].map(f64::to_bits));
    for shift in [7, 8, 15, 16, 31, 32, 63] {
        list.extend([1u64 << shift, (1 << shift) - 1, (1 << shift) + 1]);
    }
    let negated: Vec<u64> = list.iter().map(|x| x.wrapping_neg()).collect();
    list.extend(negated);
    // Knuth's MMIX generator.
    let mut state = 3u64;
    for i in 0..60 {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        list.push((state ^ state >> 29) >> (i % 4 * 16));
    }
    list
}

macro_rules! integers {
    ($name:ident, $t:ident, $wide:ident, $scalar:expr) => {
        #[test]
        fn $name() {
            let ty = $scalar;
            for a in patterns() {
                let x = a as $t;
                let check = |what: &str, got: u64, want: $t| assert_eq!(got, want as u64, "{what} {x}");
                check("neg", unary(UnaryOp::Neg, ty, a), x.wrapping_neg());
                check("not", unary(UnaryOp::Not, ty, a), !x);
                #[allow(unused_comparisons)]
                check("abs", unary(UnaryOp::Abs, ty, a), if x < 0 { x.wrapping_neg() } else { x });
                check("clz", unary(UnaryOp::CountLeadingZeros, ty, a), x.leading_zeros() as $t);
                check("ctz", unary(UnaryOp::CountTrailingZeros, ty, a), x.trailing_zeros() as $t);
                check("pop", unary(UnaryOp::PopCount, ty, a), x.count_ones() as $t);
                check("reverse", unary(UnaryOp::ReverseBits, ty, a), x.reverse_bits());
                for b in patterns() {
                    let y = b as $t;
                    for op in BINARY {
                        let want = match op {
                            BinaryOp::Add => x.wrapping_add(y),
                            BinaryOp::Sub => x.wrapping_sub(y),
                            BinaryOp::Mul => x.wrapping_mul(y),
                            BinaryOp::Div => {
                                if y == 0 {
                                    0
                                } else {
                                    x.wrapping_div(y)
                                }
                            }
                            BinaryOp::Rem => {
                                if y == 0 {
                                    0
                                } else {
                                    x.wrapping_rem(y)
                                }
                            }
                            BinaryOp::And => x & y,
                            BinaryOp::Or => x | y,
                            BinaryOp::Xor => x ^ y,
                            BinaryOp::Shl => x.wrapping_shl(y as u32),
                            BinaryOp::Shr => x.wrapping_shr(y as u32),
                            BinaryOp::Min => x.min(y),
                            BinaryOp::Max => x.max(y),
                            BinaryOp::MulHigh => ((x as $wide * y as $wide) >> $t::BITS) as $t,
                            BinaryOp::AddSaturate => x.saturating_add(y),
                            BinaryOp::SubSaturate => x.saturating_sub(y),
                        };
                        assert_eq!(binary(op, ty, a, b), want as u64, "{op:?} {x} {y}");
                    }
                    assert_eq!(compare(CompareOp::Lt, ty, a, b), x < y);
                    assert_eq!(compare(CompareOp::Ge, ty, a, b), x >= y);
                    assert_eq!(compare(CompareOp::Eq, ty, a, b), x == y);
                }
                assert_eq!(convert(ty, Scalar::F32, a), (x as f32).to_bits() as u64);
                assert_eq!(convert(ty, Scalar::F64, a), (x as f64).to_bits());
                assert_eq!(convert(ty, Scalar::I8, a), x as i8 as u64);
                assert_eq!(convert(ty, Scalar::U16, a), x as u16 as u64);
                assert_eq!(convert(ty, Scalar::I64, a), x as i64 as u64);
                assert_eq!(convert(ty, Scalar::Bool, a), (x != 0) as u64);
            }
        }
    };
}

integers!(signed_32, i32, i64, Scalar::I32);
integers!(unsigned_32, u32, u64, Scalar::U32);
integers!(signed_64, i64, i128, Scalar::I64);
integers!(unsigned_64, u64, u128, Scalar::U64);

#[test]
fn nothing_panics_and_results_are_canonical() {
    for a in patterns() {
        for ty in Scalar::ALL {
            assert_eq!(canonical(ty, canonical(ty, a)), canonical(ty, a));
            for to in Scalar::ALL {
                let r = convert(ty, to, a);
                assert_eq!(r, canonical(to, r), "{} -> {}", ty.name(), to.name());
                if ty.size() == to.size() {
                    let r = bitcast(ty, to, a);
                    assert_eq!(r, canonical(to, r));
                }
            }
        }
        for ty in FLOATS {
            for op in MATH {
                for b in patterns() {
                    let r = math(op, ty, a, b);
                    match op {
                        MathOp::FrexpExponent | MathOp::Ilogb => assert_eq!(r, canonical(Scalar::I32, r)),
                        MathOp::IsFinite
                        | MathOp::IsInf
                        | MathOp::IsNan
                        | MathOp::IsNormal
                        | MathOp::SignBit => {
                            assert!(r <= 1);
                        }
                        _ => assert_eq!(r, canonical(ty, r), "{}", name(op)),
                    }
                    if (MathOp::Acos as u8..MathOp::Atan2 as u8).contains(&(op as u8)) {
                        break;
                    }
                }
            }
        }
        for op in UNARY {
            for ty in Scalar::ALL {
                let integer = ty.is_integer() && ty.has_arithmetic();
                let defined = match op {
                    UnaryOp::Neg | UnaryOp::Abs => ty.has_arithmetic(),
                    UnaryOp::Not => ty == Scalar::Bool || integer,
                    _ => integer,
                };
                if defined {
                    let r = unary(op, ty, a);
                    assert_eq!(r, canonical(ty, r), "{op:?} {}", ty.name());
                }
            }
        }
    }
}

#[test]
fn bools() {
    assert_eq!(binary(BinaryOp::And, Scalar::Bool, 1, 0), 0);
    assert_eq!(binary(BinaryOp::Or, Scalar::Bool, 1, 0), 1);
    assert_eq!(binary(BinaryOp::Xor, Scalar::Bool, 1, 1), 0);
    assert_eq!(unary(UnaryOp::Not, Scalar::Bool, 1), 0);
    assert_eq!(bitcast(Scalar::U8, Scalar::Bool, 2), 1);
    assert_eq!(convert(Scalar::F32, Scalar::Bool, f32::NAN.to_bits() as u64), 1);
    assert_eq!(convert(Scalar::F32, Scalar::Bool, (-0.0f32).to_bits() as u64), 0);
    assert_eq!(convert(Scalar::Bool, Scalar::F16, 1), 0x3c00);
}

/// Rust's `as` is the rule: truncate, saturate, NaN to 0.
#[test]
fn floats_to_integers() {
    for x in [
        0.9,
        -0.9,
        255.5,
        -128.7,
        3e9,
        -3e9,
        1e19,
        2e19,
        -1e19,
        1e300,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ] {
        assert_eq!(from_f64(Scalar::I8, x), x as i8 as u64);
        assert_eq!(from_f64(Scalar::U8, x), x as u8 as u64);
        assert_eq!(from_f64(Scalar::I16, x), x as i16 as u64);
        assert_eq!(from_f64(Scalar::U16, x), x as u16 as u64);
        assert_eq!(from_f64(Scalar::I32, x), x as i32 as u64);
        assert_eq!(from_f64(Scalar::U32, x), x as u32 as u64);
        assert_eq!(from_f64(Scalar::I64, x), x as i64 as u64);
        assert_eq!(from_f64(Scalar::U64, x), x as u64);
        let f = x as f32;
        assert_eq!(convert(Scalar::F32, Scalar::I32, f.to_bits() as u64), f as i32 as u64);
    }
}

/// The exact value of a finite float that is an integer.
fn exact(ty: Scalar, bits: u64) -> i128 {
    to_f64(ty, bits) as i128
}

#[test]
fn integers_to_narrow_floats_round_once() {
    for from in [Scalar::I64, Scalar::U64, Scalar::I32, Scalar::U32] {
        for ty in [Scalar::F16, Scalar::BF16] {
            let mut cases = patterns();
            // Halfway points of bf16, and one beside them: to f32 or f64 first would tie them.
            for shift in 0..56 {
                for m in [129u64, 131, 257, 255] {
                    let tie = (m << shift) | (m << shift) >> 1 & 1;
                    cases.extend([
                        tie,
                        tie + 1,
                        tie.wrapping_sub(1),
                        (2 * m + 1) << shift,
                        ((2 * m + 1) << shift) + 1,
                    ]);
                    cases.push(((2 * m + 1) << shift).wrapping_sub(1));
                }
            }
            for a in cases {
                let a = canonical(from, a);
                let value = if from.is_signed() { a as i64 as i128 } else { a as i128 };
                let got = convert(from, ty, a);
                let magnitude = got & 0x7fff;
                if !to_f64(ty, got).is_finite() {
                    assert!(ty == Scalar::F16 && value.abs() >= 65520, "{value}");
                    continue;
                }
                let distance = (value.abs() - exact(ty, magnitude)).abs();
                for other in [magnitude.wrapping_sub(1), magnitude + 1] {
                    if other > 0x7fff || !to_f64(ty, other).is_finite() {
                        continue;
                    }
                    // Neighbours below 1 are not integers, and are farther than any integer's own float.
                    if to_f64(ty, other).fract() != 0.0 {
                        continue;
                    }
                    let o = (value.abs() - exact(ty, other)).abs();
                    assert!(distance < o || distance == o && magnitude & 1 == 0, "{value} -> {got:#x}");
                }
            }
        }
    }
    // 2^24 + 2^16 + 1 is just above a tie of bf16; as f32 it would be the tie.
    assert_eq!(
        to_f64(Scalar::BF16, convert(Scalar::I32, Scalar::BF16, (1 << 24) + (1 << 16) + 1)),
        16908288.0
    );
}

#[test]
fn half_arithmetic_rounds_once() {
    // All sums, products and quotients of a sample, against f64, in which sums and products of f16 are exact and a
    // quotient is near no halfway point.
    for a in (0..=u16::MAX as u64).step_by(97) {
        for b in (0..=u16::MAX as u64).step_by(89) {
            let (x, y) = (to_f64(Scalar::F16, a), to_f64(Scalar::F16, b));
            for (op, want) in [
                (BinaryOp::Add, x + y),
                (BinaryOp::Sub, x - y),
                (BinaryOp::Mul, x * y),
                (BinaryOp::Div, x / y),
            ] {
                let got = binary(op, Scalar::F16, a, b);
                if want.is_nan() {
                    assert!(to_f64(Scalar::F16, got).is_nan());
                } else {
                    assert_eq!(got, from_f64(Scalar::F16, want), "{op:?} {x} {y}");
                }
            }
        }
    }
}

#[test]
fn fused_and_unfused_differ() {
    let bits = |x: f32| x.to_bits() as u64;
    let x = 1.0 + f32::EPSILON;
    let product = binary(BinaryOp::Mul, Scalar::F32, bits(x), bits(x));
    let minus = unary(UnaryOp::Neg, Scalar::F32, product);
    // What the product lost, 2^-46, is there only when nothing is rounded between.
    assert_eq!(fma(Scalar::F32, bits(x), bits(x), minus), bits(f32::EPSILON * f32::EPSILON));
    assert_eq!(binary(BinaryOp::Add, Scalar::F32, product, minus), 0);
    assert_eq!(fma(Scalar::F16, 0x3c00, 0x4000, 0x3c00), 0x4200);
    assert_eq!(fma(Scalar::BF16, 0x3f80, 0x4000, 0x3f80), 0x4040);
    let d = f64::to_bits;
    assert_eq!(fma(Scalar::F64, d(2.0), d(3.0), d(1.0)), d(7.0));
}

#[test]
fn float_comparisons_minimum_and_signs() {
    let bits = |x: f32| x.to_bits() as u64;
    let (one, nan, zero, minus) = (bits(1.0), bits(f32::NAN), bits(0.0), bits(-0.0));
    for op in [CompareOp::Eq, CompareOp::Lt, CompareOp::Le, CompareOp::Gt, CompareOp::Ge] {
        assert!(!compare(op, Scalar::F32, one, nan));
    }
    assert!(compare(CompareOp::Ne, Scalar::F32, nan, nan));
    assert!(compare(CompareOp::Eq, Scalar::F32, zero, minus));
    assert_eq!(binary(BinaryOp::Min, Scalar::F32, nan, one), one);
    assert_eq!(binary(BinaryOp::Max, Scalar::F32, one, nan), one);
    assert_eq!(unary(UnaryOp::Neg, Scalar::F32, zero), minus);
    assert_eq!(unary(UnaryOp::Abs, Scalar::F16, 0xbc00), 0x3c00);
}

#[test]
fn mixed_types_of_math() {
    assert_eq!(
        math(MathOp::Ldexp, Scalar::F32, 1f32.to_bits() as u64, -1i64 as u64),
        0.5f32.to_bits() as u64
    );
    assert_eq!(math(MathOp::Ilogb, Scalar::F64, 0.25f64.to_bits(), 0), -2i64 as u64);
    assert_eq!(math(MathOp::FrexpExponent, Scalar::F16, 0x3c00, 0), 1);
    assert_eq!(math(MathOp::IsNormal, Scalar::F16, 0x0001, 0), 0);
    assert_eq!(math(MathOp::IsNormal, Scalar::BF16, 0x0080, 0), 1);
    assert_eq!(math(MathOp::NextAfter, Scalar::F16, 0x3c00, 0x7c00), 0x3c01);
    assert_eq!(math(MathOp::SignBit, Scalar::BF16, 0x8000, 0), 1);
    assert_eq!(math(MathOp::Exp, Scalar::BF16, 0, 0), 0x3f80);
    let names: std::collections::BTreeSet<_> = MATH.iter().map(|&op| name(op)).collect();
    assert_eq!(names.len(), MATH.len());
}
