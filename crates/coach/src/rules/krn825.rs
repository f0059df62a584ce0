//! # KRN825 redundant-header
//!
//! The header of a kernel repeats what MLX puts there.
//!
//! Why: `#include <metal_stdlib>` and `using namespace metal;` stand in MLX's preamble.
//! Evidence: the source that MLX generates.
//! Bad: `header="#include <metal_stdlib>\nusing namespace metal;"`
//! Good: no header.
//! Fix: none.
//! How sure: certain; information in `strict`.

use super::helpers::*;

rule!(krn825, "KRN825", "redundant-header", Info, Certain, None, Strict, [Module => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Module = event else { return };
    for kernel in e.kernels() {
        let Some(header) = &kernel.header else { continue };
        if header.contains("#include <metal_stdlib>") || header.contains("using namespace metal;") {
            out.report(&RULE, kernel.call.range(), "MLX's preamble has `metal_stdlib` and `using namespace metal` already").label("redundant header");
        }
    }
}
