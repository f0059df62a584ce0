//! # NUM460 half-accumulation
//!
//! A running sum is kept in half precision.
//!
//! Why: bfloat16 stops counting at 256, float16 overflows at 65504. `mx.sum` and `mx.mean` accumulate well and are fine.
//! Evidence: run on MLX 0.32.4: the bfloat16 `cumsum` of 4,096 ones ends at 256; mlx#3326.
//! Bad: `mx.cumsum(p16, axis=-1)`
//! Good: `mx.cumsum(p16.astype(mx.float32), axis=-1)`
//! Fix: unsafe; the cast is added.
//! How sure: certain that it is half; whether it is long is for you to know, hence likely.

use super::helpers::*;

rule!(num460, "NUM460", "half-accumulation", Warn, Likely, Unsafe, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if !matches!(call.mlx(), Some("cumsum" | "cumprod" | "logcumsumexp")) {
        return;
    }
    let Some(x) = call.operand(0).filter(|x| half(e, *x).is_some()) else { return };
    let finding = out.report(&RULE, call.expr.range(), "a running sum in half precision stops counting early");
    finding.label("accumulates in the array's dtype").help("cast to float32 first").because(e, x);
    if call.receiver.is_none()
        && let Some(a) = call.positional(0)
    {
        finding.fix_unsafe(vec![Edit::replace(a.expr.range(), format!("{}.astype(mx.float32)", wrapped(e, a.expr)))]);
    }
}
