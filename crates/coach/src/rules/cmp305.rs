//! # CMP305 compile-in-loop-or-per-call
//!
//! `mx.compile` is called anew in a loop, or its result is called once and thrown away.
//!
//! Why: every `mx.compile` starts with an empty cache: each call traces and compiles again.
//! Evidence: run on MLX 0.32.4: 20 calls take 0.93 s instead of 0.001 s.
//! Bad: `return mx.compile(lambda a: a * 2)(x)`
//! Good: compile once at module level, in `__init__`, or in a cached factory.
//! Fix: none.
//! How sure: certain.

use super::helpers::*;

rule!(cmp305, "CMP305", "compile-in-loop-or-per-call", Warn, Certain, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if e.current().is_some_and(|f| f.cached) || is_test(e) {
        return;
    }
    let in_loop = e.loops().iter().any(|l| l.turns.is_none_or(|n| n > 4));
    // Another function in every turn is another cache: `layer.mlp = mx.compile(layer.mlp)`.
    let same = call.operand(0).is_some_and(|f| {
        matches!(e.kind(f), Kind::Function(_)) || e.loops().last().is_some_and(|l| f < l.first && f > V::NONE)
    });
    if call.name == "mlx.core.compile" && in_loop && same {
        out.report(&RULE, call.expr.range(), "`mx.compile` in a loop compiles again in every turn")
            .label("an empty cache per turn")
            .help("compile once before the loop");
    } else if matches!(e.kind(call.callee), Kind::Transformed(Transform::Compile, _))
        && call.expr.func.is_call_expr()
        && e.op(call.callee) == "mlx.core.compile"
        && e.current().is_some()
    {
        out.report(&RULE, call.expr.func.range(), "the compiled function is thrown away after one call")
            .label("traced and compiled on every call")
            .help("keep it: compile at module level, in `__init__`, or in a cached factory");
    } else if let Some(f) = e.current()
        && matches!(e.kind(call.callee), Kind::Transformed(Transform::Compile, _))
        && in_module(e)
        && f.code.name() == "__call__"
        && f.code.range().contains_range(e.range_of(call.callee))
        && e.op(call.callee) == "mlx.core.compile"
        && call.expr.func.is_name_expr()
        && !in_loop
    {
        // A name of this call of the model, compiled in it and gone with it.
        out.report(&RULE, e.range_of(call.callee), "`mx.compile` in `__call__` compiles again on every call of the model")
            .label("an empty cache per call")
            .help("compile once in `__init__`, or at module level")
            .at_most(Sure::Likely);
    }
}
