//! # SYN103 sync-inside-compile-or-vmap
//!
//! A function under `mx.compile` or `mx.vmap` reads an array on the host.
//!
//! Why: tracing has no values; MLX raises.
//! Evidence: run on MLX 0.32.4: `ValueError: [eval] Attempting to eval an array during function transformations like compile or vmap is not allowed.`
//! Bad: `@mx.compile` over a function with `if x.sum() > 0:`
//! Good: `mx.where(...)`, or return the value and look at it outside.
//! Fix: none.
//! How sure: certain for the function itself, likely for a function of this file that it calls.

use super::helpers::*;

rule!(syn103, "SYN103", "sync-inside-compile-or-vmap", Error, Certain, None, Default, [Sync => check, Function => callees]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Sync { range, value, how } = event else { return };
    let Some(applied) = e.under(e.current_id(), &[Transform::Compile, Transform::Vmap]) else { return };
    // A captured constant is no tracer: reading it is allowed.
    if !depends_on_parameter(e, *value, 0) {
        return;
    }
    out.report(&RULE, *range, format!("{} inside a function under `mx.{:?}` raises", how.describe(), applied.transform).replace("Compile", "compile").replace("Vmap", "vmap"))
        .label("needs a value while the function is traced")
        .related(applied.range, "transformed here")
        .help("keep the decision in MLX (`mx.where`), or return the array and read it outside")
        .because(e, *value);
}

/// Whether a value was made from a parameter of the function.
fn depends_on_parameter(e: &Engine<'_>, v: V, depth: u32) -> bool {
    if depth > 24 {
        return false;
    }
    let value = e.value(v);
    if value.op == Sym::PARAMETER {
        return !matches!(value.kind, Kind::Instance(_));
    }
    match &value.kind {
        Kind::Seq { items, .. } => items.iter().any(|i| depends_on_parameter(e, *i, depth + 1)),
        _ => value.operands.iter().any(|o| *o > V::NONE && *o < v && depends_on_parameter(e, *o, depth + 1)),
    }
}

fn callees(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Function(id) = event else { return };
    let f = e.function(*id);
    let Some(applied) = f.applied(Transform::Compile).or_else(|| f.applied(Transform::Vmap)) else { return };
    for (callee, range) in &f.callees {
        let g = e.function(*callee);
        if g.applied.is_empty()
            && g.parent.is_none()
            && let Some(sync) = g.syncs
            && callee != id
        {
            out.report(&RULE, *range, format!("`{}` reads an array on the host, and is called under a transformation", g.code.name()))
                .label("raises while the function is traced")
                .related(sync, "the read")
                .related(applied.range, "transformed here")
                .at_most(Sure::Likely);
        }
    }
}
