//! # LAZ204 lazy-values-appended
//!
//! Lazy arrays are collected in a list, turn after turn, and never evaluated in the loop.
//!
//! Why: each keeps the whole graph that leads to it, weights and activations included.
//! Evidence: as for LAZ201; mlx-examples#268.
//! Bad: `losses.append(loss)` per step of a training loop
//! Good: `losses.append(loss.item())`, or `mx.eval(loss)` first.
//! Fix: none.
//! How sure: likely; only where the loop calls a model or updates an optimizer and nothing evaluates.

use super::helpers::*;

rule!(laz204, "LAZ204", "lazy-values-appended", Warn, Likely, None, Default, [Loop => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Loop(l) = event else { return };
    if l.evaluates || l.turns.is_some_and(|n| n <= 64) {
        return;
    }
    let known = !l.opaque && (l.calls_module.is_some() || !l.updates.is_empty());
    if l.function.is_some_and(|f| e.function(f).class.is_some_and(|c| e.module_library(c).is_some()))
        || e.under(l.function, &[Transform::Compile, Transform::Grad, Transform::ValueAndGrad]).is_some()
        || l.iter.is_some_and(|i| matches!(e.kind(i), Kind::Seq { .. } | Kind::ListOf(_)))
    {
        return;
    }
    for (list, value, range) in &l.appended {
        if e.mlx_array(*value).is_some() && (known || made_here(e, l, *value)) {
            out.report(&RULE, *range, format!("lazy arrays pile up in `{list}`; each keeps its whole graph alive"))
                .label("not evaluated in this loop")
                .related(l.head, "the loop")
                .help("append a number (`.item()`), or `mx.eval` the array first")
                .because(e, *value);
        }
    }
}

/// Whether a value is made by MLX in this turn from what a function older than the loop gave, and
/// handed to nobody who might evaluate it.
fn made_here(e: &Engine<'_>, l: &crate::engine::Loop<'_>, v: V) -> bool {
    fn from_call(e: &Engine<'_>, l: &crate::engine::Loop<'_>, v: V, depth: u32) -> bool {
        let value = e.value(v);
        if value.op == Sym::CALL {
            return value.operands[0] > V::NONE && value.operands[0] < l.first;
        }
        depth < 6 && value.operands.iter().any(|o| *o >= l.first && *o < v && from_call(e, l, *o, depth + 1))
    }
    // A range of unknown length is short more often than not.
    if l.iter.is_some_and(|i| matches!(e.kind(i), Kind::Range(_))) {
        return false;
    }
    let op = e.op(v);
    (op.starts_with("mlx.") || matches!(e.value(v).op, Sym::ADD | Sym::SUB | Sym::MUL | Sym::DIV)) && !l.synced.contains(&v) && from_call(e, l, v, 0)
}
