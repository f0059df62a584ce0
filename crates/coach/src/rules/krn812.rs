//! # KRN812 kernel-built-per-call
//!
//! `mx.fast.metal_kernel` is called inside a function each time it runs.
//!
//! Why: the source is generated and looked up again on every call.
//! Evidence: MLX's page on custom kernels says to build it once; mlx-swift#211.
//! Bad: `def f(x): k = mx.fast.metal_kernel(...); return k(...)`
//! Good: module level, a cached factory, or `if _K is None`.
//! Fix: none.
//! How sure: certain that it is built in the function that launches it.

use super::helpers::*;

rule!(krn812, "KRN812", "kernel-built-per-call", Warn, Certain, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let Kind::Kernel(id) = e.kind(call.callee) else { return };
    let kernel = e.kernel(*id);
    let Some(home) = kernel.function else { return };
    let f = e.function(home);
    if f.cached || kernel.guarded && !kernel.in_loop || e.current_id() != Some(home) || is_test(e) || f.code.name().starts_with("__init__") {
        return;
    }
    out.report(&RULE, kernel.call.range(), format!("the kernel is built anew on every call of `{}`", f.code.name()))
        .label("built per call")
        .related(call.expr.range(), "launched here")
        .help("build it at module level or in a function under `functools.cache`");
}
