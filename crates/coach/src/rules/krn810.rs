//! # KRN810 partial-write-without-init
//!
//! A kernel accumulates into an output that is not initialised, or reads it before it writes it.
//!
//! Why: outputs are uninitialised memory; an atomic add, or `out[i] += v`, starts from garbage.
//! Evidence: MLX fills outputs only with `init_value`; mlx#1352, #3549.
//! Bad: `atomic_fetch_add_explicit(&out[i], v, memory_order_relaxed);` and no `init_value`
//! Good: `init_value=0` at the call.
//! Fix: none.
//! How sure: likely; the body stores nothing to that output before it reads it.

use super::helpers::*;

rule!(krn810, "KRN810", "partial-write-without-init", Warn, Likely, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let Kind::Kernel(id) = e.kind(call.callee) else { return };
    if call.keyword("init_value").is_some_and(|a| a.value != V::NONE) || call.has_stars() {
        return;
    }
    for kernel in crate::kernel::of_definition(e, *id) {
        let Some((program, analysis)) = kernel.ir() else { continue };
        if let Some(v) = accumulation(program, analysis) {
            out.report(&RULE, call.expr.range(), "the kernel adds to an output that nothing initialises")
                .label("starts from garbage")
                .related(kernel.at(program, v), "added to here")
                .help("pass `init_value=0`");
            return;
        }
    }
}

/// The first instruction that reads an output (an atomic update does, too) of which nothing was stored before.
fn accumulation(program: &ir::Kernel, analysis: &Analysis) -> Option<ValueId> {
    let mut stored: Vec<usize> = Vec::new();
    for v in analysis.flow.order() {
        match program.inst(*v).op {
            Op::Store(p, _) | Op::Atomic { op: ir::AtomicOp::Store | ir::AtomicOp::Exchange, pointer: p, .. } => {
                stored.extend(output(program, analysis, p));
            }
            Op::Load(p) | Op::Atomic { pointer: p, .. } if output(program, analysis, p).is_some_and(|o| !stored.contains(&o)) => return Some(*v),
            _ => {}
        }
    }
    None
}
