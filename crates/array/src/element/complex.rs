//! Elementwise operations of complex numbers, as real arithmetic on their parts.

use super::emit::{Element, Emitter};
use super::inverse;
use super::op::{Binary, Comparison, Unary};
use emberforge_ir::{CompareOp, MathOp, Scalar, ValueId};

/// Real and imaginary part.
pub(super) type Parts = (ValueId, ValueId);

pub(super) fn unary(e: &mut Emitter, op: Unary, re: ValueId, im: ValueId) -> Element {
    let z = (re, im);
    let real = |v: ValueId| Element::Real(v);
    let (re, im) = match op {
        Unary::Abs => return real(e.math2(MathOp::Hypot, re, im)),
        Unary::Real => return real(re),
        Unary::Imag => return real(im),
        Unary::IsNan => return real(either(e, MathOp::IsNan, z)),
        Unary::IsInf => return real(either(e, MathOp::IsInf, z)),
        Unary::IsPosInf | Unary::IsNegInf => {
            let infinity = if op == Unary::IsPosInf { f64::INFINITY } else { f64::NEG_INFINITY };
            let limit = (e.float(Scalar::F32, infinity), e.float(Scalar::F32, 0.0));
            return real(comparison(e, Comparison::Equal, z, limit));
        }
        Unary::IsFinite => {
            let (a, b) = (e.test(MathOp::IsFinite, re), e.test(MathOp::IsFinite, im));
            return real(e.and(a, b));
        }
        Unary::LogicalNot => {
            let (a, b) = (e.convert(re, Scalar::Bool), e.convert(im, Scalar::Bool));
            let truth = e.or(a, b);
            return real(e.not(truth));
        }
        Unary::Conjugate => (re, e.neg(im)),
        Unary::Negative => (e.neg(re), e.neg(im)),
        Unary::Square => multiply(e, z, z),
        Unary::Exp => exp(e, z),
        Unary::Log => log(e, z),
        Unary::Log2 => log_base(e, z, std::f64::consts::LOG2_E),
        Unary::Log10 => log_base(e, z, std::f64::consts::LOG10_E),
        Unary::Sqrt => sqrt(e, z),
        Unary::Rsqrt => {
            let root = sqrt(e, z);
            reciprocal(e, root)
        }
        Unary::Sign => {
            let size = e.math2(MathOp::Hypot, re, im);
            let zero = e.float(Scalar::F32, 0.0);
            let is_zero = e.compare(CompareOp::Eq, size, zero);
            let (a, b) = (e.div(re, size), e.div(im, size));
            (e.select(is_zero, zero, a), e.select(is_zero, zero, b))
        }
        // sin(a + bi) = sin a cosh b + i cos a sinh b, and its relatives.
        Unary::Sin => outer(e, (re, im), [MathOp::Sin, MathOp::Cosh, MathOp::Cos, MathOp::Sinh], false),
        Unary::Cos => outer(e, (re, im), [MathOp::Cos, MathOp::Cosh, MathOp::Sin, MathOp::Sinh], true),
        Unary::Sinh => outer(e, (re, im), [MathOp::Sinh, MathOp::Cos, MathOp::Cosh, MathOp::Sin], false),
        Unary::Cosh => outer(e, (re, im), [MathOp::Cosh, MathOp::Cos, MathOp::Sinh, MathOp::Sin], false),
        Unary::Tan => {
            // tan z = -i tanh(iz).
            let minus = e.neg(im);
            let (a, b) = tanh(e, (minus, re));
            (b, e.neg(a))
        }
        Unary::Tanh => tanh(e, z),
        Unary::Log1p => log1p(e, z),
        Unary::Round => (e.math(MathOp::Rint, re), e.math(MathOp::Rint, im)),
        Unary::Asin => inverse::asin(e, z),
        Unary::Acos => inverse::acos(e, z),
        Unary::Acosh => inverse::acosh(e, z),
        Unary::Atanh => inverse::atanh(e, z),
        // asinh z = -i asin(iz), atan z = -i atanh(iz).
        Unary::Asinh => {
            let minus = e.neg(im);
            let (a, b) = inverse::asin(e, (minus, re));
            (b, e.neg(a))
        }
        Unary::Atan => {
            let minus = e.neg(im);
            let (a, b) = inverse::atanh(e, (minus, re));
            (b, e.neg(a))
        }
        _ => unreachable!("`{}` of complex64 is refused when the node is built", op.name()),
    };
    Element::Complex(re, im)
}

pub(super) fn binary(e: &mut Emitter, op: Binary, a: Parts, b: Parts) -> Element {
    let (re, im) = match op {
        Binary::Add => (e.add(a.0, b.0), e.add(a.1, b.1)),
        Binary::Subtract => (e.sub(a.0, b.0), e.sub(a.1, b.1)),
        Binary::Multiply => multiply(e, a, b),
        Binary::Divide => divide(e, a, b),
        Binary::Power => power(e, a, b),
        Binary::Maximum | Binary::Minimum => {
            let op = if op == Binary::Maximum { Comparison::Greater } else { Comparison::Less };
            let first = comparison(e, op, a, b);
            let a_nan = either(e, MathOp::IsNan, a);
            let first = e.or(first, a_nan);
            (e.select(first, a.0, b.0), e.select(first, a.1, b.1))
        }
        Binary::LogAddExp => log_add_exp(e, a, b),
        _ => unreachable!("`{}` of complex64 is refused when the node is built", op.name()),
    };
    Element::Complex(re, im)
}

/// Equality of both parts; order by the real part, then by the imaginary.
pub(super) fn comparison(e: &mut Emitter, op: Comparison, a: Parts, b: Parts) -> ValueId {
    let (strict, or_equal) = match op {
        Comparison::Equal => {
            let (x, y) = (e.compare(CompareOp::Eq, a.0, b.0), e.compare(CompareOp::Eq, a.1, b.1));
            return e.and(x, y);
        }
        Comparison::NotEqual => {
            let (x, y) = (e.compare(CompareOp::Ne, a.0, b.0), e.compare(CompareOp::Ne, a.1, b.1));
            return e.or(x, y);
        }
        Comparison::LogicalAnd | Comparison::LogicalOr => {
            let truth = |e: &mut Emitter, z: Parts| {
                let (re, im) = (e.convert(z.0, Scalar::Bool), e.convert(z.1, Scalar::Bool));
                e.or(re, im)
            };
            let (a, b) = (truth(e, a), truth(e, b));
            return if op == Comparison::LogicalAnd { e.and(a, b) } else { e.or(a, b) };
        }
        Comparison::Less => (CompareOp::Lt, CompareOp::Lt),
        Comparison::LessEqual => (CompareOp::Lt, CompareOp::Le),
        Comparison::Greater => (CompareOp::Gt, CompareOp::Gt),
        Comparison::GreaterEqual => (CompareOp::Gt, CompareOp::Ge),
    };
    let first = e.compare(strict, a.0, b.0);
    let equal = e.compare(CompareOp::Eq, a.0, b.0);
    let second = e.compare(or_equal, a.1, b.1);
    let tie = e.and(equal, second);
    e.or(first, tie)
}

fn either(e: &mut Emitter, test: MathOp, z: Parts) -> ValueId {
    let (a, b) = (e.test(test, z.0), e.test(test, z.1));
    e.or(a, b)
}

/// `(f0(re) * f1(im), f2(re) * f3(im))`, the second negated when asked.
fn outer(e: &mut Emitter, z: Parts, f: [MathOp; 4], negate: bool) -> Parts {
    let parts = [e.math(f[0], z.0), e.math(f[1], z.1), e.math(f[2], z.0), e.math(f[3], z.1)];
    let (re, im) = (e.mul(parts[0], parts[1]), e.mul(parts[2], parts[3]));
    (re, if negate { e.neg(im) } else { im })
}

pub(super) fn multiply(e: &mut Emitter, a: Parts, b: Parts) -> Parts {
    let (rr, ii) = (e.mul(a.0, b.0), e.mul(a.1, b.1));
    let (ri, ir) = (e.mul(a.0, b.1), e.mul(a.1, b.0));
    (e.sub(rr, ii), e.add(ri, ir))
}

fn reciprocal(e: &mut Emitter, z: Parts) -> Parts {
    let one = e.float(Scalar::F32, 1.0);
    let zero = e.float(Scalar::F32, 0.0);
    divide(e, (one, zero), z)
}

/// Smith's division: scaled by the larger part of the divisor, so that its square cannot overflow.
fn divide(e: &mut Emitter, a: Parts, b: Parts) -> Parts {
    let (size_re, size_im) = (e.math_abs(b.0), e.math_abs(b.1));
    let real_larger = e.compare(CompareOp::Ge, size_re, size_im);
    // With p the larger part and q the smaller: r = q/p, d = p + q*r; the numerators exchange their roles likewise.
    let p = e.select(real_larger, b.0, b.1);
    let q = e.select(real_larger, b.1, b.0);
    // A divisor of 0 must not make the ratio NaN: each part of the dividend meets the zero by itself.
    let zero = e.float(Scalar::F32, 0.0);
    let is_zero = e.compare(CompareOp::Eq, p, zero);
    let ratio = e.div(q, p);
    let r = e.select(is_zero, zero, ratio);
    let qr = e.mul(q, r);
    let d = e.add(p, qr);
    let (x, y) = (e.select(real_larger, a.0, a.1), e.select(real_larger, a.1, a.0));
    let (xr, yr) = (e.mul(x, r), e.mul(y, r));
    let top_re = e.add(x, yr);
    let top_im = e.sub(y, xr);
    let flipped = e.neg(top_im);
    let top_im = e.select(real_larger, top_im, flipped);
    (e.div(top_re, d), e.div(top_im, d))
}

fn exp(e: &mut Emitter, z: Parts) -> Parts {
    let size = e.math(MathOp::Exp, z.0);
    let (cos, sin) = (e.math(MathOp::Cos, z.1), e.math(MathOp::Sin, z.1));
    (e.mul(size, cos), e.mul(size, sin))
}

fn log(e: &mut Emitter, z: Parts) -> Parts {
    let size = e.math2(MathOp::Hypot, z.0, z.1);
    (e.math(MathOp::Log, size), e.math2(MathOp::Atan2, z.1, z.0))
}

fn log_base(e: &mut Emitter, z: Parts, factor: f64) -> Parts {
    let (re, im) = log(e, z);
    let factor = e.float(Scalar::F32, factor);
    (e.mul(re, factor), e.mul(im, factor))
}

/// The root with real part >= 0: from the larger of the half sums, the other part by division.
pub(super) fn sqrt(e: &mut Emitter, z: Parts) -> Parts {
    let (zero, half) = (e.float(Scalar::F32, 0.0), e.float(Scalar::F32, 0.5));
    let size = e.math2(MathOp::Hypot, z.0, z.1);
    let real_size = e.math_abs(z.0);
    let sum = e.add(size, real_size);
    let halved = e.mul(sum, half);
    let t = e.math(MathOp::Sqrt, halved);
    let twice = e.add(t, t);
    let imag_size = e.math_abs(z.1);
    let quotient = e.div(imag_size, twice);
    let is_zero = e.compare(CompareOp::Eq, t, zero);
    let quotient = e.select(is_zero, zero, quotient);
    let right = e.compare(CompareOp::Ge, z.0, zero);
    let re = e.select(right, t, quotient);
    let im = e.select(right, quotient, t);
    (re, e.math2(MathOp::Copysign, im, z.1))
}

/// `tanh(a + bi) = (sinh 2a + i sin 2b) / (cosh 2a + cos 2b)`; for large `a` the limit, where both would overflow.
fn tanh(e: &mut Emitter, z: Parts) -> Parts {
    let (a, b) = (e.add(z.0, z.0), e.add(z.1, z.1));
    let (sinh, cosh) = (e.math(MathOp::Sinh, a), e.math(MathOp::Cosh, a));
    let (sin, cos) = (e.math(MathOp::Sin, b), e.math(MathOp::Cos, b));
    let d = e.add(cosh, cos);
    let (re, im) = (e.div(sinh, d), e.div(sin, d));
    let limit = e.float(Scalar::F32, 20.0);
    let size = e.math_abs(a);
    let large = e.compare(CompareOp::Gt, size, limit);
    let one = e.float(Scalar::F32, 1.0);
    let sign = e.math2(MathOp::Copysign, one, a);
    (e.select(large, sign, re), im)
}

/// `log(1 + z)`; near 0 from `|1 + z|^2 - 1 = x(2 + x) + y^2`, which keeps the digits that the sum would lose.
fn log1p(e: &mut Emitter, z: Parts) -> Parts {
    let [one, two, half] = [1.0, 2.0, 0.5].map(|x| e.float(Scalar::F32, x));
    let sum = e.add(z.0, one);
    let (far, angle) = log(e, (sum, z.1));
    let wide = e.add(z.0, two);
    let (x, y) = (e.mul(z.0, wide), e.mul(z.1, z.1));
    let square = e.add(x, y);
    let logarithm = e.math(MathOp::Log1p, square);
    let near = e.mul(logarithm, half);
    let size = e.math2(MathOp::Hypot, z.0, z.1);
    let is_near = e.compare(CompareOp::Lt, size, half);
    (e.select(is_near, near, far), angle)
}

/// `log(exp(a) + exp(b))`: the one with the larger real part, plus what the other adds.
fn log_add_exp(e: &mut Emitter, a: Parts, b: Parts) -> Parts {
    let first = e.compare(CompareOp::Gt, a.0, b.0);
    let high = (e.select(first, a.0, b.0), e.select(first, a.1, b.1));
    let low = (e.select(first, b.0, a.0), e.select(first, b.1, a.1));
    let difference = (e.sub(low.0, high.0), e.sub(low.1, high.1));
    let small = exp(e, difference);
    let tail = log1p(e, small);
    let sum = (e.add(high.0, tail.0), e.add(high.1, tail.1));
    let infinite = e.test(MathOp::IsInf, high.0);
    (e.select(infinite, high.0, sum.0), e.select(infinite, high.1, sum.1))
}

/// `exp(b log a)`; 0 to a power with positive real part is 0, anything to the power 0 is 1 (MLX: NaN for 0 to the 0).
fn power(e: &mut Emitter, a: Parts, b: Parts) -> Parts {
    let zero = e.float(Scalar::F32, 0.0);
    let one = e.float(Scalar::F32, 1.0);
    let logarithm = log(e, a);
    let product = multiply(e, b, logarithm);
    let (re, im) = exp(e, product);
    let base_zero = comparison(e, Comparison::Equal, a, (zero, zero));
    let positive = e.compare(CompareOp::Gt, b.0, zero);
    let base_zero = e.and(base_zero, positive);
    let exponent_zero = comparison(e, Comparison::Equal, b, (zero, zero));
    let (re, im) = (e.select(base_zero, zero, re), e.select(base_zero, zero, im));
    (e.select(exponent_zero, one, re), e.select(exponent_zero, zero, im))
}

impl Emitter {
    fn math_abs(&mut self, x: ValueId) -> ValueId {
        self.unary(emberforge_ir::UnaryOp::Abs, x)
    }
}
