//! # NUM469 cancellation-forms
//!
//! A difference of two nearly equal numbers: `1 - cos(x)`, `sqrt(x + 1) - sqrt(x)`, `a * a - b * b`.
//!
//! Why: the leading digits cancel, and what is left is rounding.
//! Evidence: run on MLX 0.32.4 in float32: `1 - cos(1e-4)` is 0 instead of 5e-9; `sqrt(x + 1) - sqrt(x)` at 1e8 is 0 instead of 5e-5; 10001² - 10000² is 20000 instead of 20001.
//! Bad: `1 - mx.cos(x)`
//! Good: `2 * mx.sin(x / 2) ** 2`; `1 / (mx.sqrt(x + 1) + mx.sqrt(x))`; `(a - b) * (a + b)`
//! Fix: none.
//! How sure: likely that digits are lost where the operands are close; harmless elsewhere.

use super::helpers::*;

rule!(num469, "NUM469", "cancellation-forms", Info, Likely, None, Strict, [Binary => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Binary { range, op: Operator::Sub, l, r, .. } = event else { return };
    let one = e.kind(*l).constant() == Some(1.0);
    let roots = e.applied(*l, "sqrt").zip(e.applied(*r, "sqrt")).is_some_and(|(x, y)| e.made_by(x, Sym::ADD).is_some_and(|o| o.contains(&y)));
    let square = |v: V| e.made_by(v, Sym::MUL).filter(|o| o[0] == o[1] && is_array(e, o[0])).map(|o| o[0]);
    let squares = square(*l).zip(square(*r)).is_some_and(|(a, b)| a != b && !["mean", "sum"].iter().any(|f| e.applied(a, f).is_some() || e.applied(b, f).is_some()));
    let (what, help) = if one && e.applied(*r, "cos").is_some() {
        ("`1 - cos(x)`", "write `2 * mx.sin(x / 2) ** 2`")
    } else if roots {
        ("a difference of roots", "write `c / (mx.sqrt(x + c) + mx.sqrt(x))`")
    } else if squares {
        ("a difference of squares", "write `(a - b) * (a + b)`")
    } else {
        return;
    };
    out.report(&RULE, *range, format!("{what} loses its leading digits")).label("cancels").help(help);
}
