//! # MSL928 compensation-under-fast-math
//!
//! A compensated sum is compiled with a math mode that may undo it.
//!
//! Why: `fast` and `relaxed` allow `(a + b) - a` to become `b`: the correction is then 0.
//! Evidence: Metal's math modes; mlx#3728 (`compile_options`, default `safe` since 0.32).
//! Bad: two_sum under `compile_options={"math_mode": "fast"}`
//! Good: the default, `safe`, and `fma` for products.
//! Fix: none.
//! How sure: likely; the pattern is in the body and the mode is in the definition.

use super::helpers::*;

rule!(msl928, "MSL928", "compensation-under-fast-math", Warn, Likely, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };
    let flow = &analysis.flow;

    if analysis.signature.math_mode == emberforge_msl::MathMode::Safe {
        return;
    }
    for v in flow.order() {
        let Op::Binary(BinaryOp::Sub, sum, part) = program.inst(*v).op else { continue };
        let sum = shape::plain(program, flow, sum);
        let Op::Binary(BinaryOp::Add, a, b) = program.inst(sum).op else { continue };
        if shape::scalar(program, *v).is_float() && (shape::same(program, flow, a, part, 4) || shape::same(program, flow, b, part, 4)) {
            out.report(&RULE, kernel.at(program, *v), "this correction is 0 in exact arithmetic, and the math mode lets the compiler assume that")
                .label("may be folded away")
                .related(kernel.spec.def, "the math mode is set here")
                .help("compile with `math_mode` `safe`");
            return;
        }
    }
}
