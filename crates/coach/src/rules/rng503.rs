//! # RNG503 seed-in-loop-or-hot-function
//!
//! The generator is seeded with the same number in every turn of a loop or call of a model.
//!
//! Why: every turn then draws the same numbers.
//! Evidence: run on MLX 0.32.4.
//! Bad: `mx.random.seed(0)` inside the loop over steps
//! Good: seed once before; a seed that changes with the turn is fine.
//! Fix: none.
//! How sure: certain in loops; tests are let pass.

use super::helpers::*;

rule!(rng503, "RNG503", "seed-in-loop-or-hot-function", Warn, Certain, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if call.mlx() != Some("random.seed") || is_test(e) {
        return;
    }
    let Some(seed) = call.operand(0) else { return };
    let constant = e.kind(seed).constant().is_some();
    let before = e.loops().first().is_some_and(|l| seed < l.first);
    let hot = e.current().is_some_and(|f| f.code.name() == "__call__" && f.class.is_some());
    if (!e.loops().is_empty() && (constant || before)) || (hot && constant) {
        out.report(&RULE, call.expr.range(), "the same seed in every turn gives the same numbers in every turn")
            .label("resets the generator")
            .help("seed once, before the loop");
    }
}
