//! # CMP308 shapeless-with-shape-dependent-code
//!
//! A function compiled with `shapeless=True` uses a shape as a number.
//!
//! Why: the number of the first call is baked in; another shape raises or gives a wrong constant.
//! Evidence: run on MLX 0.32.4: `x.reshape(x.shape[0], -1)` raises ValueError on the next shape; a mean divided by `x.shape[0]` is wrong.
//! Bad: `partial(mx.compile, shapeless=True)` over `x.reshape(x.shape[0], -1)`
//! Good: `x.flatten(1)`, `mx.mean`, or no `shapeless`.
//! Fix: none.
//! How sure: likely.

use super::helpers::*;

rule!(cmp308, "CMP308", "shapeless-with-shape-dependent-code", Error, Likely, None, Default, [Call => call, Binary => binary]);

fn from_shape(e: &Engine<'_>, v: V, depth: u32) -> bool {
    let value = e.value(v);
    match &value.kind {
        Kind::Int(_) | Kind::Float(_) => {
            value.op == Sym::SHAPE
                || (depth < 6 && value.operands.iter().any(|o| *o > V::NONE && *o < v && from_shape(e, *o, depth + 1)))
        }
        Kind::Shape(_) => true,
        Kind::Seq { items, .. } => items.iter().any(|i| from_shape(e, *i, depth + 1)),
        _ => false,
    }
}

fn shapeless<'x>(e: &'x Engine<'_>) -> Option<&'x crate::engine::Applied> {
    e.under(e.current_id(), &[Transform::Compile]).filter(|a| a.shapeless)
}

fn report(e: &Engine<'_>, out: &mut Sink, range: TextRange) {
    if let Some(applied) = shapeless(e) {
        out.report(&RULE, range, "a shape is used as a number in a function compiled with `shapeless=True`")
            .label("baked in at the first call")
            .related(applied.range, "compiled here")
            .help("use an operation that needs no number (`flatten`, `mx.mean`), or drop `shapeless=True`");
    }
}

fn call(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let Some(name) = call.mlx() else { return };
    if !matches!(name, "reshape" | "zeros" | "ones" | "full" | "broadcast_to" | "arange" | "tri" | "eye") || shapeless(e).is_none() {
        return;
    }
    if call.args.iter().any(|a| from_shape(e, a.value, 0)) {
        report(e, out, call.expr.range());
    }
}

fn binary(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Binary { range, l, r, .. } = event else { return };
    if (e.mlx_array(*l).is_some() && from_shape(e, *r, 0)) || (e.mlx_array(*r).is_some() && from_shape(e, *l, 0)) {
        report(e, out, *range);
    }
}
