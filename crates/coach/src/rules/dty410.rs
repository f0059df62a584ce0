//! # DTY410 numpy-conversion-of-bf16
//!
//! A bfloat16 array is handed to NumPy.
//!
//! Why: NumPy has no bfloat16 and the buffer protocol refuses.
//! Evidence: run on MLX 0.32.4: ValueError (PEP 3118); mlx#3974, exo#799.
//! Bad: `np.array(x)` with a bfloat16 `x`
//! Good: `np.array(x.astype(mx.float32))`
//! Fix: unsafe; the cast is added.
//! How sure: certain; only arrays known to be bfloat16.

use super::helpers::*;

rule!(dty410, "DTY410", "numpy-conversion-of-bf16", Error, Certain, Unsafe, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if !call.name.starts_with("numpy.") {
        return;
    }
    let Some(arg) = call.args.iter().find(|a| e.mlx_array(a.value).is_some_and(|x| x.dtype.exact() == Some(Dt::BF16))) else { return };
    out.report(&RULE, arg.expr.range(), "NumPy has no bfloat16; this raises")
        .label("bfloat16")
        .help("cast first: `.astype(mx.float32)`")
        .because(e, arg.value)
        .fix_unsafe(vec![Edit::replace(arg.expr.range(), format!("{}.astype(mx.float32)", wrapped(e, arg.expr)))]);
}
