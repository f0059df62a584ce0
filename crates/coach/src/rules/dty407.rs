//! # DTY407 unsigned-wrap
//!
//! Something is subtracted from an unsigned array.
//!
//! Why: below zero it wraps: `argmax` is uint32 in MLX, and `argmax - 1` can be 4294967295.
//! Evidence: run on MLX 0.32.4: `mx.argmax(p) - 1` gives 4294967295; `u8a - u8b` wraps.
//! Bad: `previous = mx.argmax(p) - 1`
//! Good: `mx.argmax(p).astype(mx.int32) - 1`
//! Fix: unsafe; `.astype(mx.int32)` is added.
//! How sure: likely; it may be known to you that the value is large enough.

use super::helpers::*;

rule!(dty407, "DTY407", "unsigned-wrap", Warn, Likely, Unsafe, Default, [Binary => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Binary { op: Operator::Sub, left, l, r, result, aug: false, .. } = event else { return };
    let Some(a) = e.mlx_array(*l) else { return };
    let unsigned = |v: V| e.array(v).and_then(|a| a.dtype.exact()).is_some_and(Dt::is_unsigned);
    if !unsigned(*l) || !unsigned(*result) {
        return;
    }
    // `u - const` or `u - u`; a float or a signed array on the right makes the result signed.
    if !(matches!(e.kind(*r), Kind::Int(_)) || unsigned(*r)) || a.sure < Sure::Likely {
        return;
    }
    let from_cumsum = e.applied(*l, "cumsum").is_some();
    // `length - argmax - 1`: a position counted from the end.
    let from_end = e.made_by(*l, Sym::SUB).is_some_and(|o| matches!(e.kind(o[0]), Kind::Int(_)));
    if from_cumsum || from_end {
        return;
    }
    out.report(&RULE, left.range(), "an unsigned array wraps below zero")
        .label(format!("{}: 0 - 1 is the largest value", a.dtype.exact().map_or("unsigned", Dt::name)))
        .help("make it signed first: `.astype(mx.int32)`")
        .because(e, *l)
        .fix_unsafe(vec![Edit::replace(left.range(), format!("{}.astype(mx.int32)", wrapped(e, left)))]);
}
