//! # DTY404 float64-on-gpu
//!
//! `mx.float64` is used where the default device may be a GPU.
//!
//! Why: Metal has no float64; MLX raises when the operation is evaluated.
//! Evidence: mlx#799, #1905, #2856; float64 runs on the CPU stream only.
//! Bad: `x.astype(mx.float64)`
//! Good: float32, or `stream=mx.cpu`, `with mx.stream(mx.cpu):`, or `mx.set_default_device(mx.cpu)`.
//! Fix: none.
//! How sure: certain that it fails on a GPU; tests are let pass.

use super::helpers::*;

rule!(dty404, "DTY404", "float64-on-gpu", Error, Certain, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let Some(name) = call.mlx() else { return };
    if name == "array" && call.receiver.is_none() && call.keyword("dtype").is_none() || e.on_cpu() || is_test(e) || call.keyword("stream").is_some() {
        return;
    }
    // A helper may be called under a CPU stream that stands elsewhere in the file.
    if e.source.contains("mx.cpu") || matches!(name, "issubdtype" | "finfo" | "iinfo" | "can_cast" | "isdtype" | "result_type") {
        return;
    }
    if let Some(arg) = call.args.iter().find(|a| e.op(a.value) == "mlx.core.float64") {
        out.report(&RULE, arg.expr.range(), "float64 exists on the CPU only; on a GPU this raises")
            .label("not on Metal")
            .help("use float32, or run it on the CPU stream: `stream=mx.cpu`");
    }
}
