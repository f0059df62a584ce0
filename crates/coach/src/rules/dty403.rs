//! # DTY403 f32-mask-to-sdpa
//!
//! A float32 mask goes to `mx.fast.scaled_dot_product_attention` with half queries.
//!
//! Why: the mask must promote to the output's dtype; float32 does not.
//! Evidence: run on MLX 0.32.4: `ValueError: Mask type must promote to output type float16`; mlx#1193, #2395.
//! Bad: `mask=mx.zeros((n, n))` with float16 queries
//! Good: a bool mask, or `mask.astype(q.dtype)`.
//! Fix: unsafe; `.astype(...)` is added.
//! How sure: certain; only where both dtypes are known.

use super::helpers::*;

rule!(dty403, "DTY403", "f32-mask-to-sdpa", Error, Certain, Unsafe, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if call.mlx() != Some("fast.scaled_dot_product_attention") {
        return;
    }
    let (Some(q), Some(mask)) = (call.argument("q", 0), call.keyword("mask")) else { return };
    if half(e, q.value).is_none() || e.mlx_array(mask.value).and_then(|a| a.dtype.exact()) != Some(Dt::F32) {
        return;
    }
    out.report(&RULE, mask.expr.range(), "a float32 mask with half queries raises")
        .label("float32")
        .help("use a bool mask, or cast it to the queries' dtype")
        .because(e, mask.value)
        .fix_unsafe(vec![Edit::replace(mask.expr.range(), format!("{}.astype({}.dtype)", wrapped(e, mask.expr), wrapped(e, q.expr)))]);
}
