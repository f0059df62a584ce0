//! # MSL914 unordered-device-writes
//!
//! Several threads write the same element of an output without an order, or update it without atomics.
//!
//! Why: one of the writes wins, or updates are lost; the result changes from run to run.
//! Evidence: Metal's memory model: only atomics order writes of different threads to one address.
//! Bad: all threads `out[0] += v;`
//! Good: one thread writes (`if (lid == 0)`), or `atomic_fetch_add_explicit` with `atomic_outputs=True`, or two stages.
//! Fix: none.
//! How sure: certain where the threads of one threadgroup meet; likely where several threadgroups do and the launch is not a constant. Writes of the same value by all threads are let pass.

use super::helpers::*;

rule!(msl914, "MSL914", "unordered-device-writes", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };
    let flow = &analysis.flow;
    let mut seen = Vec::new();
    for race in &analysis.trace.races {
        let Object::Buffer(buffer) = race.object else { continue };
        let updates = shape::read_modify_write(program, flow, &analysis.trace, race);
        let writes = race.kind == RaceKind::WriteAfterWrite && !shape::stores_simd_reduction(program, flow, race.second);
        let unordered = updates || (writes && race.weak.is_none());
        if !unordered || seen.contains(&race.second) {
            continue;
        }
        seen.push(race.second);
        let name = &program.buffers[buffer.index()].name;
        let what = if updates { "update" } else { "write" };
        let finding = out.report(&RULE, kernel.at(program, race.second), format!("several threads {what} the same element of `{name}`"));
        finding.label("the last one wins").help("let one thread write, or use atomics (`atomic_outputs=True`)");
        if !analysis.trace.known_threads || !analysis.exact {
            finding.at_most(Sure::Possible);
        }
    }
    let Some(launch) = &kernel.spec.launch else { return };
    for v in flow.order() {
        let Op::Store(p, x) = program.inst(*v).op else { continue };
        let Some(Object::Buffer(buffer)) = flow::object(program, p) else { continue };
        if seen.contains(v)
            || !flow::many_groups(launch)
            || shape::depends_on_group(program, flow, p)
            || flow.around(*v).filter_map(shape::condition).any(|c| shape::depends_on_group(program, flow, c))
            || shape::returns_by_group(program, flow)
            || !shape::depends(program, flow, x, &|op| matches!(op, Op::Load(_) | Op::Attribute(..)))
            || !shape::depends_on_group(program, flow, x)
        {
            continue;
        }
        let name = &program.buffers[buffer.index()].name;
        out.report(&RULE, kernel.at(program, *v), format!("every threadgroup writes the same elements of `{name}`"))
            .label("does not depend on the threadgroup")
            .help("give each threadgroup elements of its own and add them up in a second kernel, or use atomics");
    }
}
