//! `as_type`: the same bits as another type.

use super::super::types::Type;
use super::super::value::{Part, Poison, Result, TemplateArgValue, Value};
use super::args::{Call, unsigned};
use super::each::Scalars;
use super::packing;
use emberforge_ir as ir;
use ir::{BinaryOp, Scalar};

/// The functions.
pub(super) const NAMES: &[&str] = &["as_type"];

/// Lowers a call.
pub(super) fn call(call: &mut Call<'_, '_>) -> Result<Value> {
    if call.name == "as_type" { as_type(call) } else { packing::call(call) }
}

/// A scalar or vector type: what its components are and how many there are.
fn components(ty: &Type) -> Option<(Scalar, usize)> {
    match ty {
        Type::Vector { of, n, .. } => Some((*of, *n as usize)),
        other => other.scalar().map(|s| (s, 1)),
    }
    .filter(|(s, _)| *s != Scalar::Bool)
}

fn as_type(call: &mut Call<'_, '_>) -> Result<Value> {
    call.arity(1, 1, "T as_type<T>(U x)")?;
    let to = match call.template {
        [TemplateArgValue::Type(ty)] => ty.clone(),
        _ => {
            return Err(
                call.error("template-arguments", "`as_type` needs the target type: `as_type<float>(x)`")
            );
        }
    };
    if to.is_error() {
        return Err(Poison);
    }
    let Some((of, n)) = components(&to) else {
        let message = format!("`as_type` gives numbers and vectors of them, not `{to}`");
        return Err(call.error("bad-argument", message));
    };
    let x = call.value(0)?;
    let Some((from, m)) = components(&x.ty) else {
        return Err(call.refuse(0, "numbers and vectors of them"));
    };
    if n * of.size() != m * from.size() {
        let message = format!(
            "`as_type` keeps every bit: `{}` has {} bytes, `{to}` has {}",
            x.ty,
            m * from.size(),
            n * of.size()
        );
        return Err(call.error("bad-argument", message));
    }
    let parts = reinterpret(&mut Scalars::new(call.cx, from, call.span), &x.parts, of);
    Ok(Value::new(to, parts))
}

/// The bits of `parts`, numbers of the type of `s`, as numbers of type `to`; the first is the lowest.
fn reinterpret(s: &mut Scalars<'_, '_>, parts: &[Part], to: Scalar) -> Vec<Part> {
    let from = s.ty;
    let (small, large) = (unsigned(from), unsigned(to));
    match from.size().cmp(&to.size()) {
        std::cmp::Ordering::Equal => parts.iter().map(|p| s.bitcast(to, *p)).collect(),
        // Several become one.
        std::cmp::Ordering::Less => {
            let mut result = Vec::new();
            for group in parts.chunks(to.size() / from.size()) {
                let wide = if to.size() < 4 { Scalar::U32 } else { large };
                let mut sum = Part::Const(0);
                for (i, p) in group.iter().enumerate() {
                    let bits = s.bitcast(small, *p);
                    let bits = s.of(small).to(wide, bits);
                    let mut w = s.of(wide);
                    let amount = w.integer((8 * from.size() * i) as i64);
                    let moved = w.binary(BinaryOp::Shl, bits, amount);
                    sum = w.binary(BinaryOp::Or, sum, moved);
                }
                let bits = s.of(wide).to(large, sum);
                result.push(s.of(large).bitcast(to, bits));
            }
            result
        }
        // One becomes several.
        std::cmp::Ordering::Greater => {
            let mut result = Vec::new();
            for p in parts {
                let bits = s.bitcast(small, *p);
                let wide = if from.size() < 4 { Scalar::U32 } else { small };
                let bits = s.of(small).to(wide, bits);
                for i in 0..from.size() / to.size() {
                    let mut w = s.of(wide);
                    let amount = w.integer((8 * to.size() * i) as i64);
                    let moved = w.binary(BinaryOp::Shr, bits, amount);
                    let cut = w.to(large, moved);
                    result.push(s.of(large).bitcast(to, cut));
                }
            }
            result
        }
    }
}
