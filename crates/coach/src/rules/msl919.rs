//! # MSL919 uninitialised-memory
//!
//! A kernel reads threadgroup memory, a local array or a variable that nothing has written.
//!
//! Why: Metal zeroes none of these; what is read is left over from other kernels.
//! Evidence: Metal specification, section 4; the second stage of reductions often reads slots that no simdgroup wrote.
//! Bad: `float v[8]; for (int i = 0; i < 4; ++i) v[i] = x[i]; out[0] = v[5];`
//! Good: initialise it: `float v[8] = {0};`.
//! Fix: none.
//! How sure: certain; the element is known and no thread wrote it on any way there. For threadgroup memory only where the launch is a constant.

use super::helpers::*;

rule!(msl919, "MSL919", "uninitialised-memory", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };

    for v in &analysis.trace.unwritten {
        let (name, declared) = match program.inst(*v).op {
            Op::Get(var) => (&program.vars[var.index()].name, None),
            Op::Load(p) => match flow::object(program, p) {
                Some(Object::Private(a)) => (&program.private[a.index()].name, Some(program.private[a.index()].span)),
                Some(Object::Threadgroup(a)) if analysis.trace.known_threads || shape::never_stored(program, &analysis.flow, Object::Threadgroup(a)) => {
                    (&program.threadgroup[a.index()].name, Some(program.threadgroup[a.index()].span))
                }
                _ => continue,
            },
            _ => continue,
        };
        if !analysis.exact || !analysis.trace.complete {
            continue;
        }
        let finding = out.report(&RULE, kernel.at(program, *v), format!("`{name}` is read before anything was written there"));
        finding.label("uninitialised");
        if let Some(span) = declared {
            finding.related(kernel.place(span), "declared here");
        }
    }
}
