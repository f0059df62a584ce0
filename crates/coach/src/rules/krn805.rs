//! # KRN805 signature-in-body
//!
//! The source of a kernel contains a whole function signature.
//!
//! Why: MLX writes the signature itself; `source` is the body only.
//! Evidence: MLX's page on custom kernels; the generated text nests a `kernel void` in a function, which Metal refuses.
//! Bad: `source="kernel void k(device float* out [[buffer(0)]]) { ... }"`
//! Good: the statements only; helper functions go to `header`.
//! Fix: none.
//! How sure: certain; the source is a constant.

use super::helpers::*;

rule!(krn805, "KRN805", "signature-in-body", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Event::Kernel(kernel) = *event else { return };
    let body = &kernel.spec.body;
    let Some(words) = signature(&body.text).filter(|_| body.is_placed()) else { return };
    out.report(&RULE, body.place(words.start, words.end), "`source` holds a whole kernel; MLX wants the body only")
        .label("MLX writes the signature itself")
        .related(kernel.spec.def, "the kernel")
        .help("keep the statements between the braces");
}
