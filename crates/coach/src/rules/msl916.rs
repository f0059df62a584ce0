//! # MSL916 partial-simdgroup-shuffle
//!
//! Lanes are shuffled in a threadgroup whose size is no multiple of 32.
//!
//! Why: the last simdgroup is partial: lanes that do not exist give undefined values. `simd_sum` and the like are safe.
//! Evidence: llama.cpp#26708; Metal specification on SIMD-group functions.
//! Bad: `threadgroup=(48, 1, 1)` with `simd_shuffle_down(v, 16)`
//! Good: a multiple of 32, or `simd_sum`.
//! Fix: none.
//! How sure: likely; the launch is a constant.

use super::helpers::*;

rule!(msl916, "MSL916", "partial-simdgroup-shuffle", Warn, Likely, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };
    let flow = &analysis.flow;

    let Some(threads) = kernel.spec.launch.as_ref().and_then(|l| l.threads()).filter(|n| n % 32 != 0) else { return };
    let shuffles = |op: &Op| {
        let Op::Lane { op, b, .. } = op else { return false };
        let far = b.and_then(|b| flow::constant(program, b)).is_none_or(|d| d >= (threads % 32).min(8));
        far && matches!(op, ir::LaneOp::ShuffleDown | ir::LaneOp::ShuffleXor | ir::LaneOp::ShuffleRotateDown | ir::LaneOp::ShuffleRotateUp)
    };
    if let Some(v) = flow.order().iter().find(|v| shuffles(&program.inst(**v).op)) {
        out.report(&RULE, kernel.at(program, *v), format!("lanes are shuffled in a threadgroup of {threads} threads, which is no multiple of 32"))
            .label("some lanes do not exist")
            .related(kernel.spec.call.unwrap_or(kernel.spec.def), "launched here")
            .help("launch a multiple of 32 threads, or use `simd_sum` and the like");
    }
}
