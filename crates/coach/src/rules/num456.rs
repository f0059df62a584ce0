//! # NUM456 naive-sigmoid
//!
//! `1 / (1 + exp(-x))` has a NaN gradient where `exp` overflows.
//!
//! Why: the value is right, but the chain rule multiplies infinity by zero.
//! Evidence: run on MLX 0.32.4: the gradient at -100 is NaN; that of `mx.sigmoid` is 0.
//! Bad: `1 / (1 + mx.exp(-x))`
//! Good: `mx.sigmoid(x)`
//! Fix: none.
//! How sure: certain; information unless a gradient is taken, hence `strict` and `numerics`.

use super::helpers::*;

rule!(num456, "NUM456", "naive-sigmoid", Info, Certain, None, Strict, [Binary => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Binary { op: Operator::Div, range, l, r, .. } = event else { return };
    if e.kind(*l).constant() != Some(1.0) {
        return;
    }
    let Some(x) = one_plus(e, *r).and_then(|v| e.applied(v, "exp")).and_then(|v| e.made_by(v, Sym::NEG)).map(|o| o[0]) else { return };
    if !is_array(e, x) {
        return;
    }
    let finding = out.report(&RULE, *range, "this sigmoid has a NaN gradient for large negative `x`");
    finding.label("infinity times zero in the chain rule").help("use `sigmoid(x)`").because(e, x);
    if e.under(e.current_id(), &[Transform::Grad, Transform::ValueAndGrad]).is_some() {
        finding.severity(Severity::Warn);
    }
}
