//! # FFT604 circular-instead-of-linear-convolution
//!
//! A convolution by FFT is not padded: its end wraps to its start.
//!
//! Why: the product of spectra of length L is a circular convolution of length L.
//! Evidence: the convolution theorem; a linear convolution needs n of at least L + K - 1.
//! Bad: `mx.fft.irfft(mx.fft.rfft(u, n=L) * mx.fft.rfft(k, n=L), n=L)` with `L = u.shape[-1]`
//! Good: `n = 2 * L` and a slice of the result.
//! Fix: none.
//! How sure: likely; it may be meant to be periodic.

use super::helpers::*;

rule!(fft604, "FFT604", "circular-instead-of-linear-convolution", Warn, Likely, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if call.mlx() != Some("fft.irfft") {
        return;
    }
    let Some([a, b]) = call.operand(0).and_then(|v| e.made_by(v, Sym::MUL)) else { return };
    let is = |v: V| e.op(v) == "mlx.core.fft.rfft";
    if !is(a) || !is(b) || a == b {
        return;
    }
    let Some(n) = call.argument("n", 1) else { return };
    // The length of one of the inputs itself, not twice it.
    let plain = e.value(n.value).op == Sym::SHAPE;
    let text = |v: V| e.slice(e.range_of(v));
    let n_text = e.slice(n.expr.range());
    let same = [a, b].iter().all(|v| !text(*v).contains("n=") || text(*v).contains(&format!("n={n_text}")));
    if plain && same {
        out.report(&RULE, call.expr.range(), "this convolution is circular: its end wraps to its start")
            .label("not padded")
            .help("transform with `n = 2 * L` (or L + K - 1) and cut the result");
    }
}
