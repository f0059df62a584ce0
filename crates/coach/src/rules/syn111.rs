//! # SYN111 print-or-format-array-in-hot-loop
//!
//! An array is printed or formatted in every turn of a loop or in a model's `__call__`.
//!
//! Why: showing an array evaluates it and waits; in a loop the device idles meanwhile.
//! Evidence: run on MLX 0.32.4: formatting evaluates; inside `mx.compile` it raises.
//! Bad: `print(loss)` in every step of a loop
//! Good: print every hundredth step, or the value of the step before.
//! Fix: none.
//! How sure: certain that it waits; whether that matters is yours to say, hence `strict`.

use super::helpers::*;

rule!(syn111, "SYN111", "print-or-format-array-in-hot-loop", Info, Certain, None, Strict, [Sync => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Sync { range, value, how: Sync::Print | Sync::Format } = event else { return };
    let hot = e.loops().iter().any(|l| l.turns.is_none_or(|t| t > 4)) || e.current().is_some_and(|f| f.code.name() == "__call__" && f.class.is_some());
    if hot {
        out.report(&RULE, *range, "showing an array in a hot place evaluates it and waits every time").label("a wait per turn").because(e, *value);
    }
}
