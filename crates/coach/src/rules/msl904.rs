//! # MSL904 missing-barrier-raw
//!
//! Threadgroup memory is read where another thread wrote it, without a barrier in between.
//!
//! Why: the read may come first; the result changes from run to run.
//! Evidence: MoltenVK#973, FBGEMM#5857, SPIRV-Cross#877.
//! Bad: `s[lid] = v; float w = s[lid ^ 1];`
//! Good: `threadgroup_barrier(mem_flags::mem_threadgroup);` in between.
//! Fix: none.
//! How sure: certain; the indices of all threads of one threadgroup are computed and meet. Likely where only threads of one simdgroup meet. Indices that depend on data are let pass.

use super::helpers::*;

rule!(msl904, "MSL904", "missing-barrier-raw", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };

    for race in analysis.trace.races.iter().filter(|r| matches!(r.object, Object::Threadgroup(_)) && r.weak.is_none()) {
        if race.kind != RaceKind::ReadAfterWrite || shape::read_modify_write(program, &analysis.flow, &analysis.trace, race) {
            continue;
        }
        let Object::Threadgroup(array) = race.object else { continue };
        let name = &program.threadgroup[array.index()].name;
        let finding = out.report(&RULE, kernel.at(program, race.second), format!("another thread's element of `{name}` is read without a barrier after it was written"));
        finding.label("may read the old value").related(kernel.at(program, race.first), "written here").help("put `threadgroup_barrier(mem_flags::mem_threadgroup);` between the two");
        if race.same_simd || !analysis.exact {
            finding.at_most(Sure::Likely);
        }
    }
}
