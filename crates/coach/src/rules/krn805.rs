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

rule!(krn805, "KRN805", "signature-in-body", Error, Certain, None, Default, [Module => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Module = event else { return };
    for kernel in e.kernels() {
        let Some(source) = &kernel.source else { continue };
        let code: String = source.lines().map(|l| l.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n");
        if code.contains("kernel void") || code.contains("[[kernel]]") || code.contains("[[buffer(") {
            out.report(&RULE, kernel.source_range.unwrap_or(kernel.call.range()), "`source` holds a whole kernel; MLX wants the body only")
                .label("MLX writes the signature itself")
                .related(kernel.call.range(), "the kernel")
                .help("keep the statements between the braces");
        }
    }
}
