//! # CMP311 grad-of-nonfloat-or-python-number
//!
//! A gradient function is called with a Python number.
//!
//! Why: MLX differentiates with respect to arrays only.
//! Evidence: mlx#3774: `ValueError: [tree_flatten] The argument should contain only arrays`.
//! Bad: `mx.grad(f)(3.0)`
//! Good: `mx.grad(f)(mx.array(3.0))`
//! Fix: unsafe; `mx.array(...)` is put around it.
//! How sure: certain for a first argument that is a number; `argnums` are let pass.

use super::helpers::*;

rule!(cmp311, "CMP311", "grad-of-nonfloat-or-python-number", Error, Certain, Unsafe, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let Kind::Transformed(Transform::Grad | Transform::ValueAndGrad, _) = e.kind(call.callee) else { return };
    let made = e.slice(e.range_of(call.callee));
    if made.contains("argnum") || made.contains("nn.value_and_grad") {
        return;
    }
    let Some(first) = call.positional(0) else { return };
    if matches!(e.kind(first.value), Kind::Float(_) | Kind::Int(_)) && e.value(first.value).op == Sym::LITERAL {
        out.report(&RULE, first.expr.range(), "a gradient is taken with respect to a Python number, which raises")
            .label("not an array")
            .help("pass an array")
            .fix_unsafe(vec![Edit::replace(first.expr.range(), format!("mx.array({})", e.slice(first.expr.range())))]);
    }
}
