//! # LAZ203 timing-without-eval
//!
//! A duration is taken around lazy operations that nothing evaluates.
//!
//! Why: MLX returns before anything is computed; the clock measures how fast a graph is noted down.
//! Evidence: run on MLX 0.32.4: 24 microseconds "measured" for a product that takes 7.07 ms; mlx_parallm#1.
//! Bad: `t = time.perf_counter(); y = x @ x; dt = time.perf_counter() - t`
//! Good: `mx.eval(y)` before the second reading (and of the inputs before the first).
//! Fix: none.
//! How sure: certain; any call of unknown code between the readings is given the benefit of the doubt.

use super::helpers::*;

rule!(laz203, "LAZ203", "timing-without-eval", Warn, Certain, None, Default, [Elapsed => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Event::Elapsed { range, started, lazy } = event else { return };
    out.report(&RULE, *range, "this duration does not contain the computation: nothing was evaluated in between")
        .label("measures the recording of a graph")
        .related(*started, "the clock starts here")
        .related(*lazy, "this is only recorded")
        .help("call `mx.eval(...)` on the result before reading the clock again");
}
