//! # FFT602 norm-mismatch-pair
//!
//! A transform and its inverse in one function scale differently.
//!
//! Why: the pair multiplies the signal by n, or divides it by n.
//! Evidence: run on MLX 0.32.4: `rfft(norm="forward")` with `irfft()` scales by 1/n. A manual `/ n` between them is counted.
//! Bad: `mx.fft.irfft(mx.fft.rfft(x, norm="forward"), n=n)`
//! Good: the same `norm` on both sides, or `rfft(k) / n` with `irfft(norm="forward")`.
//! Fix: none.
//! How sure: certain for constant `norm`; any multiplication by a number on the way is taken as meant.

use super::helpers::*;

rule!(fft602, "FFT602", "norm-mismatch-pair", Warn, Certain, None, Default, [Call => check]);

/// The constant `norm` in the text of a call.
fn norm(text: &str) -> Option<&'static str> {
    if !text.contains("norm") {
        return Some("backward");
    }
    ["backward", "ortho", "forward"].into_iter().find(|n| text.contains(&format!("norm=\"{n}\"")) || text.contains(&format!("norm='{n}'")))
}

/// Whether a number scales the spectrum on the way.
fn scaled(e: &Engine<'_>, v: V, end: V, depth: u32) -> bool {
    if v == end || depth > 8 || v <= V::NONE {
        return false;
    }
    let value = e.value(v);
    // By what is not an array: a division as a rule, a product only by what is known to be a number.
    let scales = match value.op {
        Sym::DIV => value.operands.iter().any(|o| !is_array(e, *o)),
        Sym::MUL => value.operands.iter().any(|o| e.kind(*o).is_number()),
        _ => false,
    };
    scales || value.operands.iter().filter(|o| **o < v && **o > V::NONE).any(|o| scaled(e, *o, end, depth + 1))
}

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if call.mlx() != Some("fft.irfft") {
        return;
    }
    let Some(spectrum) = call.operand(0) else { return };
    let Some(forward) = super::fft601::forward(e, spectrum, 0) else { return };
    let own = call.keyword("norm").map_or("", |a| e.slice(a.expr.range()));
    let inverse = match own.trim_matches(['"', '\'']) {
        "" => "backward",
        "ortho" => "ortho",
        "forward" => "forward",
        "backward" => "backward",
        _ => return,
    };
    let Some(first) = norm(e.slice(e.range_of(forward))) else { return };
    if first != inverse && !scaled(e, spectrum, forward, 0) {
        out.report(&RULE, call.expr.range(), format!("`rfft` scales as \"{first}\" and `irfft` as \"{inverse}\": the signal changes by a factor"))
            .label(format!("norm \"{inverse}\""))
            .related(e.range_of(forward), format!("norm \"{first}\""))
            .help("use the same `norm` on both sides");
    }
}
