//! # MSL923 atomics-order
//!
//! Floats are added atomically.
//!
//! Why: the order of the additions changes from run to run, and with it the last bits of the sum.
//! Evidence: Metal's atomics are relaxed; float addition is not associative.
//! Bad: `atomic_fetch_add_explicit(&out[j], v, memory_order_relaxed);` on floats
//! Good: partial sums, added up in a fixed order, where the result must repeat.
//! Fix: none.
//! How sure: certain; information in `strict`.

use super::helpers::*;

rule!(msl923, "MSL923", "atomics-order", Info, Certain, None, Strict, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };
    let flow = &analysis.flow;

    let adds = |v: &&ValueId| matches!(program.inst(**v).op, Op::Atomic { op: ir::AtomicOp::Add, value: Some(x), .. } if shape::scalar(program, x) == Scalar::F32);
    if let Some(v) = flow.order().iter().find(adds) {
        out.report(&RULE, kernel.at(program, *v), "the order of these additions, and so the last bits of the sum, changes from run to run").label("not repeatable");
    }
}
