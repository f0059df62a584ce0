//! # MSL902 return-before-barrier
//!
//! Some threads return before a barrier that the others wait at.
//!
//! Why: a barrier must be reached by all threads of the threadgroup; otherwise the kernel hangs or the threads read memory too early.
//! Evidence: vllm-mlx#721, mlx-node#29; Metal specification on `threadgroup_barrier`.
//! Bad: `if (lid >= 16) return;` before `threadgroup_barrier(...)`
//! Good: guard the loads and stores instead of returning.
//! Fix: none.
//! How sure: certain where the condition differs within a threadgroup; for a bounds guard it depends on the grid: certain where it is rounded up, likely where the launch is not seen, only possible where the grid may fit exactly.

use super::helpers::*;

rule!(msl902, "MSL902", "return-before-barrier", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };

    for d in &analysis.flow.divergences {
        if d.cause != flow::Cause::Return {
            continue;
        }
        let bound = shape::depends(program, &analysis.flow, d.condition, &|op| matches!(op, Op::Attribute(Attribute::ThreadPositionInGrid, _)))
            && !shape::depends(program, &analysis.flow, d.condition, &|op| matches!(op, Op::Attribute(Attribute::ThreadPositionInThreadgroup | Attribute::ThreadIndexInThreadgroup | Attribute::ThreadIndexInSimdgroup, _)));
        let sure = match &kernel.spec.launch {
            _ if !bound => Sure::Certain,
            None => Sure::Likely,
            Some(launch) if launch.grid.contains(&crate::kernel::spec::Dim::RoundedUp) => Sure::Certain,
            Some(_) => Sure::Possible,
        };
        out.report(&RULE, kernel.at(program, d.barrier), "not all threads of the threadgroup reach this barrier: some have returned")
            .label("waits for threads that are gone")
            .related(kernel.at(program, d.condition), "they return where this holds")
            .help("let all threads reach the barrier; guard the loads and stores instead")
            .at_most(sure);
    }
}
