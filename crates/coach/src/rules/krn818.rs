//! # KRN818 no-vjp
//!
//! A kernel is called in a function that is differentiated.
//!
//! Why: a Metal kernel has no gradient of its own; `mx.grad` raises.
//! Evidence: mlx#1090; MLX's page on custom kernels shows `mx.custom_function`.
//! Bad: `mx.grad(lambda x: kernel(inputs=[x], ...)[0].sum())`
//! Good: `@mx.custom_function` with a `vjp` around it.
//! Fix: none.
//! How sure: likely; information in `strict`.

use super::helpers::*;

rule!(krn818, "KRN818", "no-vjp", Info, Likely, None, Strict, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {

    let Event::Call(call) = event else { return };
    let Kind::Kernel(id) = e.kind(call.callee) else { return };
    let Some(applied) = e.under(e.current_id(), &[Transform::Grad, Transform::ValueAndGrad]) else { return };
    if e.source.contains("custom_function") {
        return;
    }
    out.report(&RULE, call.expr.range(), "a Metal kernel has no gradient")
        .label("called under a gradient")
        .related(applied.range, "differentiated here")
        .related(e.kernel(*id).call.range(), "the kernel")
        .help("wrap it in `mx.custom_function` and give a `vjp`");
}
