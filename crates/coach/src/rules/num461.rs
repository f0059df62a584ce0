//! # NUM461 handwritten-norm-without-upcast
//!
//! An RMS norm is written by hand in the dtype of its input.
//!
//! Why: the square of 300 does not fit float16: the norm is infinite and the output 0.
//! Evidence: run on MLX 0.32.4: float16 x = 300 gives 0, `mx.fast.rms_norm` gives 1; sglang#27540.
//! Bad: `x * mx.rsqrt(mx.mean(x * x, axis=-1, keepdims=True) + eps)`
//! Good: `mx.fast.rms_norm(x, weight, eps)`, or cast to float32 first.
//! Fix: none.
//! How sure: certain for float16; likely in a module's `__call__`, where nobody has cast yet.

use super::helpers::*;

rule!(num461, "NUM461", "handwritten-norm-without-upcast", Warn, Likely, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if !is_function(call.name, "rsqrt") || call.mlx().is_none() {
        return;
    }
    let Some(mean) = call.operand(0).and_then(|v| e.made_by(v, Sym::ADD)).and_then(|o| o.iter().find_map(|v| e.applied(*v, "mean"))) else {
        return;
    };
    let x = e
        .made_by(mean, Sym::MUL)
        .filter(|o| o[0] == o[1])
        .or_else(|| e.made_by(mean, Sym::POW))
        .map(|o| o[0])
        .or_else(|| e.applied(mean, "square"));
    let Some(x) = x else { return };
    let known = half(e, x).is_some();
    let entry = e.value(x).op == Sym::PARAMETER
        && e.array(x).is_some_and(|a| a.dtype == DtypeFact::Unknown)
        && e.current().is_some_and(|f| f.code.name() == "__call__" && f.class.is_some_and(|c| e.module_library(c) == Some(Lib::Mlx)));
    if known || entry {
        out.report(&RULE, call.expr.range(), "the squares of a half input overflow before the norm is taken")
            .label("computed in the input's dtype")
            .help("use `mx.fast.rms_norm(x, weight, eps)`, or `x.astype(mx.float32)` first")
            .because(e, x);
    }
}
