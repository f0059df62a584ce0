//! # MSL909 unsigned-underflow
//!
//! An unsigned position has something subtracted and may wrap around.
//!
//! Why: `0 - 1` is 4,294,967,295 in `uint`: the index is far outside, and `i >= 0` is always true.
//! Evidence: the usual mistake in stencils and in loops that count down.
//! Bad: `x[i - 1]` with `uint i = thread_position_in_grid.x`
//! Good: `i > 0 ? x[i - 1] : 0`, or `int`.
//! Fix: none.
//! How sure: likely; a test of the position around the access is taken as the guard.

use super::helpers::*;

rule!(msl909, "MSL909", "unsigned-underflow", Error, Likely, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };
    let flow = &analysis.flow;
    for v in flow.order() {
        if let Op::Load(p) | Op::Store(p, _) = program.inst(*v).op
            && let Op::Offset { index, .. } = program.inst(p).op
            && let Some(difference) = wraps(program, flow, *v, index)
        {
            out.report(&RULE, kernel.at(program, difference), "this unsigned difference wraps around for the first threads")
                .label("4294967295 where it should be -1")
                .help("use `int`, or test the position before");
        }
    }
    for v in flow.order() {
        let Op::Compare(op, a, b) = program.inst(*v).op else { continue };
        let unsigned = shape::scalar(program, a) == Scalar::U32;
        if unsigned && flow::constant(program, b) == Some(0) && op == CompareOp::Ge && matches!(program.inst(a).op, Op::Get(_)) {
            out.report(&RULE, kernel.at(program, *v), "an unsigned number is always at least 0").label("always true").help("count with `int`");
        }
    }
}

/// `position - constant` in an index, without a test of the position around it.
fn wraps(program: &ir::Kernel, flow: &flow::Flow, at: ValueId, index: ValueId) -> Option<ValueId> {
    let mut index = index;
    while let Op::Convert(a) = program.inst(index).op {
        index = a;
    }
    let difference = shape::origin(program, flow, index);
    let Op::Binary(BinaryOp::Sub, a, b) = program.inst(difference).op else { return None };
    let (attribute, _) = shape::attribute(program, flow, a)?;
    let first = matches!(
        attribute,
        Attribute::ThreadPositionInGrid | Attribute::ThreadPositionInThreadgroup | Attribute::ThreadIndexInThreadgroup | Attribute::ThreadIndexInSimdgroup
    );
    if !first || shape::scalar(program, difference) != Scalar::U32 || flow::constant(program, b).is_none_or(|k| k <= 0) {
        return None;
    }
    let position = shape::origin(program, flow, a);
    let about = |c: ValueId| shape::depends(program, flow, c, &|op| *op == program.inst(position).op);
    let guarded = flow.around(at).filter_map(shape::condition).any(about) || flow.return_conditions.iter().any(|c| about(*c));
    (!guarded).then_some(difference)
}
