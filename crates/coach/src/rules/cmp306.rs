//! # CMP306 python-scalar-argument-retraces
//!
//! A compiled function is called in a loop with a Python number that changes.
//!
//! Why: a Python number is a constant of the trace: every new value traces and compiles again.
//! Evidence: run on MLX 0.32.4: one trace per value, one in all for an array; mlx#3849, #3964.
//! Bad: `for i in range(n): y = step(x, i)` with a compiled `step`
//! Good: `step(x, mx.array(i))`
//! Fix: unsafe; `mx.array(...)` is put around it.
//! How sure: likely; short loops are let pass.

use super::helpers::*;

rule!(cmp306, "CMP306", "python-scalar-argument-retraces", Warn, Likely, Unsafe, Default, [Call => check]);

/// Whether a number comes from the turn of the loop.
fn changes(e: &Engine<'_>, v: V, depth: u32) -> bool {
    let value = e.value(v);
    let arithmetic = matches!(value.op, Sym::ADD | Sym::SUB | Sym::MUL | Sym::DIV | Sym::POW);
    let number = match value.kind {
        Kind::Int(_) | Kind::Float(_) => true,
        Kind::Unknown => arithmetic,
        _ => false,
    };
    if depth > 6 || v <= V::NONE || !number {
        return false;
    }
    let read = e.text(value.op).ends_with(".item");
    read || (value.op == Sym::ITERATE && matches!(e.kind(value.operands[0]), Kind::Range(_)))
        || value.operands.iter().filter(|o| **o < v).any(|o| changes(e, *o, depth + 1))
}

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if !matches!(e.kind(call.callee), Kind::Transformed(Transform::Compile, _)) || !e.loops().iter().any(|l| l.turns.is_none_or(|n| n > 8)) {
        return;
    }
    for arg in call.args {
        if changes(e, arg.value, 0) {
            out.report(&RULE, arg.expr.range(), "a Python number that changes makes the compiled function trace again in every turn")
                .label("a constant of the trace")
                .help("pass an array: `mx.array(...)`")
                .fix_unsafe(vec![Edit::replace(arg.expr.range(), format!("mx.array({})", e.slice(arg.expr.range())))]);
        }
    }
}
