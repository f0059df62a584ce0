//! # NUM459 norm-at-zero-gradient
//!
//! The root of a sum of squares is differentiated without a guard at zero.
//!
//! Why: the derivative of a root at 0 is infinite; times the 0 inside it is NaN, and one NaN spreads over all parameters.
//! Evidence: run on MLX 0.32.4: the gradients of `mx.linalg.norm(x)` and of `mx.sqrt((x * x).sum())` at zero are NaN.
//! Bad: `mx.sqrt(mx.sum(d * d, axis=-1))` in a loss
//! Good: `mx.sqrt(mx.sum(d * d, axis=-1) + 1e-12)`
//! Fix: none.
//! How sure: likely, and only for code that is differentiated in this file.

use super::helpers::*;

rule!(num459, "NUM459", "norm-at-zero-gradient", Warn, Likely, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let Some(applied) = e.under(e.current_id(), &[Transform::Grad, Transform::ValueAndGrad]) else { return };
    let at_zero = match call.mlx() {
        Some("sqrt") => call.operand(0).is_some_and(|v| squares(e, v)),
        Some("linalg.norm") => call.argument("ord", 1).is_none(),
        _ => false,
    };
    if at_zero {
        out.report(&RULE, call.expr.range(), "the gradient of this norm is NaN where its argument is zero")
            .label("infinite slope at 0")
            .related(applied.range, "differentiated here")
            .help("add a small number under the root: `mx.sqrt(s + 1e-12)`")
            .at_most(Sure::Likely);
    }
}

/// A sum or mean of squares, with nothing added.
fn squares(e: &Engine<'_>, v: V) -> bool {
    let Some(x) = e.applied(v, "sum").or_else(|| e.applied(v, "mean")) else { return false };
    e.applied(x, "square").is_some()
        || e.made_by(x, Sym::MUL).is_some_and(|o| o[0] == o[1])
        || e.made_by(x, Sym::POW).is_some_and(|o| e.kind(o[1]).constant() == Some(2.0))
}
