//! # NUM464 topk-order
//!
//! The first or last of `mx.topk` is taken for the largest or smallest.
//!
//! Why: the result of `mx.topk` is not sorted.
//! Evidence: run on MLX 0.32.4: `mx.topk(x, 3)` gives [3, 4, 5], in practice ascending, by promise in no order.
//! Bad: `best = mx.topk(x, 5)[0]`
//! Good: `mx.max(x)`, or `mx.sort` of the result.
//! Fix: none.
//! How sure: likely; minima, maxima and sums of the result are let pass.

use super::helpers::*;

rule!(num464, "NUM464", "topk-order", Warn, Likely, None, Default, [Index => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Index { expr, base, index } = event else { return };
    if e.op(*base) != "mlx.core.topk" {
        return;
    }
    let last = match e.kind(*index) {
        Kind::Seq { items, .. } => items.last().copied().unwrap_or(*index),
        _ => *index,
    };
    if matches!(e.kind(last), Kind::Int(Some(0 | -1))) {
        out.report(&RULE, expr.range(), "`mx.topk` promises no order").label("not sorted").help("sort the result, or use `mx.max` / `mx.min`");
    }
}
