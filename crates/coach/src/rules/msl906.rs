//! # MSL906 wrong-mem-flags
//!
//! A barrier does not order the memory that is exchanged across it.
//!
//! Why: `mem_none` orders no memory and `mem_device` no threadgroup memory: the threads wait, and may still read old values.
//! Evidence: gpuweb#2297, Metal.jl#608, Halide#4967, oneAPI.jl#587.
//! Bad: `s[lid] = v; threadgroup_barrier(mem_flags::mem_none); w = s[lid ^ 1];`
//! Good: `mem_flags::mem_threadgroup` for threadgroup arrays, `mem_flags::mem_device` for outputs, or both with `|`.
//! Fix: safe where `mem_none` is written: it becomes the flag that is needed.
//! How sure: certain; data crosses the barrier. A barrier that nothing crosses may have any flags.

use super::helpers::*;

rule!(msl906, "MSL906", "wrong-mem-flags", Warn, Certain, Safe, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };

    let mut seen: Vec<ValueId> = Vec::new();
    for race in &analysis.trace.races {
        // What was read before has been read when all have arrived; only the order of writes is at stake.
        if race.kind != RaceKind::ReadAfterWrite {
            continue;
        }
        let Some(barrier) = race.weak.filter(|b| !seen.contains(b)) else { continue };
        seen.push(barrier);
        let Op::Barrier(_, flags) = program.inst(barrier).op else { continue };
        let device = matches!(race.object, Object::Buffer(_));
        let (what, add) = if device { ("device", "mem_device") } else { ("threadgroup", "mem_threadgroup") };
        let finding = out.report(&RULE, kernel.at(program, barrier), format!("this barrier does not order {what} memory, which is exchanged across it"));
        finding
            .label(format!("orders {}", crate::kernel::trace::flag_words(flags)))
            .related(kernel.at(program, race.first), "accessed before")
            .related(kernel.at(program, race.second), "and after, by another thread")
            .help(format!("use `mem_flags::{add}`"));
        let place = kernel.at(program, barrier);
        if let Some(old) = kernel.text_of(program, barrier).find("mem_flags::mem_none").filter(|_| !kernel.spec.body.has_holes()) {
            let start = kernel.spec.body.place(program.inst(barrier).span.start as usize + old + "mem_flags::".len(), program.inst(barrier).span.start as usize + old + "mem_flags::mem_none".len());
            if place.contains_range(start) {
                finding.fix_safe(vec![Edit::replace(start, add)]);
            }
        }
    }
}
