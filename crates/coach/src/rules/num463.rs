//! # NUM463 divide-by-possibly-zero-count
//!
//! A sum is divided by how many elements of a mask are set, which may be none.
//!
//! Why: 0 / 0 is NaN.
//! Evidence: run on MLX 0.32.4: `(v * m).sum() / m.sum()` with an all-false mask is NaN.
//! Bad: `(x * mask).sum() / mask.sum()`
//! Good: `(x * mask).sum() / mx.maximum(mask.sum(), 1)`
//! Fix: none.
//! How sure: possible; whether a mask can be empty is not visible here.

use super::helpers::*;

rule!(num463, "NUM463", "divide-by-possibly-zero-count", Info, Possible, None, Strict, [Binary => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Binary { range, op: Operator::Div, r, .. } = event else { return };
    let Some(counted) = e.applied(*r, "sum") else { return };
    let mask = e.applied(counted, "astype").unwrap_or(counted);
    let is_mask = |v: V| e.mlx_array(v).is_some_and(|a| a.dtype.exact() == Some(Dt::Bool));
    if is_mask(counted) || is_mask(mask) {
        out.report(&RULE, *range, "this divides by a count that is zero for an empty mask")
            .label("0 / 0 is NaN")
            .help("divide by `mx.maximum(count, 1)`")
            .because(e, counted);
    }
}
