//! # FFT603 norm-kw-unsupported
//!
//! An FFT is given a `norm` that does not exist.
//!
//! Why: MLX knows "backward", "ortho" and "forward"; anything else raises.
//! Evidence: run on MLX 0.32.4: ValueError. Before 0.31.2 there is no `norm` at all (mlx#3287; run on 0.31.0: TypeError), which `--target-mlx` asks for.
//! Bad: `mx.fft.rfft(x, norm="unitary")`
//! Good: `mx.fft.rfft(x, norm="ortho")`
//! Fix: none.
//! How sure: certain; the value is a constant.

use super::helpers::*;

rule!(fft603, "FFT603", "norm-kw-unsupported", Error, Certain, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if !call.name.starts_with("mlx.core.fft.") {
        return;
    }
    let Some(arg) = call.keyword("norm") else { return };
    if e.target < Target(0, 31, 2) {
        out.report(&RULE, arg.expr.range(), "this version of MLX has no `norm` in its FFTs; this raises")
            .label("TypeError")
            .help("scale by hand, or use MLX 0.31.2 or newer");
        return;
    }
    if let Kind::Str(Some(text)) = e.kind(arg.value)
        && !matches!(&**text, "backward" | "ortho" | "forward")
    {
        out.report(&RULE, arg.expr.range(), format!("there is no norm \"{text}\"; this raises"))
            .label("ValueError")
            .help("write \"backward\", \"ortho\" or \"forward\"");
    }
}
