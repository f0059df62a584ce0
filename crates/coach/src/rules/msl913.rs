//! # MSL913 device-exchange-without-barrier
//!
//! An output is read where another thread of the threadgroup wrote it, without a barrier for device memory.
//!
//! Why: the read may come first. Across threadgroups no barrier helps: that takes a second kernel.
//! Evidence: Metal specification on `mem_flags::mem_device`.
//! Bad: `out[lid] = v; float w = out[lid ^ 1];`
//! Good: exchange through threadgroup memory, or `threadgroup_barrier(mem_flags::mem_device);`.
//! Fix: none.
//! How sure: likely; the addresses of all threads of one threadgroup are computed and meet.

use super::helpers::*;

rule!(msl913, "MSL913", "device-exchange-without-barrier", Warn, Likely, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };

    for race in analysis.trace.races.iter().filter(|r| r.kind != RaceKind::WriteAfterWrite && r.weak.is_none()) {
        let Object::Buffer(buffer) = race.object else { continue };
        if shape::read_modify_write(program, &analysis.flow, &analysis.trace, race) {
            continue;
        }
        let name = &program.buffers[buffer.index()].name;
        out.report(&RULE, kernel.at(program, race.second), format!("`{name}` is exchanged between threads without a barrier for device memory"))
            .label("another thread's element")
            .related(kernel.at(program, race.first), "accessed here before")
            .help("exchange it through threadgroup memory, or use a barrier with `mem_flags::mem_device`");
    }
}
