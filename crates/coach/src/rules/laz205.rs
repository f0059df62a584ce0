//! # LAZ205 eval-in-inner-loop
//!
//! `mx.eval` stands in the inner one of two loops.
//!
//! Why: each evaluation ends the graph; small ones leave the device idle between launches and cannot be fused.
//! Evidence: MLX's page on lazy evaluation asks for one evaluation per turn of the outer loop. Run on MLX 0.32.4 (CPU), ten `exp` of 256 x 256 evaluated one by one or together took the same time: the cost is the GPU's.
//! Bad: `for x in data: for layer in layers: x = layer(x); mx.eval(x)`
//! Good: `mx.eval(x)` after the inner loop.
//! Fix: none.
//! How sure: possible; long inner loops do need an evaluation.

use super::helpers::*;

rule!(laz205, "LAZ205", "eval-in-inner-loop", Info, Possible, None, Strict, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let [.., _, inner] = e.loops() else { return };
    if call.mlx() == Some("eval") && !is_test(e) {
        out.report(&RULE, call.expr.range(), "the graph is evaluated in every turn of an inner loop")
            .label("cuts the graph into small pieces")
            .related(inner.head, "the inner loop")
            .help("evaluate once per turn of the outer loop, if memory allows");
    }
}
