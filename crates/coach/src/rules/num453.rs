//! # NUM453 logsumexp
//!
//! `log(sum(exp(x)))` overflows.
//!
//! Why: `exp(100)` is infinite in float32, `exp(12)` in float16.
//! Evidence: run on MLX 0.32.4: infinite at 100, `mx.logsumexp` gives 100.
//! Bad: `mx.log(mx.sum(mx.exp(x), axis=-1))`
//! Good: `mx.logsumexp(x, axis=-1)`
//! Fix: none.
//! How sure: certain; where a maximum is subtracted first it is let pass.

use super::helpers::*;

rule!(num453, "NUM453", "logsumexp", Warn, Certain, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if !is_function(call.name, "log") {
        return;
    }
    let Some(x) = call.operand(0).and_then(|v| e.applied(v, "sum")).and_then(|v| e.applied(v, "exp")) else { return };
    if e.made_by(x, Sym::SUB).is_some() || !is_array(e, x) {
        return;
    }
    out.report(&RULE, call.expr.range(), "`log(sum(exp(x)))` overflows").label("infinite from x = 89 on").help("use `logsumexp`").because(e, x);
}
