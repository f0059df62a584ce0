//! # KRN824 fast-math-sensitive
//!
//! A body tests for NaN or infinity, or uses infinity as a mark, and is compiled with a math mode that assumes there are none.
//!
//! Why: under `fast` the compiler may take `isnan(x)` for false.
//! Evidence: mlx#3592, #3728; tinygrad#2145.
//! Bad: `isnan(v)` under `compile_options={"math_mode": "fast"}`
//! Good: the default, `safe`.
//! Fix: none.
//! How sure: likely; the mode is in the definition. `relaxed` keeps infinities and NaN and is let pass.

use super::helpers::*;

rule!(krn824, "KRN824", "fast-math-sensitive", Warn, Likely, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };
    let flow = &analysis.flow;

    if analysis.signature.math_mode != emberforge_msl::MathMode::Fast {
        return;
    }
    let sensitive = flow.order().iter().find(|v| match program.inst(**v).op {
        Op::Math(ir::MathOp::IsNan | ir::MathOp::IsInf | ir::MathOp::IsFinite, ..) => true,
        Op::Const(bits) => shape::scalar(program, **v) == Scalar::F32 && matches!(bits, 0x7f80_0000 | 0xff80_0000),
        _ => false,
    });
    if let Some(v) = sensitive {
        out.report(&RULE, kernel.at(program, *v), "the math mode `fast` assumes that there is no NaN and no infinity")
            .label("may be folded away")
            .related(kernel.spec.def, "the math mode is set here")
            .help("compile with `math_mode` `safe` or `relaxed`");
    }
}
