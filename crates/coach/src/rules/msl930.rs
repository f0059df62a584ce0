//! # MSL930 atomic-on-nonatomic
//!
//! A kernel uses atomics on an output that is not declared atomic.
//!
//! Why: outputs are plain pointers unless `atomic_outputs=True`; Metal refuses to compile it.
//! Evidence: the signature that MLX generates.
//! Bad: `atomic_fetch_add_explicit(&out[i], ...)` without `atomic_outputs=True`
//! Good: `atomic_outputs=True` at the definition.
//! Fix: none.
//! How sure: certain; a warning, and likely, where the body casts the pointer: then it compiles, and still adds to memory that MLX hands out as plain.

use super::helpers::*;

rule!(msl930, "MSL930", "atomic-on-nonatomic", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Kernel(kernel) = *event else { return };
    // `atomic_outputs=flag` may be either.
    if kernel.spec.atomic || e.slice(kernel.spec.def).contains("atomic_outputs=") {
        return;
    }
    front_end(event, &RULE, out, |_, _| ("the body uses atomics on an output that is not atomic".to_owned(), "a plain pointer"));
    // Behind a cast the front end lets it pass.
    let Some((kernel, program, analysis)) = program(event) else { return };
    let cast = analysis.flow.order().iter().find(|v| {
        matches!(program.inst(**v).op, Op::Atomic { pointer, .. } if output(program, analysis, pointer).is_some())
    });
    if let Some(v) = cast {
        out.report(&RULE, kernel.at(program, *v), "the body casts an output that is not atomic to use atomics on it")
            .label("a plain pointer")
            .related(kernel.spec.def, "the kernel")
            .help("pass `atomic_outputs=True` and leave out the cast")
            .severity(Severity::Warn)
            .at_most(Sure::Likely);
    }
}
