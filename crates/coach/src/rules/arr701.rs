//! # ARR701 inplace-on-argument
//!
//! A function changes an array that its caller passed.
//!
//! Why: `x += y` works in place in MLX; the caller's array changes too.
//! Evidence: run on MLX 0.32.4: the second call of such a function adds twice; mlx#714, #2208, #2559.
//! Bad: `def f(mask): mask += bias`
//! Good: `mask = mask + bias`
//! Fix: unsafe; the statement is written out.
//! How sure: likely; it may be meant. `x[i] = v` is let pass where the function returns `x` or nothing, or never reads `x` again.

use super::helpers::*;

rule!(arr701, "ARR701", "inplace-on-argument", Warn, Likely, Unsafe, Default, [Store => check, Store => item]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Store { target, old, source: Some(source), aug: Some(op), range, .. } = event else { return };
    let Expr::Name(name) = target else { return };
    if e.mlx_array(*old).is_none() || e.value(*old).op != Sym::PARAMETER || e.current().is_none() {
        return;
    }
    let sign = op.as_str();
    out.report(&RULE, *range, format!("`{}` is the caller's array, and is changed in place", name.id))
        .label("the caller sees this")
        .help(format!("make a new array: `{0} = {0} {sign} ...`", name.id))
        .because(e, *old)
        .fix_unsafe(vec![Edit::replace(*range, format!("{0} = {0} {sign} {1}", name.id, wrapped(e, source)))]);
}

/// `x[i] = v` on a parameter. Functions that fill their argument return nothing, or it.
fn item(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Store { target: Expr::Subscript(s), base, range, .. } = event else { return };
    let Some(f) = e.current().filter(|_| s.value.is_name_expr()) else { return };
    if e.value(*base).op != Sym::PARAMETER || e.mlx_array(*base).is_none() {
        return;
    }
    let returned = f.seen_returns();
    if returned <= V::NONE || from_parameter(e, returned, 0) {
        return;
    }
    let name = e.slice(s.value.range());
    // What is never read again was filled for the caller.
    if !has_word(&e.source[range.end().into()..f.code.range().end().into()], name) {
        return;
    }
    out.report(&RULE, *range, format!("`{name}` is the caller's array, and is changed in place"))
        .label("the caller sees this")
        .help(format!("work on an array of your own: `{name} = mx.array({name})` first"))
        .because(e, *base);
}

/// Whether a value is a parameter, or a reshaped or chosen one.
fn from_parameter(e: &Engine<'_>, v: V, depth: u32) -> bool {
    let value = e.value(v);
    let through = value.op == Sym::JOIN || matches!(e.op(v).rsplit('.').next(), Some("reshape" | "astype" | "transpose" | "squeeze"));
    value.op == Sym::PARAMETER
        || matches!(&value.kind, Kind::Seq { items, .. } if items.iter().any(|i| from_parameter(e, *i, depth + 1)))
        || (through && depth < 6 && value.operands.iter().any(|o| *o > V::NONE && *o < v && from_parameter(e, *o, depth + 1)))
}
