//! # ARR701 inplace-on-argument
//!
//! A function changes an array that its caller passed.
//!
//! Why: `x += y` works in place in MLX; the caller's array changes too.
//! Evidence: run on MLX 0.32.4: the second call of such a function adds twice; mlx#714, #2208, #2559.
//! Bad: `def f(mask): mask += bias`
//! Good: `mask = mask + bias`
//! Fix: unsafe; the statement is written out.
//! How sure: likely; it may be meant.

use super::helpers::*;

rule!(arr701, "ARR701", "inplace-on-argument", Warn, Likely, Unsafe, Default, [Store => check]);

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
