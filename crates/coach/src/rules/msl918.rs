//! # MSL918 threadgroup-array-too-small
//!
//! A threadgroup array is indexed beyond its end.
//!
//! Why: the memory of another array is read or overwritten. Typical: a fixed number of slots for simdgroups, and a launch with more of them.
//! Evidence: found in reductions written for 256 threads and launched with more.
//! Bad: `threadgroup float s[4]; s[simdgroup_index_in_threadgroup] = v;` with 256 threads
//! Good: `s[32]`: a threadgroup has at most 1024 threads, which are 32 simdgroups.
//! Fix: none.
//! How sure: certain; the launch and the index are constants.

use super::helpers::*;

rule!(msl918, "MSL918", "threadgroup-array-too-small", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };

    for v in &analysis.trace.outside {
        let (Op::Load(p) | Op::Store(p, _)) = program.inst(*v).op else { continue };
        let Some(Object::Threadgroup(array)) = flow::object(program, p) else { continue };
        let array = &program.threadgroup[array.index()];
        if !analysis.exact || !analysis.trace.known_threads {
            continue;
        }
        out.report(&RULE, kernel.at(program, *v), format!("`{}` is indexed beyond its end by a launch of {} threads", array.name, analysis.trace.threads))
            .label("out of range")
            .related(kernel.place(array.span), format!("declared here with {} bytes", array.bytes))
            .help("make the array as large as the launch needs");
    }
}
