//! Floating-point arithmetic, comparison and functions over lanes.

use super::{Src, map, map_mostly, zip};
use crate::simd::multiversion;
use emberforge_ir::math::near;
use emberforge_ir::{BinaryOp, CompareOp, MathOp, Scalar, UnaryOp, math};

multiversion! {
    /// `dst = a op b` in f32.
    pub(crate) fn binary_f32(op: BinaryOp, dst: &mut [f32], a: Src<'_, f32>, b: Src<'_, f32>) {
        match op {
            BinaryOp::Add => zip(dst, a, b, |a, b| a + b),
            BinaryOp::Sub => zip(dst, a, b, |a, b| a - b),
            BinaryOp::Mul => zip(dst, a, b, |a, b| a * b),
            BinaryOp::Div => zip(dst, a, b, |a, b| a / b),
            BinaryOp::Min => zip(dst, a, b, math::min),
            BinaryOp::Max => zip(dst, a, b, math::max),
            _ => debug_assert!(false, "{op:?} on floats"),
        }
    }

    /// `dst = a op b` in f64.
    pub(crate) fn binary_f64(op: BinaryOp, dst: &mut [f64], a: Src<'_, f64>, b: Src<'_, f64>) {
        match op {
            BinaryOp::Add => zip(dst, a, b, |a, b| a + b),
            BinaryOp::Sub => zip(dst, a, b, |a, b| a - b),
            BinaryOp::Mul => zip(dst, a, b, |a, b| a * b),
            BinaryOp::Div => zip(dst, a, b, |a, b| a / b),
            BinaryOp::Min => zip(dst, a, b, math::double::min),
            BinaryOp::Max => zip(dst, a, b, math::double::max),
            _ => debug_assert!(false, "{op:?} on floats"),
        }
    }

    /// `dst = -a` or `|a|` in f32.
    pub(crate) fn unary_f32(op: UnaryOp, dst: &mut [f32], a: Src<'_, f32>) {
        match op {
            UnaryOp::Neg => map(dst, a, |a| -a),
            UnaryOp::Abs => map(dst, a, |a: f32| a.abs()),
            _ => debug_assert!(false, "{op:?} on floats"),
        }
    }

    /// `dst = -a` or `|a|` in f64.
    pub(crate) fn unary_f64(op: UnaryOp, dst: &mut [f64], a: Src<'_, f64>) {
        match op {
            UnaryOp::Neg => map(dst, a, |a| -a),
            UnaryOp::Abs => map(dst, a, |a: f64| a.abs()),
            _ => debug_assert!(false, "{op:?} on floats"),
        }
    }

    /// `dst = a * b + c` with one rounding, where `c` is one value per lane.
    pub(crate) fn fma_f32(dst: &mut [f32], a: Src<'_, f32>, b: Src<'_, f32>, c: Src<'_, f32>) {
        match c {
            Src::Lanes(c) => {
                let c = &c[..dst.len()];
                match (a, b) {
                    (Src::Lanes(a), Src::Lanes(b)) => {
                        for (((d, &a), &b), &c) in dst.iter_mut().zip(a).zip(b).zip(c) {
                            *d = a.mul_add(b, c);
                        }
                    }
                    (Src::Lanes(a), Src::All(b)) | (Src::All(b), Src::Lanes(a)) => {
                        for ((d, &a), &c) in dst.iter_mut().zip(a).zip(c) {
                            *d = a.mul_add(b, c);
                        }
                    }
                    (Src::All(a), Src::All(b)) => {
                        for (d, &c) in dst.iter_mut().zip(c) {
                            *d = a.mul_add(b, c);
                        }
                    }
                }
            }
            Src::All(c) => zip(dst, a, b, |a, b| a.mul_add(b, c)),
        }
    }

    /// `dst = a * b + dst` with one rounding.
    pub(crate) fn add_product_f32(dst: &mut [f32], a: Src<'_, f32>, b: Src<'_, f32>) {
        match (a, b) {
            (Src::Lanes(a), Src::Lanes(b)) => {
                for ((d, &a), &b) in dst.iter_mut().zip(a).zip(b) {
                    *d = a.mul_add(b, *d);
                }
            }
            (Src::Lanes(a), Src::All(b)) | (Src::All(b), Src::Lanes(a)) => {
                for (d, &a) in dst.iter_mut().zip(a) {
                    *d = a.mul_add(b, *d);
                }
            }
            (Src::All(a), Src::All(b)) => {
                for d in dst {
                    *d = a.mul_add(b, *d);
                }
            }
        }
    }

    /// `dst = a * b + c` with one rounding, in f64.
    pub(crate) fn fma_f64(dst: &mut [f64], a: Src<'_, f64>, b: Src<'_, f64>, c: Src<'_, f64>) {
        for (i, d) in dst.iter_mut().enumerate() {
            *d = a.at(i).mul_add(b.at(i), c.at(i));
        }
    }

    /// `dst = a * b + c` rounded once to the narrow type.
    pub(crate) fn fma_narrow(ty: Scalar, dst: &mut [f32], a: Src<'_, f32>, b: Src<'_, f32>, c: Src<'_, f32>) {
        if ty == Scalar::F16 {
            for (i, d) in dst.iter_mut().enumerate() {
                *d = math::fma_f16(a.at(i), b.at(i), c.at(i));
            }
        } else {
            for (i, d) in dst.iter_mut().enumerate() {
                *d = math::fma_bf16(a.at(i), b.at(i), c.at(i));
            }
        }
    }

    /// Rounds f32 values to the narrow type in place; f32 itself is left alone.
    pub(crate) fn round(ty: Scalar, values: &mut [f32]) {
        match ty {
            Scalar::F16 => {
                for v in values {
                    *v = math::round_f16(*v);
                }
            }
            Scalar::BF16 => {
                for v in values {
                    *v = math::round_bf16(*v);
                }
            }
            _ => {}
        }
    }

    /// `dst = a op b` as bytes, f32 operands.
    pub(crate) fn compare_f32(op: CompareOp, dst: &mut [u8], a: Src<'_, f32>, b: Src<'_, f32>) {
        match op {
            CompareOp::Eq => zip(dst, a, b, |a, b| u8::from(a == b)),
            CompareOp::Ne => zip(dst, a, b, |a, b| u8::from(a != b)),
            CompareOp::Lt => zip(dst, a, b, |a, b| u8::from(a < b)),
            CompareOp::Le => zip(dst, a, b, |a, b| u8::from(a <= b)),
            CompareOp::Gt => zip(dst, a, b, |a, b| u8::from(a > b)),
            CompareOp::Ge => zip(dst, a, b, |a, b| u8::from(a >= b)),
        }
    }

    /// `dst = a op b` as bytes, f64 operands.
    pub(crate) fn compare_f64(op: CompareOp, dst: &mut [u8], a: Src<'_, f64>, b: Src<'_, f64>) {
        match op {
            CompareOp::Eq => zip(dst, a, b, |a, b| u8::from(a == b)),
            CompareOp::Ne => zip(dst, a, b, |a, b| u8::from(a != b)),
            CompareOp::Lt => zip(dst, a, b, |a, b| u8::from(a < b)),
            CompareOp::Le => zip(dst, a, b, |a, b| u8::from(a <= b)),
            CompareOp::Gt => zip(dst, a, b, |a, b| u8::from(a > b)),
            CompareOp::Ge => zip(dst, a, b, |a, b| u8::from(a >= b)),
        }
    }

    /// Functions of one f32 operand with an f32 result, unrounded for narrow types.
    pub(crate) fn math_f32(op: MathOp, dst: &mut [f32], a: Src<'_, f32>) {
        match op {
            MathOp::Acos => map(dst, a, math::acos),
            MathOp::Acosh => map(dst, a, math::acosh),
            MathOp::Asin => map(dst, a, math::asin),
            MathOp::Asinh => map(dst, a, math::asinh),
            MathOp::Atan => map(dst, a, math::atan),
            MathOp::Atanh => map(dst, a, math::atanh),
            MathOp::Ceil => map(dst, a, math::ceil),
            MathOp::Cos => map_mostly(dst, a, near::covers, near::cos, math::cos),
            MathOp::Cosh => map(dst, a, math::cosh),
            MathOp::CosPi => map(dst, a, math::cospi),
            MathOp::Erf => map(dst, a, math::erf),
            MathOp::ErfInv => map(dst, a, math::erfinv),
            MathOp::Exp => map(dst, a, math::exp),
            MathOp::Exp10 => map(dst, a, math::exp10),
            MathOp::Exp2 => map(dst, a, math::exp2),
            MathOp::Expm1 => map(dst, a, math::expm1),
            MathOp::Floor => map(dst, a, math::floor),
            MathOp::Fract => map(dst, a, math::fract),
            MathOp::FrexpMantissa => map(dst, a, math::frexp_mantissa),
            MathOp::Log => map(dst, a, math::log),
            MathOp::Log10 => map(dst, a, math::log10),
            MathOp::Log1p => map(dst, a, math::log1p),
            MathOp::Log2 => map(dst, a, math::log2),
            MathOp::Rint => map(dst, a, math::rint),
            MathOp::Round => map(dst, a, math::round),
            MathOp::Rsqrt => map(dst, a, math::rsqrt),
            MathOp::Sin => map_mostly(dst, a, near::covers, near::sin, math::sin),
            MathOp::Sinh => map(dst, a, math::sinh),
            MathOp::SinPi => map(dst, a, math::sinpi),
            MathOp::Sqrt => map(dst, a, math::sqrt),
            MathOp::Tan => map_mostly(dst, a, near::covers, near::tan, math::tan),
            MathOp::Tanh => map(dst, a, math::tanh),
            MathOp::TanPi => map(dst, a, math::tanpi),
            MathOp::Trunc => map(dst, a, math::trunc),
            _ => debug_assert!(false, "{op:?} has another signature"),
        }
    }

    /// Functions of two f32 operands with an f32 result, unrounded for narrow types.
    pub(crate) fn math2_f32(op: MathOp, dst: &mut [f32], a: Src<'_, f32>, b: Src<'_, f32>) {
        match op {
            MathOp::Atan2 => zip(dst, a, b, math::atan2),
            MathOp::Copysign => zip(dst, a, b, math::copysign),
            MathOp::Fdim => zip(dst, a, b, math::fdim),
            MathOp::Fmod => zip(dst, a, b, math::fmod),
            MathOp::Hypot => zip(dst, a, b, math::hypot),
            MathOp::Pow => zip(dst, a, b, math::pow),
            MathOp::Powr => zip(dst, a, b, math::powr),
            _ => debug_assert!(false, "{op:?} has another signature"),
        }
    }

    /// Classification of f32 operands as bytes.
    pub(crate) fn classify_f32(op: MathOp, dst: &mut [u8], a: Src<'_, f32>) {
        match op {
            MathOp::IsFinite => map(dst, a, |a| u8::from(math::is_finite(a))),
            MathOp::IsInf => map(dst, a, |a| u8::from(math::is_inf(a))),
            MathOp::IsNan => map(dst, a, |a| u8::from(math::is_nan(a))),
            MathOp::IsNormal => map(dst, a, |a| u8::from(math::is_normal(a))),
            MathOp::SignBit => map(dst, a, |a| u8::from(math::sign_bit(a))),
            _ => debug_assert!(false, "{op:?} has another signature"),
        }
    }
}

/// True for the functions [`math_f32`] serves on `ty`: one operand of the register's type and a result that the narrow
/// types only need to round. `fract` of a narrow type depends on its spacing and is left to the scalar law.
pub(crate) fn is_plain_unary(op: MathOp, ty: Scalar) -> bool {
    let narrow_special = op == MathOp::Fract && ty != Scalar::F32;
    !narrow_special
        && !is_plain_binary(op)
        && !is_classification(op)
        && !matches!(op, MathOp::NextAfter | MathOp::Ldexp | MathOp::FrexpExponent | MathOp::Ilogb)
}

/// True for the functions [`math2_f32`] serves.
pub(crate) fn is_plain_binary(op: MathOp) -> bool {
    matches!(
        op,
        MathOp::Atan2
            | MathOp::Copysign
            | MathOp::Fdim
            | MathOp::Fmod
            | MathOp::Hypot
            | MathOp::Pow
            | MathOp::Powr
    )
}

/// True for the functions [`classify_f32`] serves.
pub(crate) fn is_classification(op: MathOp) -> bool {
    matches!(op, MathOp::IsFinite | MathOp::IsInf | MathOp::IsNan | MathOp::IsNormal | MathOp::SignBit)
}
