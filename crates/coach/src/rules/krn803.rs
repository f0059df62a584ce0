//! # KRN803 threadgroup-larger-than-grid
//!
//! A threadgroup is larger than the grid along an axis, and the body counts on the threads that are not there.
//!
//! Why: MLX launches the smaller of the two: the group has fewer threads than the body's reduction or array was written for.
//! Evidence: MLX dispatches `min(threadgroup, grid)`; mlx#1594 (3 times slower), #1543 (44 times).
//! Bad: `grid=(1, 1, 1), threadgroup=(256, 1, 1)` with a reduction over 256 lanes
//! Good: `grid=(256, 1, 1)`: the grid counts threads, not groups.
//! Fix: none.
//! How sure: certain; both are constants and the body uses threadgroup memory, barriers or simdgroup functions.

use super::helpers::*;

rule!(krn803, "KRN803", "threadgroup-larger-than-grid", Warn, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };
    let flow = &analysis.flow;

    let Some(launch) = &kernel.spec.launch else { return };
    let together = |v: &ValueId| matches!(program.inst(*v).op, Op::Barrier(..) | Op::Lane { .. } | Op::ThreadgroupArray(_));
    if !flow.order().iter().any(together) {
        return;
    }
    for axis in 0..3 {
        if let (Some(grid), Some(group)) = (launch.grid[axis].known(), launch.threadgroup[axis].known())
            && grid < group
            && group > 1
        {
            let axis = ["x", "y", "z"][axis];
            out.report(&RULE, kernel.spec.call.unwrap_or(kernel.spec.def), format!("the threadgroup has {group} threads along {axis}, the grid only {grid}"))
                .label(format!("runs with {grid} along {axis}"))
                .related(kernel.spec.def, "the kernel works together across its threadgroup")
                .help("the grid counts threads: give groups times threads per group");
            return;
        }
    }
}
