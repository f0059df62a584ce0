//! # MSL907 threadgroup-memory-over-32kb
//!
//! The threadgroup arrays of a kernel take more than 32 KB.
//!
//! Why: no Apple GPU has more for one threadgroup; the pipeline cannot be made.
//! Evidence: omlx#2162 (40,192 > 32,768), Metal.jl#828, tilelang#2797; Metal's feature tables.
//! Bad: `threadgroup float t[16384];` (64 KB)
//! Good: smaller tiles; all arrays of a kernel count together.
//! Fix: none.
//! How sure: certain; the sizes are constants after template substitution.

use super::helpers::*;

rule!(msl907, "MSL907", "threadgroup-memory-over-32kb", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    front_end(event, &RULE, out, |_, d| (d.message.clone(), "too large by itself"));
    let Some((kernel, program, analysis)) = program(event) else { return };

    let bytes = program.threadgroup_bytes();
    let largest = program.threadgroup.iter().max_by_key(|a| a.bytes);
    if let Some(largest) = largest.filter(|_| bytes > 32_768 && analysis.exact) {
        out.report(&RULE, kernel.place(largest.span), format!("the kernel needs {bytes} bytes of threadgroup memory; there are 32768"))
            .label(format!("{} bytes of them", largest.bytes))
            .help("use a smaller tile");
    }
}
