//! Common functions: `min`, `max`, `clamp`, `mix`, `sign`, ...

use super::super::value::{Part, Poison, Result, Value};
use super::args::{Call, Class};
use super::each::{Each, How, Scalars, call as call_each};
use super::math::{max3, median3, min3};
use emberforge_ir as ir;
use ir::{BinaryOp, CompareOp, MathOp, UnaryOp};

/// The functions.
pub(super) const TABLE: &[Each] = &[
    Each::same("abs", Class::Number, How::Formula(1, abs)),
    Each::same("min", Class::Number, How::Binary(BinaryOp::Min)),
    Each::same("max", Class::Number, How::Binary(BinaryOp::Max)),
    Each::same("min3", Class::Number, How::Formula(3, min3)),
    Each::same("max3", Class::Number, How::Formula(3, max3)),
    Each::same("median3", Class::Number, How::Formula(3, median3)),
    Each::same("clamp", Class::Number, How::Formula(3, |s, x| clamp(s, x[0], x[1], x[2]))),
    Each::same("mix", Class::Float, How::Formula(3, mix)),
    Each::same("saturate", Class::Float, How::Formula(1, |s, x| saturate(s, x[0]))),
    Each::same("sign", Class::Float, How::Formula(1, sign)),
    Each::same("smoothstep", Class::Float, How::Formula(3, smoothstep)),
    Each::same("step", Class::Float, How::Formula(2, step)),
];

/// Lowers a call.
pub(super) fn call(call: &mut Call<'_, '_>) -> Result<Value> {
    call_each(call, TABLE).unwrap_or(Err(Poison))
}

/// Unsigned numbers are their own absolute value.
fn abs(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    if s.ty.is_float() || s.ty.is_signed() { s.unary(UnaryOp::Abs, x[0]) } else { x[0] }
}

/// `min(max(x, low), high)`.
pub(super) fn clamp(s: &mut Scalars<'_, '_>, x: Part, low: Part, high: Part) -> Part {
    let raised = s.max(x, low);
    s.min(raised, high)
}

/// `x + (y - x) * a`.
fn mix(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let difference = s.sub(x[1], x[0]);
    let share = s.mul(difference, x[2]);
    s.add(x[0], share)
}

/// Clamped to 0..1.
pub(super) fn saturate(s: &mut Scalars<'_, '_>, x: Part) -> Part {
    let (zero, one) = (s.number(0.0), s.number(1.0));
    clamp(s, x, zero, one)
}

/// 1 with the sign of `x`; zeros stay as they are, NaN gives 0.
fn sign(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let (zero, one) = (s.number(0.0), s.number(1.0));
    let unit = s.math(MathOp::Copysign, one, Some(x[0]));
    let is_zero = s.compare(CompareOp::Eq, x[0], zero);
    let result = s.select(is_zero, x[0], unit);
    let is_nan = s.math(MathOp::IsNan, x[0], None);
    s.select(is_nan, zero, result)
}

/// `t * t * (3 - 2 * t)` of `t = saturate((x - low) / (high - low))`.
fn smoothstep(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let (above, width) = (s.sub(x[2], x[0]), s.sub(x[1], x[0]));
    let ratio = s.div(above, width);
    let t = saturate(s, ratio);
    let (two, three) = (s.number(2.0), s.number(3.0));
    let square = s.mul(t, t);
    let double = s.mul(two, t);
    let rest = s.sub(three, double);
    s.mul(square, rest)
}

/// `x < edge ? 0 : 1`.
fn step(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let below = s.compare(CompareOp::Lt, x[1], x[0]);
    let (zero, one) = (s.number(0.0), s.number(1.0));
    s.select(below, zero, one)
}
