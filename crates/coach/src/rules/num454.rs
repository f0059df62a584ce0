//! # NUM454 log-softmax
//!
//! `log(softmax(x))` is minus infinity where the softmax rounds to zero.
//!
//! Why: a gap of about 103 (17 in float16) between logits is enough.
//! Evidence: run on MLX 0.32.4: -inf in float16, and in float32 for a gap above 103.
//! Bad: `mx.log(mx.softmax(x, axis=-1))`
//! Good: `x - mx.logsumexp(x, axis=-1, keepdims=True)` or `nn.log_softmax(x)`.
//! Fix: none.
//! How sure: certain.

use super::helpers::*;

rule!(num454, "NUM454", "log-softmax", Warn, Certain, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if !is_function(call.name, "log") {
        return;
    }
    let Some(x) = call.operand(0).and_then(|v| e.applied(v, "softmax")) else { return };
    out.report(&RULE, call.expr.range(), "`log(softmax(x))` is minus infinity for unlikely classes")
        .label("the softmax has rounded to zero")
        .help("use `x - logsumexp(x, axis, keepdims=True)` or `log_softmax`")
        .because(e, x);
}
