//! # KRN814 unused-input
//!
//! The body of a kernel does not mention one of its inputs.
//!
//! Why: it is bound and copied for nothing; often a name was misspelt.
//! Evidence: the signature that MLX generates holds every input.
//! Bad: `input_names=["x", "n"]` with a body that never names `n`
//! Good: drop the name.
//! Fix: none.
//! How sure: certain; information in `strict`.

use super::helpers::*;

rule!(krn814, "KRN814", "unused-input", Info, Certain, None, Strict, [Module => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Module = event else { return };
    for kernel in e.kernels() {
        let (Some(source), Some(inputs)) = (&kernel.source, &kernel.inputs) else { continue };
        if source.contains('\u{0}') || source.contains("#define") {
            continue;
        }
        for name in inputs {
            let meta = ["_shape", "_strides", "_ndim"].iter().any(|s| source.contains(&format!("{name}{s}")));
            if !meta && !has_word(source, name) {
                out.report(&RULE, kernel.call.range(), format!("the kernel never reads its input `{name}`")).label("bound for nothing");
            }
        }
    }
}
