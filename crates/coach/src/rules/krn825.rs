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

rule!(krn825, "KRN825", "redundant-header", Info, Certain, None, Strict, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Event::Kernel(kernel) = *event else { return };
    let header = without_comments(&kernel.spec.header.text);
    if header.lines().map(str::trim).any(|l| matches!(l, "#include <metal_stdlib>" | "using namespace metal;")) {
        out.report(&RULE, kernel.whole(), "MLX's preamble has `metal_stdlib` and `using namespace metal` already").label("redundant header");
    }
}
