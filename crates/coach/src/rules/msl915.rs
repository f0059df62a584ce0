//! # MSL915 unordered-threadgroup-update
//!
//! Several threads update the same element of threadgroup memory without atomics.
//!
//! Why: each reads the old value before the others have written: updates are lost. Typical where bits are packed: `packed[i / 8] |= bit`.
//! Evidence: Metal's memory model: only atomics make read, change and write one step.
//! Bad: `bits[lid / 8] |= 1u << (lid % 8);`
//! Good: `atomic_fetch_or_explicit` on a `threadgroup atomic_uint`, `simd_or`, or one thread for each word.
//! Fix: none.
//! How sure: certain; the indices of all threads of one threadgroup are computed and meet.

use super::helpers::*;

rule!(msl915, "MSL915", "unordered-threadgroup-update", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };

    for race in &analysis.trace.races {
        let Object::Threadgroup(array) = race.object else { continue };
        if !shape::read_modify_write(program, &analysis.flow, &analysis.trace, race) {
            continue;
        }
        let name = &program.threadgroup[array.index()].name;
        out.report(&RULE, kernel.at(program, race.second), format!("several threads update the same element of `{name}`"))
            .label("updates are lost")
            .help("use an atomic, a simdgroup function, or one thread for each element");
    }
}
