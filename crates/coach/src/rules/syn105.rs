//! # SYN105 implicit-bool-of-array
//!
//! `if`, `while`, `and`, `or`, `not` or `assert` asks an array for its truth.
//!
//! Why: the comparison itself is lazy; asking for its truth evaluates and waits.
//! Evidence: run on MLX 0.32.4: `bool(x.max() > t)` evaluates; the guide's "comparison converts to Python" is wrong, the `if` does.
//! Bad: `if mx.any(mask):` in a model's `__call__`
//! Good: a flag passed in by the caller, `mx.where(...)`, or `.item()` to show that waiting is meant.
//! Fix: none.
//! How sure: certain; a warning in loops and in `__call__`, otherwise information in `strict`; an `assert`, or an `if` that only raises, is let pass.

use super::helpers::*;

rule!(syn105, "SYN105", "implicit-bool-of-array", Info, Certain, None, Default, [Truth => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Truth { expr, value, place } = event else { return };
    let Some(array) = e.mlx_array(*value) else { return };
    if e.value(*value).maybe_none || *place == Truth::Assert || e.guarding() || is_test(e) {
        return;
    }
    if array.rank.is_some_and(|r| r > 0) {
        return; // SYN110 says more.
    }
    let hot = e.loops().iter().any(|l| l.turns.is_none_or(|t| t > 4)) || e.current().is_some_and(|f| f.code.name() == "__call__");
    let finding = out.report(&RULE, expr.range(), "the truth of an array is asked for, which evaluates it and waits");
    finding.label("hidden wait for the device").because(e, *value);
    if hot {
        finding.severity(Severity::Warn);
    } else if !in_module(e) {
        // A single wait outside of a model is fine; `strict` shows it.
        finding.at_most(Sure::Possible);
    }
}
