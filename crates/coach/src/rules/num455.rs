//! # NUM455 softplus
//!
//! `log(1 + exp(x))` overflows, and its gradient is NaN.
//!
//! Why: `exp` is infinite before the logarithm can undo it.
//! Evidence: run on MLX 0.32.4: x = 100 gives infinity and a NaN gradient; `mx.logaddexp(x, 0)` gives 100.
//! Bad: `mx.log(1 + mx.exp(x))`
//! Good: `nn.softplus(x)` or `mx.logaddexp(x, 0)`.
//! Fix: none.
//! How sure: certain; `log1p(exp(-abs(x)))` is right and let pass.

use super::helpers::*;

rule!(num455, "NUM455", "softplus", Warn, Certain, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let inner = if is_function(call.name, "log") {
        call.operand(0).and_then(|v| one_plus(e, v))
    } else if is_function(call.name, "log1p") {
        call.operand(0)
    } else {
        None
    };
    let Some(x) = inner.and_then(|v| e.applied(v, "exp")).filter(|x| is_array(e, *x)) else { return };
    // `-abs(x)` and differences from a maximum cannot overflow.
    if e.made_by(x, Sym::NEG).is_some_and(|[y, _]| e.applied(y, "abs").is_some()) || e.made_by(x, Sym::SUB).is_some() {
        return;
    }
    out.report(&RULE, call.expr.range(), "`log(1 + exp(x))` overflows, and its gradient is NaN")
        .label("infinite from x = 89 on")
        .help("use `nn.softplus(x)` or `logaddexp(x, 0)`")
        .because(e, x);
}
