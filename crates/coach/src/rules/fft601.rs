//! # FFT601 irfft-without-n
//!
//! `irfft` without `n` undoes an `rfft` of unknown length.
//!
//! Why: the number of bins does not tell an even from an odd length; without `n` MLX assumes even.
//! Evidence: run on MLX 0.32.4: `irfft(rfft(x))` of 7 samples has 6.
//! Bad: `mx.fft.irfft(mx.fft.rfft(x) * h)`
//! Good: `mx.fft.irfft(mx.fft.rfft(x) * h, n=x.shape[-1])`
//! Fix: none.
//! How sure: likely; where the `rfft` is given an `n` it is let pass.

use super::helpers::*;

rule!(fft601, "FFT601", "irfft-without-n", Warn, Likely, None, Default, [Call => check]);

/// The `rfft` that a spectrum comes from.
pub(super) fn forward(e: &Engine<'_>, v: V, depth: u32) -> Option<V> {
    if depth > 8 || v <= V::NONE {
        return None;
    }
    if e.op(v) == "mlx.core.fft.rfft" {
        return Some(v);
    }
    let value = e.value(v);
    e.array(v)?;
    value.operands.iter().filter(|o| **o < v).find_map(|o| forward(e, *o, depth + 1))
}

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if call.mlx() != Some("fft.irfft") || call.argument("n", 1).is_some() || call.has_stars() {
        return;
    }
    let Some(forward) = call.operand(0).and_then(|v| forward(e, v, 0)) else { return };
    let x = e.value(forward).operands[0];
    let known_even = e.array(x).is_some_and(|a| a.rank.is_some_and(|r| (1..=4).contains(&r) && a.dims[usize::from(r) - 1] > 0 && a.dims[usize::from(r) - 1] % 2 == 0));
    let text = e.slice(e.range_of(forward));
    if known_even || text.contains("n=") || (e.value(forward).operands[1] > V::NONE && !text.contains("axis=")) {
        return;
    }
    out.report(&RULE, call.expr.range(), "`irfft` without `n` gives one sample too few for an odd length")
        .label("assumes an even length")
        .related(e.range_of(forward), "transformed here")
        .help("pass `n=x.shape[axis]`");
}
