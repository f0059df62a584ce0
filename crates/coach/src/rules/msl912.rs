//! # MSL912 integer-division-to-float
//!
//! An integer division is used as a floating-point number.
//!
//! Why: the quotient is truncated first: `1 / n` is 0, `W / 2` of an odd W loses a half.
//! Evidence: clang-tidy's bugprone-integer-division; the grid_sample kernel in MLX's own documentation has one.
//! Bad: `float scale = 1 / n;`
//! Good: `1.0f / n`
//! Fix: none.
//! How sure: certain that it truncates; a division written inside an explicit cast, `float(i / 2)`, is taken as meant, unless it is 1 divided by something.

use super::helpers::*;

rule!(msl912, "MSL912", "integer-division-to-float", Warn, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };

    for v in analysis.flow.order() {
        let Op::Convert(from) = program.inst(*v).op else { continue };
        if !shape::scalar(program, *v).is_float() || shape::scalar(program, from).is_float() {
            continue;
        }
        let quotient = flow::bare(program, from);
        let Op::Binary(BinaryOp::Div, a, b) = program.inst(quotient).op else { continue };
        let text = kernel.text_of(program, *v).trim_start();
        let explicit = text != kernel.text_of(program, quotient) && (text.starts_with(|c: char| c.is_alphabetic()) && text.contains('(') || text.starts_with('('));
        let one = flow::constant(program, a) == Some(1);
        // A position divided by an extent is a position: floor is meant.
        let index = shape::depends(program, &analysis.flow, a, &|op| matches!(op, Op::Attribute(..)));
        if (!one && (explicit || index)) || flow::constant(program, b) == Some(1) {
            continue;
        }
        out.report(&RULE, kernel.at(program, quotient), "an integer division gives a truncated number where a floating-point one is used")
            .label("truncated")
            .help("convert one operand first: `float(a) / b`");
    }
}
