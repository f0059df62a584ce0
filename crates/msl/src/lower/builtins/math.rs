//! Mathematical functions: `exp`, `pow`, `fma`, `frexp`, ... `fast::` and `precise::` name the same ones, which are
//! accurate everywhere.

use super::super::types::Type;
use super::super::value::{Part, Result, Value};
use super::args::{Call, Class, shape};
use super::each::{Each, How, Out, Scalars, call as call_each};
use emberforge_ir as ir;
use ir::{BinaryOp, MathOp, Scalar, UnaryOp};

const fn f1(name: &'static str, op: MathOp) -> Each {
    Each::same(name, Class::Float, How::Math1(op))
}

const fn f2(name: &'static str, op: MathOp) -> Each {
    Each::same(name, Class::Float, How::Math2(op))
}

/// Functions of each component.
pub(super) const TABLE: &[Each] = &[
    f1("acos", MathOp::Acos),
    f1("acosh", MathOp::Acosh),
    f1("asin", MathOp::Asin),
    f1("asinh", MathOp::Asinh),
    f1("atan", MathOp::Atan),
    f1("atanh", MathOp::Atanh),
    f1("ceil", MathOp::Ceil),
    f1("cos", MathOp::Cos),
    f1("cosh", MathOp::Cosh),
    f1("cospi", MathOp::CosPi),
    f1("exp", MathOp::Exp),
    f1("exp10", MathOp::Exp10),
    f1("exp2", MathOp::Exp2),
    f1("floor", MathOp::Floor),
    f1("fract", MathOp::Fract),
    f1("log", MathOp::Log),
    f1("log10", MathOp::Log10),
    f1("log2", MathOp::Log2),
    f1("rint", MathOp::Rint),
    f1("round", MathOp::Round),
    f1("rsqrt", MathOp::Rsqrt),
    f1("sin", MathOp::Sin),
    f1("sinh", MathOp::Sinh),
    f1("sinpi", MathOp::SinPi),
    f1("sqrt", MathOp::Sqrt),
    f1("tan", MathOp::Tan),
    f1("tanh", MathOp::Tanh),
    f1("tanpi", MathOp::TanPi),
    f1("trunc", MathOp::Trunc),
    f2("atan2", MathOp::Atan2),
    f2("copysign", MathOp::Copysign),
    f2("fdim", MathOp::Fdim),
    f2("fmod", MathOp::Fmod),
    f2("hypot", MathOp::Hypot),
    f2("nextafter", MathOp::NextAfter),
    f2("pow", MathOp::Pow),
    f2("powr", MathOp::Powr),
    Each { name: "ilogb", class: Class::Float, out: Out::Int, how: How::Math1(MathOp::Ilogb) },
    Each::same("fabs", Class::Float, How::Formula(1, |s, x| s.unary(UnaryOp::Abs, x[0]))),
    Each::same("divide", Class::Float, How::Binary(BinaryOp::Div)),
    Each::same("fmin", Class::Float, How::Binary(BinaryOp::Min)),
    Each::same("fmax", Class::Float, How::Binary(BinaryOp::Max)),
    Each::same("fmin3", Class::Float, How::Formula(3, min3)),
    Each::same("fmax3", Class::Float, How::Formula(3, max3)),
    Each::same("fmedian3", Class::Float, How::Formula(3, median3)),
    Each::same("fma", Class::Float, How::Formula(3, |s, x| s.fma(x[0], x[1], x[2]))),
];

/// Functions with a second result or arguments of several types.
pub(super) const NAMES: &[&str] = &["frexp", "ldexp", "log1p", "modf", "sincos"];

/// Smallest of three.
pub(super) fn min3(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let m = s.min(x[0], x[1]);
    s.min(m, x[2])
}

/// Largest of three.
pub(super) fn max3(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let m = s.max(x[0], x[1]);
    s.max(m, x[2])
}

/// Middle one of three.
pub(super) fn median3(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let (low, high) = (s.min(x[0], x[1]), s.max(x[0], x[1]));
    let middle = s.min(high, x[2]);
    s.max(low, middle)
}

/// Lowers a call.
pub(super) fn call(call: &mut Call<'_, '_>) -> Result<Value> {
    if let Some(result) = call_each(call, TABLE) {
        return result;
    }
    match call.name {
        "frexp" => frexp(call),
        "ldexp" => ldexp(call),
        "log1p" => log1p(call),
        "modf" => modf(call),
        _ => sincos(call),
    }
}

/// The mantissa; the exponent goes to the second argument.
fn frexp(call: &mut Call<'_, '_>) -> Result<Value> {
    call.arity(2, 2, "T frexp(T x, thread int& exponent)")?;
    let x = call.unify(Class::Float, &[0])?;
    let mut s = Scalars::new(call.cx, x.element, call.span);
    let (mut mantissas, mut exponents) = (Vec::new(), Vec::new());
    for &p in &x.parts[0] {
        mantissas.push(s.math(MathOp::FrexpMantissa, p, None));
        exponents.push(s.math(MathOp::FrexpExponent, p, None));
    }
    call.write(1, shape(Scalar::I32, x.n), exponents)?;
    Ok(Value::new(x.shape(x.element), mantissas))
}

fn ldexp(call: &mut Call<'_, '_>) -> Result<Value> {
    call.arity(2, 2, "T ldexp(T x, int k)")?;
    let x = call.unify(Class::Float, &[0])?;
    let k = call.components(1, Scalar::I32, x.len(), "an exponent of type `int`")?;
    let mut s = Scalars::new(call.cx, x.element, call.span);
    let parts: Vec<Part> =
        x.parts[0].iter().zip(k).map(|(x, k)| s.math(MathOp::Ldexp, *x, Some(k))).collect();
    Ok(Value::new(x.shape(x.element), parts))
}

/// MLX's `log1p`, for `float`, `bfloat` and `complex64_t`; `half` becomes `float`.
fn log1p(call: &mut Call<'_, '_>) -> Result<Value> {
    call.arity(1, 1, "T log1p(T x)")?;
    let z = call.value(0)?;
    if is_complex(&z.ty) && z.parts.len() == 2 {
        let parts = complex_log1p(call, z.parts[0], z.parts[1]);
        return Ok(Value::new(z.ty, parts));
    }
    let Some(from) = z.ty.scalar() else {
        return Err(call.refuse(0, "a `float`, `bfloat` or `complex64_t`"));
    };
    let to = if from == Scalar::BF16 { from } else { Scalar::F32 };
    let x = call.cx.convert_scalar(from, to, z.part(), call.span);
    Ok(Value::new(Type::Scalar(to), call.cx.math(MathOp::Log1p, to, x, None, call.span)))
}

/// `log(1 + x + iy)` without cancellation near 0: half of `log1p(x (2 + x) + y y)` there.
fn complex_log1p(call: &mut Call<'_, '_>, x: Part, y: Part) -> Vec<Part> {
    let mut s = Scalars::new(call.cx, Scalar::F32, call.span);
    let (one, two, half) = (s.number(1.0), s.number(2.0), s.number(0.5));
    let x1 = s.add(x, one);
    let angle = s.math(MathOp::Atan2, y, Some(x1));
    let (xx, yy) = (s.mul(x, x), s.mul(y, y));
    let square = s.add(xx, yy);
    let size = s.math(MathOp::Sqrt, square, None);
    let near = s.compare(ir::CompareOp::Lt, size, half);
    let x2 = s.add(x, two);
    let product = s.mul(x, x2);
    let r = s.add(product, yy);
    let log = s.math(MathOp::Log1p, r, None);
    let log = s.mul(half, log);
    let zero = s.number(0.0);
    let underflow = s.compare(ir::CompareOp::Eq, r, zero);
    let close = s.select(underflow, x, log);
    let x1x1 = s.mul(x1, x1);
    let square = s.add(x1x1, yy);
    let size = s.math(MathOp::Sqrt, square, None);
    let far = s.math(MathOp::Log, size, None);
    vec![s.select(near, close, far), angle]
}

/// True for the prelude's complex numbers.
pub(super) fn is_complex(ty: &Type) -> bool {
    ty.as_struct().is_some_and(|s| s.name.starts_with("complex_t"))
}

/// The fraction; the integral part goes to the second argument. Both have the sign of the first.
fn modf(call: &mut Call<'_, '_>) -> Result<Value> {
    call.arity(2, 2, "T modf(T x, thread T& integral)")?;
    let x = call.unify(Class::Float, &[0])?;
    let mut s = Scalars::new(call.cx, x.element, call.span);
    let (mut fractions, mut integrals) = (Vec::new(), Vec::new());
    for &p in &x.parts[0] {
        let integral = s.math(MathOp::Trunc, p, None);
        let rest = s.sub(p, integral);
        let zero = s.number(0.0);
        let infinite = s.math(MathOp::IsInf, p, None);
        let rest = s.select(infinite, zero, rest);
        fractions.push(s.math(MathOp::Copysign, rest, Some(p)));
        integrals.push(integral);
    }
    call.write(1, x.shape(x.element), integrals)?;
    Ok(Value::new(x.shape(x.element), fractions))
}

/// The sine; the cosine goes to the second argument.
fn sincos(call: &mut Call<'_, '_>) -> Result<Value> {
    call.arity(2, 2, "T sincos(T x, thread T& cosine)")?;
    let x = call.unify(Class::Float, &[0])?;
    let mut s = Scalars::new(call.cx, x.element, call.span);
    let (mut sines, mut cosines) = (Vec::new(), Vec::new());
    for &p in &x.parts[0] {
        sines.push(s.math(MathOp::Sin, p, None));
        cosines.push(s.math(MathOp::Cos, p, None));
    }
    call.write(1, x.shape(x.element), cosines)?;
    Ok(Value::new(x.shape(x.element), sines))
}
