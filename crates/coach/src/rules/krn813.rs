//! # KRN813 same-name-different-source
//!
//! Two kernels of one file have the same name and different sources.
//!
//! Why: MLX caches libraries by name; before 0.32.1 the second kernel may run the first one's code.
//! Evidence: mlx#2224, #3832, fixed in 0.32.1 by #3833.
//! Bad: two `metal_kernel(name="k", ...)` with different `source`
//! Good: a name for each.
//! Fix: none.
//! How sure: certain that they differ; whether it hurts depends on the version, hence likely.

use super::helpers::*;

rule!(krn813, "KRN813", "same-name-different-source", Warn, Likely, None, Default, [Module => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Module = event else { return };
    let kernels = e.kernels();
    for (i, kernel) in kernels.iter().enumerate() {
        let earlier = kernels[..i].iter().find(|k| {
            k.name.is_some() && k.name == kernel.name && k.source.is_some() && kernel.source.is_some() && k.source != kernel.source
        });
        let holes = |k: &crate::engine::KernelDef<'_>| k.name.as_deref().is_some_and(|n| n.contains('\u{0}'));
        if let Some(earlier) = earlier.filter(|k| !holes(k)) {
            let name = kernel.name.as_deref().unwrap_or("");
            out.report(&RULE, kernel.call.range(), format!("another kernel of this file is called `{name}` and has another source"))
                .label("the library cache goes by name")
                .related(earlier.call.range(), "the other one")
                .help("give each kernel a name of its own");
        }
    }
}
