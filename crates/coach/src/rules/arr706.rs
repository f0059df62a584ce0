//! # ARR706 boolean-mask-read
//!
//! An array is read through a bool mask.
//!
//! Why: the size of the result would depend on values; MLX does not do it (writing through a mask is fine).
//! Evidence: run on MLX 0.32.4: `ValueError: boolean indices are not yet supported`; mlx#246, #2744.
//! Bad: `x[x > 0]`
//! Good: `mx.where(x > 0, x, 0)`
//! Fix: none.
//! How sure: certain; the index is known to be a bool array.

use super::helpers::*;

rule!(arr706, "ARR706", "boolean-mask-read", Error, Certain, None, Default, [Index => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Index { expr, base, index } = event else { return };
    if e.mlx_array(*base).is_none() || expr.ctx != ast::ExprContext::Load {
        return;
    }
    if e.mlx_array(*index).is_some_and(|a| a.dtype.exact() == Some(Dt::Bool)) {
        out.report(&RULE, expr.range(), "MLX cannot read through a bool mask; this raises")
            .label("a bool index")
            .help("use `mx.where(mask, x, other)`, or compress on the host")
            .because(e, *index)
            .because(e, *base);
    }
}
