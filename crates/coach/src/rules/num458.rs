//! # NUM458 where-hides-nan-gradient
//!
//! `where` selects around a value whose gradient is not finite.
//!
//! Why: the gradient of the arm that was not chosen is multiplied by zero, and zero times infinity is NaN.
//! Evidence: run on MLX 0.32.4: the gradient of `mx.where(x > 0, mx.sqrt(x), 0)` at 0 is NaN; jax#347, mlx#3668.
//! Bad: `mx.where(x > 0, mx.sqrt(x), 0)` under `mx.grad`
//! Good: `mx.sqrt(mx.where(x > 0, x, 1))` and then the outer `where`.
//! Fix: none.
//! How sure: likely; only in functions that are differentiated.

use super::helpers::*;

rule!(num458, "NUM458", "where-hides-nan-gradient", Warn, Likely, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if call.mlx() != Some("where") || e.under(e.current_id(), &[Transform::Grad, Transform::ValueAndGrad]).is_none() {
        return;
    }
    for place in [1, 2] {
        let Some(arm) = call.operand(place) else { continue };
        let risky = ["sqrt", "log", "rsqrt", "arccos", "arcsin", "reciprocal", "log2"].iter().find_map(|f| e.applied(arm, f));
        let Some(x) = risky else { continue };
        let guarded = ["where", "maximum", "clip"].iter().any(|f| e.applied(x, f).is_some())
            || e.made_by(x, Sym::ADD).is_some_and(|o| o.iter().any(|v| e.kind(*v).constant().is_some()));
        if !guarded && is_array(e, x) {
            out.report(&RULE, e.range_of(arm), "the gradient of this arm is NaN where the other arm is chosen")
                .label("zero times infinity")
                .help("guard the argument too: apply the function to `mx.where(mask, x, 1)`")
                .because(e, x);
        }
    }
}
