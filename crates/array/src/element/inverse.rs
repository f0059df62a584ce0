//! Inverse trigonometric and hyperbolic functions of complex numbers.
//!
//! Formulas from W. Kahan, "Branch cuts for complex elementary functions" (1987): they cancel nowhere, and the sign of a
//! zero chooses the side of a branch cut.

use super::complex::{Parts, multiply, sqrt};
use super::emit::Emitter;
use emberforge_ir::{MathOp, Scalar, ValueId};

/// `sqrt(1 - z)` and `sqrt(1 + z)`.
fn roots(e: &mut Emitter, z: Parts) -> (Parts, Parts) {
    let one = e.float(Scalar::F32, 1.0);
    let (below, above) = (e.sub(one, z.0), e.add(one, z.0));
    let minus = e.neg(z.1);
    (sqrt(e, (below, minus)), sqrt(e, (above, z.1)))
}

/// The imaginary part of `conj(a) * b`.
fn cross(e: &mut Emitter, a: Parts, b: Parts) -> ValueId {
    let (x, y) = (e.mul(a.0, b.1), e.mul(a.1, b.0));
    e.sub(x, y)
}

pub(super) fn asin(e: &mut Emitter, z: Parts) -> Parts {
    let (below, above) = roots(e, z);
    let (real, _) = multiply(e, below, above);
    let im = cross(e, below, above);
    (e.math2(MathOp::Atan2, z.0, real), e.math(MathOp::Asinh, im))
}

pub(super) fn acos(e: &mut Emitter, z: Parts) -> Parts {
    let (below, above) = roots(e, z);
    let half = e.math2(MathOp::Atan2, below.0, above.0);
    let im = cross(e, above, below);
    (e.add(half, half), e.math(MathOp::Asinh, im))
}

pub(super) fn acosh(e: &mut Emitter, z: Parts) -> Parts {
    let one = e.float(Scalar::F32, 1.0);
    let (below, above) = (e.sub(z.0, one), e.add(z.0, one));
    let (below, above) = (sqrt(e, (below, z.1)), sqrt(e, (above, z.1)));
    // The real part of conj(below) * above.
    let (x, y) = (e.mul(below.0, above.0), e.mul(below.1, above.1));
    let sum = e.add(x, y);
    let half = e.math2(MathOp::Atan2, below.1, above.0);
    (e.math(MathOp::Asinh, sum), e.add(half, half))
}

/// `re = log1p(4x / ((1 - x)^2 + y^2)) / 4`, `im = atan2(2y, (1 - x)(1 + x) - y^2) / 2`.
pub(super) fn atanh(e: &mut Emitter, z: Parts) -> Parts {
    let [one, four, quarter, half] = [1.0, 4.0, 0.25, 0.5].map(|x| e.float(Scalar::F32, x));
    let (below, above) = (e.sub(one, z.0), e.add(one, z.0));
    let (below_square, y_square) = (e.mul(below, below), e.mul(z.1, z.1));
    let distance = e.add(below_square, y_square);
    let x = e.mul(four, z.0);
    let ratio = e.div(x, distance);
    let logarithm = e.math(MathOp::Log1p, ratio);
    let product = e.mul(below, above);
    let (y, x) = (e.add(z.1, z.1), e.sub(product, y_square));
    let angle = e.math2(MathOp::Atan2, y, x);
    (e.mul(quarter, logarithm), e.mul(half, angle))
}
