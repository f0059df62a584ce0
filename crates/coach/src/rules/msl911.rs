//! # MSL911 signed-unsigned-compare
//!
//! A difference that may be negative is compared with an unsigned number.
//!
//! Why: the comparison is made in `uint`: -1 is larger than everything.
//! Evidence: clang's -Wsign-compare.
//! Bad: `int j = int(i) - 1; if (j < n) ...` with `uint n`
//! Good: `if (j >= 0 && j < int(n))`
//! Fix: none.
//! How sure: likely; the signed number is a difference or a negation and is not tested against 0.

use super::helpers::*;

rule!(msl911, "MSL911", "signed-unsigned-compare", Warn, Likely, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };
    let flow = &analysis.flow;

    for v in flow.order() {
        let Op::Compare(op, a, b) = program.inst(*v).op else { continue };
        if !matches!(op, CompareOp::Lt | CompareOp::Le | CompareOp::Gt | CompareOp::Ge) {
            continue;
        }
        for side in [a, b] {
            let Op::Convert(signed) = program.inst(side).op else { continue };
            if shape::scalar(program, side) != Scalar::U32 || shape::scalar(program, signed) != Scalar::I32 {
                continue;
            }
            let text = kernel.text_of(program, side);
            let explicit = text.starts_with("uint") || text.starts_with('(') || text.starts_with("static_cast") || text.starts_with("unsigned");
            let made = shape::origin(program, flow, signed);
            let negative = match program.inst(made).op {
                Op::Binary(BinaryOp::Sub, x, _) => flow::constant(program, x).is_none(),
                Op::Const(bits) => (bits as i64) < 0,
                Op::Unary(ir::UnaryOp::Neg, _) => true,
                _ => false,
            };
            // A test against 0 nearby, in this condition or around it.
            let zero = |w: &ValueId| match program.inst(*w).op {
                Op::Compare(_, x, y) => {
                    (flow::constant(program, y) == Some(0) && shape::origin(program, flow, x) == made)
                        || (flow::constant(program, x) == Some(0) && shape::origin(program, flow, y) == made)
                }
                _ => false,
            };
            if negative && !explicit && !flow.order().iter().any(zero) {
                out.report(&RULE, kernel.at(program, *v), "a signed number that may be negative is compared as unsigned")
                    .label("-1 counts as 4294967295")
                    .help("convert the unsigned side to `int`, or test for negative numbers first");
            }
        }
    }
}
