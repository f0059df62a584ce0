//! Gradients of the elementwise operations.
//!
//! `g` is the cotangent of the result, `x` (and `y`) the operands, `r` the result. Operations whose result does not
//! move with their operand (comparisons, rounding, integers) give none. The conventions for complex numbers are MLX's.

use super::node::{binary, cast, constant, select, unary};
use super::{Binary, Comparison, ElementOp, Unary, node};
use crate::Array;
use crate::primitive::{Gradients, Vjp, unsupported};
use crate::scalar::{Operand, Scalar};
use emberforge_base::{DType, Result};
use std::f64::consts::{FRAC_2_SQRT_PI, LN_2, LN_10, PI};

fn mul<'a, 'b>(a: impl Into<Operand<'a>>, b: impl Into<Operand<'b>>) -> Result<Array> {
    binary(Binary::Multiply, a, b)
}

fn div<'a, 'b>(a: impl Into<Operand<'a>>, b: impl Into<Operand<'b>>) -> Result<Array> {
    binary(Binary::Divide, a, b)
}

fn add<'a, 'b>(a: impl Into<Operand<'a>>, b: impl Into<Operand<'b>>) -> Result<Array> {
    binary(Binary::Add, a, b)
}

fn sub<'a, 'b>(a: impl Into<Operand<'a>>, b: impl Into<Operand<'b>>) -> Result<Array> {
    binary(Binary::Subtract, a, b)
}

fn neg(x: &Array) -> Result<Array> {
    unary(Unary::Negative, x)
}

fn square(x: &Array) -> Result<Array> {
    unary(Unary::Square, x)
}

/// `g` times `scale`, with the complex derivative conjugated: gradients of complex functions are `g * conj(f')`.
fn chain(g: &Array, scale: Array) -> Result<Array> {
    if scale.dtype() == DType::Complex64 { mul(g, &unary(Unary::Conjugate, &scale)?) } else { mul(g, &scale) }
}

pub(super) fn vjp(op: ElementOp, call: &Vjp<'_>) -> Result<Gradients> {
    let smooth = |x: &Array| x.dtype().is_float() || x.dtype() == DType::Complex64;
    match op {
        ElementOp::Comparison(_) => call.none(),
        ElementOp::Cast => {
            let to = call.inputs[0].dtype();
            if smooth(&call.inputs[0]) { call.one(|g| Ok(cast(g, to))) } else { call.none() }
        }
        ElementOp::Select => {
            let cond = &call.inputs[0];
            let zero = |g: &Array| constant(Scalar::Int(0), g.dtype(), g.shape());
            let mut list: Gradients = smallvec::smallvec![None, None, None];
            let g = &call.cotangents[0];
            if call.wanted[1] {
                list[1] = Some(select(cond, g, zero(g))?);
            }
            if call.wanted[2] {
                list[2] = Some(select(cond, zero(g), g)?);
            }
            Ok(list)
        }
        ElementOp::Unary(_) if !smooth(&call.inputs[0]) => call.none(),
        ElementOp::Unary(op) => call.one(|g| one(op, g, &call.inputs[0], &call.outputs[0])),
        ElementOp::Binary(_) if !smooth(&call.inputs[0]) => call.none(),
        ElementOp::Binary(op) => two(op, call),
    }
}

fn one(op: Unary, g: &Array, x: &Array, r: &Array) -> Result<Array> {
    use Unary::*;
    let zero = || constant(Scalar::Int(0), x.dtype(), x.shape());
    match op {
        // Flat wherever they are smooth.
        BitwiseInvert | Ceil | Floor | Round | IsFinite | IsInf | IsNan | IsNegInf | IsPosInf
        | LogicalNot | Sign | Trunc => Ok(zero()),
        Abs => {
            // g is real; the sign of a complex number is its direction.
            mul(g, &unary(Sign, x)?)
        }
        Real => Ok(cast(g, x.dtype())),
        // The result of `imag` moves with the imaginary part alone.
        Imag if x.dtype() == DType::Complex64 => mul(g, num_complex::Complex32::new(0.0, 1.0)),
        Imag => Ok(zero()),
        Conjugate => unary(Conjugate, g),
        Negative => neg(g),
        Square => chain(g, mul(x, 2.0)?),
        Exp => chain(g, r.clone()),
        Expm1 => mul(g, &add(r, 1.0)?),
        Log => chain(g, div(1.0, x)?),
        Log2 => chain(g, div(1.0 / LN_2, x)?),
        Log10 => chain(g, div(1.0 / LN_10, x)?),
        Log1p => chain(g, div(1.0, &add(x, 1.0)?)?),
        Sqrt => chain(g, div(0.5, r)?),
        // r^3 would overflow before r/x does.
        Rsqrt => chain(g, mul(&div(r, x)?, -0.5)?),
        Sin => chain(g, unary(Cos, x)?),
        Cos => chain(g, neg(&unary(Sin, x)?)?),
        Tan => chain(g, add(&square(r)?, 1.0)?),
        Sinh => chain(g, unary(Cosh, x)?),
        Cosh => chain(g, unary(Sinh, x)?),
        Tanh => chain(g, sub(1.0, &square(r)?)?),
        Sigmoid => chain(g, mul(r, &sub(1.0, r)?)?),
        Asin => mul(g, &unary(Rsqrt, &sub(1.0, &square(x)?)?)?),
        Acos => neg(&mul(g, &unary(Rsqrt, &sub(1.0, &square(x)?)?)?)?),
        Atan => div(g, &add(&square(x)?, 1.0)?),
        Asinh => mul(g, &unary(Rsqrt, &add(&square(x)?, 1.0)?)?),
        Acosh => mul(g, &unary(Rsqrt, &sub(&square(x)?, 1.0)?)?),
        Atanh => div(g, &sub(1.0, &square(x)?)?),
        Erf => mul(g, &mul(&unary(Exp, &neg(&square(x)?)?)?, FRAC_2_SQRT_PI)?),
        ErfInv => mul(g, &mul(&unary(Exp, &square(r)?)?, PI.sqrt() / 2.0)?),
    }
}

fn two(op: Binary, call: &Vjp<'_>) -> Result<Gradients> {
    use Binary::*;
    let (x, y, r) = (&call.inputs[0], &call.inputs[1], &call.outputs[0]);
    match op {
        BitwiseAnd | BitwiseOr | BitwiseXor | LeftShift | RightShift => call.none(),
        // A step function of both.
        FloorDivide => call.none(),
        Add => call.each(&[&|g| Ok(g.clone()), &|g| Ok(g.clone())]),
        Subtract => call.each(&[&|g| Ok(g.clone()), &|g| neg(g)]),
        Multiply => call.each(&[&|g| chain(g, y.clone()), &|g| chain(g, x.clone())]),
        Divide => call.each(&[&|g| chain(g, div(1.0, y)?), &|g| neg(&chain(g, div(r, y)?)?)]),
        Maximum | Minimum => {
            let wins = if op == Maximum { Comparison::Greater } else { Comparison::Less };
            // Where they are equal the second takes it all, as in MLX.
            let first = |g: &Array| Ok(cast(&node::comparison(wins, x, y)?, g.dtype()));
            call.each(&[&|g| mul(g, &first(g)?), &|g| mul(g, &sub(1.0, &first(g)?)?)])
        }
        Remainder => call.each(&[&|g| Ok(g.clone()), &|g| neg(&mul(g, &unary(Unary::Floor, &div(x, y)?)?)?)]),
        Power => call.each(&[
            &|g| chain(g, mul(y, &binary(Power, x, &sub(y, 1.0)?)?)?),
            // x^y log x is 0 at x = 0 in the limit.
            &|g| {
                let flat = node::comparison(Comparison::Equal, x, 0.0)?;
                let logarithm = unary(Unary::Log, &select(&flat, 1.0, x)?)?;
                chain(g, mul(cast(&logarithm, r.dtype()), r)?)
            },
        ]),
        Atan2 => {
            let length = || add(&square(x)?, &square(y)?);
            call.each(&[&|g| mul(g, &div(y, &length()?)?), &|g| neg(&mul(g, &div(x, &length()?)?)?)])
        }
        LogAddExp => {
            if !x.dtype().is_float() {
                return Err(unsupported("logaddexp", x.dtype(), "it takes real arrays"));
            }
            call.each(&[&|g| mul(g, &unary(Unary::Sigmoid, &sub(x, y)?)?), &|g| {
                mul(g, &unary(Unary::Sigmoid, &sub(y, x)?)?)
            }])
        }
    }
}
