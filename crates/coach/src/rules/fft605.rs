//! # FFT605 fft-precision
//!
//! `mx.fft` is given a half or float64 array; it computes in complex64 whatever the input.
//!
//! Why: float64 loses half of its digits here; half gains digits and memory and does not come back as half.
//! Evidence: run on MLX 0.32.4: `mx.fft.rfft` of float16 and of float64 (CPU) gives complex64. NumPy 2 keeps float32 as complex64, which the old rule FFT-DTYPE-001 does not know.
//! Bad: `mx.fft.rfft(x.astype(mx.float64))`
//! Good: `mx.fft.rfft(x)` in float32; `np.fft` where float64 is needed.
//! Fix: none.
//! How sure: certain when the dtype is known.

use super::helpers::*;

rule!(fft605, "FFT605", "fft-precision", Info, Certain, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if !call.mlx().is_some_and(|n| n.starts_with("fft.") && n.contains("fft") && !n.contains("freq") && !n.contains("shift")) {
        return;
    }
    let Some(v) = call.operand(0) else { return };
    let Some(dtype) = e.mlx_array(v).and_then(|a| a.dtype.exact()) else { return };
    if dtype.is_half() || dtype == Dt::F64 {
        let finding = out.report(&RULE, call.expr.range(), format!("`mx.{}` of {} computes in complex64", call.mlx().unwrap_or("fft"), dtype.name()));
        finding.label("complex64 from here on").because(e, v);
        if dtype == Dt::F64 {
            finding.help("use `np.fft` where float64 is needed");
        } else {
            finding.help("cast the result back after the inverse transform");
        }
    }
}
