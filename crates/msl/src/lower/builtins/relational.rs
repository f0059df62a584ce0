//! Relational functions: `isnan`, `select`, `any`, ...

use super::super::value::{Part, Result, Value};
use super::args::{Call, Class};
use super::each::{Each, How, Out, Scalars, call as call_each};
use emberforge_ir as ir;
use ir::{BinaryOp, MathOp, Scalar, UnaryOp};

const fn test(name: &'static str, how: How) -> Each {
    Each { name, class: Class::Float, out: Out::Bool, how }
}

/// Functions of each component.
pub(super) const TABLE: &[Each] = &[
    test("isfinite", How::Math1(MathOp::IsFinite)),
    test("isinf", How::Math1(MathOp::IsInf)),
    test("isnan", How::Math1(MathOp::IsNan)),
    test("isnormal", How::Math1(MathOp::IsNormal)),
    test("signbit", How::Math1(MathOp::SignBit)),
    test(
        "isordered",
        How::Formula(2, |s, x| {
            let unordered = is_unordered(s, x);
            s.of(Scalar::Bool).unary(UnaryOp::Not, unordered)
        }),
    ),
    test("isunordered", How::Formula(2, is_unordered)),
];

/// The others.
pub(super) const NAMES: &[&str] = &["all", "any", "not", "select"];

fn is_unordered(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let (a, b) = (s.math(MathOp::IsNan, x[0], None), s.math(MathOp::IsNan, x[1], None));
    s.of(Scalar::Bool).binary(BinaryOp::Or, a, b)
}

/// Lowers a call.
pub(super) fn call(call: &mut Call<'_, '_>) -> Result<Value> {
    match call.name {
        "all" => combine(call, BinaryOp::And),
        "any" => combine(call, BinaryOp::Or),
        "not" => not(call),
        "select" => select(call),
        _ => call_each(call, TABLE).unwrap_or(Err(super::super::value::Poison)),
    }
}

/// The components of argument `i` as truth values.
fn truths(call: &mut Call<'_, '_>, i: usize) -> Result<(Option<u8>, Vec<Part>)> {
    let args = call.unify(Class::Any, &[i])?;
    let span = call.args[i].span;
    let parts =
        args.parts[0].iter().map(|p| call.cx.convert_scalar(args.element, Scalar::Bool, *p, span)).collect();
    Ok((args.n, parts))
}

fn combine(call: &mut Call<'_, '_>, op: BinaryOp) -> Result<Value> {
    call.arity(1, 1, &format!("bool {}(boolN x)", call.name))?;
    let (_, parts) = truths(call, 0)?;
    let first = Part::Const((op == BinaryOp::And) as u64);
    let all = parts.into_iter().fold(first, |a, b| call.cx.binary(op, Scalar::Bool, a, b, call.span));
    Ok(Value::new(Scalar::Bool.into(), all))
}

fn not(call: &mut Call<'_, '_>) -> Result<Value> {
    call.arity(1, 1, "boolN not(boolN x)")?;
    let (n, parts) = truths(call, 0)?;
    let parts: Vec<Part> =
        parts.into_iter().map(|p| call.cx.unary(UnaryOp::Not, Scalar::Bool, p, call.span)).collect();
    Ok(Value::new(super::args::shape(Scalar::Bool, n), parts))
}

/// `c ? b : a`, for each component.
fn select(call: &mut Call<'_, '_>) -> Result<Value> {
    call.arity(3, 3, "T select(T a, T b, boolN c)")?;
    let args = call.unify(Class::Any, &[0, 1])?;
    let (n, mut truth) = truths(call, 2)?;
    match (n, args.n) {
        (None, _) => truth = vec![truth[0]; args.len()],
        (Some(a), Some(b)) if a == b => {}
        _ => return Err(call.refuse(2, "a condition with as many components as the values")),
    }
    let parts: Vec<Part> = (0..args.len())
        .map(|i| call.cx.select(args.element, truth[i], args.parts[1][i], args.parts[0][i], call.span))
        .collect();
    Ok(Value::new(args.shape(args.element), parts))
}
