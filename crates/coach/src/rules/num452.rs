//! # NUM452 expm1
//!
//! `exp(x) - 1` loses small `x`.
//!
//! Why: the subtraction cancels the leading digits.
//! Evidence: run on MLX 0.32.4: `mx.exp(1e-9) - 1` is 0, `mx.expm1(1e-9)` is 1e-9.
//! Bad: `mx.exp(x) - 1`
//! Good: `mx.expm1(x)`
//! Fix: unsafe; last bits change, for the better.
//! How sure: certain.

use super::helpers::*;

rule!(num452, "NUM452", "expm1", Warn, Certain, Unsafe, Default, [Binary => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Binary { op: Operator::Sub, range, left, l, r, .. } = event else { return };
    if e.kind(*r).constant() != Some(1.0) || !is_array(e, *l) || e.op(*l).starts_with("numpy.") {
        return;
    }
    let Some(x) = e.applied(*l, "exp") else { return };
    let finding = out.report(&RULE, *range, "`exp(x) - 1` is 0 for small `x`");
    finding.label("cancels").help("use `expm1`").because(e, x);
    if let Expr::Call(c) = left
        && let Some(arg) = c.arguments.args.first()
    {
        finding.fix_unsafe(vec![Edit::replace(*range, format!("{}.expm1({})", home(e, c), e.slice(arg.range())))]);
    }
}
