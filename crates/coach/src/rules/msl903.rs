//! # MSL903 barrier-in-divergent-flow
//!
//! A barrier stands in a branch or loop that not all threads of the threadgroup take alike.
//!
//! Why: a barrier must be reached by all threads; otherwise the kernel hangs or the threads read memory too early.
//! Evidence: Metal specification on `threadgroup_barrier`; the validators of other systems report it as barrier divergence.
//! Bad: `if (lid < 16) { threadgroup_barrier(mem_flags::mem_threadgroup); }`
//! Good: the barrier outside of the branch; the same number of turns for all threads.
//! Fix: none.
//! How sure: certain; the condition depends on the position in the threadgroup. Conditions on the threadgroup's position, on constants or on data at uniform addresses are let pass.

use super::helpers::*;

rule!(msl903, "MSL903", "barrier-in-divergent-flow", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };

    for d in &analysis.flow.divergences {
        let (what, label) = match d.cause {
            flow::Cause::Return => continue,
            flow::Cause::Branch => ("this barrier stands in a branch that not all threads take", "not reached by all"),
            flow::Cause::Loop => ("threads leave the loop around this barrier at different times", "not reached by all, or not as often"),
        };
        out.report(&RULE, kernel.at(program, d.barrier), what)
            .label(label)
            .related(kernel.at(program, d.condition), "this differs between threads")
            .help("move the barrier to where all threads come by");
    }
}
