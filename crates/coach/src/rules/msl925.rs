//! # MSL925 fast-function-of-infinity
//!
//! A function of the `fast` namespace is given an infinity.
//!
//! Why: `fast::exp` and `fast::log` are undefined for infinities and large arguments.
//! Evidence: Metal specification, section 6.5: fast math functions assume finite arguments.
//! Bad: `float top = -INFINITY; ... fast::exp(x - top)`
//! Good: `precise::exp`, or a finite start such as `-1e30f`.
//! Fix: none.
//! How sure: likely; information in `strict`.

use super::helpers::*;

rule!(msl925, "MSL925", "fast-function-of-infinity", Info, Likely, None, Strict, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };
    let flow = &analysis.flow;

    for v in flow.order() {
        let Op::Math(op, x, _) = program.inst(*v).op else { continue };
        if !kernel.text_of(program, *v).contains("fast::") || !matches!(op, ir::MathOp::Exp | ir::MathOp::Exp2 | ir::MathOp::Log | ir::MathOp::Log2) {
            continue;
        }
        let infinite = |op: &Op| matches!(op, Op::Const(bits) if matches!(*bits, 0x7f80_0000 | 0xff80_0000));
        if shape::depends(program, flow, x, &infinite) {
            out.report(&RULE, kernel.at(program, *v), "an infinity may reach a `fast::` function, which is undefined for it")
                .label("assumes finite arguments")
                .help("use `precise::`, or a finite number such as `-1e30f` in place of the infinity");
        }
    }
}
