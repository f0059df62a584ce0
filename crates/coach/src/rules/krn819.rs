//! # KRN819 no-cpu-fallback
//!
//! A file launches kernels and never asks whether there is a GPU.
//!
//! Why: `mx.fast.metal_kernel` raises on the CPU: "Only supports the GPU".
//! Evidence: MLX's custom_kernel.cpp.
//! Bad: a kernel and no other way
//! Good: `if mx.metal.is_available(): ... else: ...`
//! Fix: none.
//! How sure: likely; information in `strict`. The caller may ask.

use super::helpers::*;

rule!(krn819, "KRN819", "no-cpu-fallback", Info, Likely, None, Strict, [Module => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {

    let Event::Module = event else { return };
    let asks = ["is_available", "default_device", "mx.gpu", "Device.gpu", "has_metal"].iter().any(|w| e.source.contains(w));
    let Some(kernel) = e.kernels().iter().find(|k| !k.launches.is_empty()).filter(|_| !asks && !is_test(e)) else { return };
    out.report(&RULE, kernel.call.range(), "this kernel is launched without asking whether there is a GPU")
        .label("raises on the CPU")
        .help("test `mx.metal.is_available()` and give another way");
}
