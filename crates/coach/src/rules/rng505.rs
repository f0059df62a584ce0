//! # RNG505 python-or-numpy-seed-only
//!
//! A function seeds Python's or NumPy's generator and not MLX's, which the file uses.
//!
//! Why: MLX has a generator of its own; the run is not repeatable.
//! Evidence: run on MLX 0.32.4.
//! Bad: `np.random.seed(0)` in a file that draws with `mx.random`
//! Good: `mx.random.seed(0)` beside it.
//! Fix: none.
//! How sure: likely; information in `strict`.

use super::helpers::*;

rule!(rng505, "RNG505", "python-or-numpy-seed-only", Info, Likely, None, Strict, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if !matches!(call.name, "random.seed" | "numpy.random.seed") || !e.source.contains("mx.random.") || e.source.contains("mx.random.seed") {
        return;
    }
    out.report(&RULE, call.expr.range(), "this does not seed `mx.random`, which this file uses")
        .label("another generator")
        .help("call `mx.random.seed(...)` as well");
}
