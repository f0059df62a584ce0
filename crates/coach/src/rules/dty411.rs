//! # DTY411 narrow-int-arithmetic
//!
//! An 8-bit array is multiplied or shifted by a number that makes it wrap.
//!
//! Why: a Python int is weak: the result stays uint8 and wraps at 256.
//! Evidence: run on MLX 0.32.4: `uint8 * 2` and `uint8 + 200` wrap.
//! Bad: `img * 2` with a uint8 image
//! Good: `img.astype(mx.float32) * 2`, or `img / 255`, which is float32.
//! Fix: unsafe; `.astype(mx.int32)` is added.
//! How sure: likely; only for arrays known to be 8-bit.

use super::helpers::*;

rule!(dty411, "DTY411", "narrow-int-arithmetic", Warn, Likely, Unsafe, Default, [Binary => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Binary { op, left, l, r, aug: false, .. } = event else { return };
    if !matches!(op, Operator::Add | Operator::Mult | Operator::LShift) {
        return;
    }
    let narrow = e.mlx_array(*l).and_then(|a| a.dtype.exact()).is_some_and(|d| matches!(d, Dt::U8 | Dt::I8));
    let big = match e.kind(*r) {
        Kind::Int(Some(n)) => (*op == Operator::Mult && *n > 1) || (*op == Operator::Add && *n >= 64 && *n < 256),
        _ => false,
    };
    if narrow && big {
        out.report(&RULE, left.range(), "8-bit arithmetic wraps")
            .label("stays 8 bits wide")
            .help("widen it first: `.astype(mx.int32)` or `.astype(mx.float32)`")
            .because(e, *l)
            .fix_unsafe(vec![Edit::replace(left.range(), format!("{}.astype(mx.int32)", wrapped(e, left)))]);
    }
}
