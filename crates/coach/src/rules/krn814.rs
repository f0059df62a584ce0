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

rule!(krn814, "KRN814", "unused-input", Info, Certain, None, Strict, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Event::Kernel(kernel) = *event else { return };
    let Some(analysis) = &kernel.analysis else { return };
    if kernel.spec.alternative || kernel.spec.body.has_holes() || kernel.spec.header.has_holes() {
        return;
    }
    let named = |word: &str| analysis.names.iter().any(|n| *n.name == *word);
    for input in &kernel.spec.inputs {
        let name = &input.name;
        if !named(name) && !["_shape", "_strides", "_ndim"].iter().any(|s| named(&format!("{name}{s}"))) {
            out.report(&RULE, kernel.whole(), format!("the kernel never reads its input `{name}`")).label("bound for nothing");
        }
    }
}
