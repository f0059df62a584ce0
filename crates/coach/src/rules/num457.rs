//! # NUM457 variance-by-difference-of-squares
//!
//! The variance is computed as the mean of squares minus the square of the mean.
//!
//! Why: both are large and nearly equal; what is left is rounding.
//! Evidence: run on MLX 0.32.4: 0.0 instead of 0.667 for data around 10,000.
//! Bad: `mx.mean(x * x) - mx.mean(x) ** 2`
//! Good: `mx.var(x)`, or the mean of `(x - mean) ** 2`.
//! Fix: none.
//! How sure: certain.

use super::helpers::*;

rule!(num457, "NUM457", "variance-by-difference-of-squares", Warn, Certain, None, Default, [Binary => check]);

fn square(e: &Engine<'_>, v: V) -> Option<V> {
    if let Some([l, r]) = e.made_by(v, Sym::MUL) {
        return (l == r).then_some(l);
    }
    if let Some([l, r]) = e.made_by(v, Sym::POW) {
        return (e.kind(r).constant() == Some(2.0)).then_some(l);
    }
    e.applied(v, "square")
}

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Binary { op: Operator::Sub, range, l, r, .. } = event else { return };
    let Some(x) = e.applied(*l, "mean").and_then(|v| square(e, v)) else { return };
    let Some(y) = square(e, *r).and_then(|v| e.applied(v, "mean")) else { return };
    if x == y {
        out.report(&RULE, *range, "this variance cancels: for data far from zero nothing but rounding is left")
            .label("mean of squares minus square of mean")
            .help("use `var`, or the mean of `(x - mean) ** 2`")
            .because(e, x);
    }
}
