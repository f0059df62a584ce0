//! # MSL917 simd-reduce-over-threadgroup
//!
//! A reduction over one simdgroup is stored as if it were that of the whole threadgroup.
//!
//! Why: `simd_sum` adds 32 lanes. With more threads each simdgroup has a sum of its own, and the last to write wins.
//! Evidence: FlexAIDdS#374.
//! Bad: `out[row] = simd_sum(v);` with a threadgroup of 256
//! Good: a second stage: the sums of the simdgroups in threadgroup memory, a barrier, and one more `simd_sum`.
//! Fix: none.
//! How sure: certain; the threadgroup has more than 32 threads and they store to one address.

use super::helpers::*;

rule!(msl917, "MSL917", "simd-reduce-over-threadgroup", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };

    for race in &analysis.trace.races {
        if race.kind != RaceKind::WriteAfterWrite || race.same_simd || !shape::stores_simd_reduction(program, &analysis.flow, race.second) {
            continue;
        }
        let finding = out.report(&RULE, kernel.at(program, race.second), "the result of one simdgroup is stored for the whole threadgroup");
        finding
            .label(format!("{} simdgroups store different values here", analysis.trace.threads.div_ceil(32)))
            .help("combine the simdgroups through threadgroup memory, or launch 32 threads per threadgroup");
        if !analysis.trace.known_threads {
            finding.at_most(Sure::Possible);
        }
    }
}
