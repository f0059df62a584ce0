//! # MSL905 missing-barrier-war
//!
//! Threadgroup memory is overwritten where another thread may still read it.
//!
//! Why: a faster simdgroup overwrites what a slower one has not read yet; typical where one array serves a maximum and then a sum, or a tile from turn to turn.
//! Evidence: found in reductions that use one array twice; MLX's own kernels put a barrier there.
//! Bad: `m = s[lane]; ... s[group] = sum;`
//! Good: `threadgroup_barrier(mem_flags::mem_threadgroup);` after the reads.
//! Fix: none.
//! How sure: certain; the indices of all threads of one threadgroup are computed and meet. Likely where only threads of one simdgroup meet.

use super::helpers::*;

rule!(msl905, "MSL905", "missing-barrier-war", Warn, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };

    let mut said: Vec<(ir::ArrayId, ValueId)> = Vec::new();
    for race in analysis.trace.races.iter().filter(|r| matches!(r.object, Object::Threadgroup(_)) && r.weak.is_none()) {
        if race.kind != RaceKind::WriteAfterRead || shape::read_modify_write(program, &analysis.flow, &analysis.trace, race) {
            continue;
        }
        let Object::Threadgroup(array) = race.object else { continue };
        // One barrier repairs all writes up to the next one.
        let place = |v: ValueId| analysis.flow.order().iter().position(|o| *o == v);
        let between = |a: ValueId, b: ValueId| match (place(a), place(b)) {
            (Some(a), Some(b)) => analysis.flow.order()[a.min(b)..a.max(b)].iter().any(|v| matches!(program.inst(*v).op, Op::Barrier(..))),
            _ => true,
        };
        if said.iter().any(|(o, second)| *o == array && !between(*second, race.second)) {
            continue;
        }
        said.push((array, race.second));
        let name = &program.threadgroup[array.index()].name;
        let finding = out.report(&RULE, kernel.at(program, race.second), format!("`{name}` is overwritten without a barrier after another thread read it"));
        finding.label("the other may not have read yet").related(kernel.at(program, race.first), "read here").help("put `threadgroup_barrier(mem_flags::mem_threadgroup);` between the two");
        if race.same_simd || !analysis.exact {
            finding.at_most(Sure::Likely);
        }
    }
}
