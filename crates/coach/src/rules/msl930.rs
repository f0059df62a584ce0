//! # MSL930 atomic-on-nonatomic
//!
//! A kernel uses atomics on an output that is not declared atomic.
//!
//! Why: outputs are plain pointers unless `atomic_outputs=True`; Metal refuses to compile it.
//! Evidence: the signature that MLX generates.
//! Bad: `atomic_fetch_add_explicit(&out[i], ...)` without `atomic_outputs=True`
//! Good: `atomic_outputs=True` at the definition.
//! Fix: none.
//! How sure: certain; the source is a constant.

use super::helpers::*;

rule!(msl930, "MSL930", "atomic-on-nonatomic", Error, Certain, None, Default, [Module => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Module = event else { return };
    for kernel in e.kernels() {
        let (Some(source), Some(outputs)) = (&kernel.source, &kernel.outputs) else { continue };
        let dynamic = e.slice(kernel.call.range()).contains("atomic_outputs=");
        let used = outputs.iter().any(|o| source.contains(&format!("_explicit(&{o}[")));
        if used && !kernel.atomic && !dynamic {
            out.report(&RULE, kernel.call.range(), "the body uses atomics on an output that is not atomic")
                .label("a plain pointer")
                .help("pass `atomic_outputs=True`");
        }
    }
}
