//! # NUM467 log-of-probability
//!
//! The logarithm of a sigmoid or of a mask is taken without a guard.
//!
//! Why: a sigmoid underflows to 0 and a mask holds zeros; their logarithm is minus infinity.
//! Evidence: run on MLX 0.32.4: `mx.log(mx.sigmoid(mx.array(-90.0)))` is -inf, the true value is -90.
//! Bad: `mx.log(mx.sigmoid(x))`
//! Good: `nn.log_sigmoid(x)`, that is `-mx.logaddexp(0, -x)`; `mx.log(mask + eps)`
//! Fix: none.
//! How sure: likely; the logarithm of a softmax is NUM454.

use super::helpers::*;

rule!(num467, "NUM467", "log-of-probability", Info, Likely, None, Strict, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if !["log", "log2", "log10"].iter().any(|f| is_function(call.name, f)) {
        return;
    }
    let Some(v) = call.operand(0) else { return };
    let (what, help) = if e.applied(v, "sigmoid").is_some() {
        ("a sigmoid", "use `nn.log_sigmoid(x)`, that is `-mx.logaddexp(0, -x)`")
    } else if e.mlx_array(v).is_some_and(|a| a.dtype.exact() == Some(Dt::Bool)) || e.applied(v, "astype").is_some_and(|m| e.mlx_array(m).is_some_and(|a| a.dtype.exact() == Some(Dt::Bool))) {
        ("a mask", "use `mx.where(mask, 0, -mx.inf)`")
    } else {
        return;
    };
    out.report(&RULE, call.expr.range(), format!("the logarithm of {what} is minus infinity where it is zero"))
        .label("no guard")
        .help(help)
        .because(e, v);
}
