//! # NUM470 inf-times-zero-mask
//!
//! A mask is multiplied by infinity.
//!
//! Why: where the mask is 0 the product is NaN, not 0.
//! Evidence: run on MLX 0.32.4: `0 * -inf` is NaN.
//! Bad: `(x > 0) * -mx.inf`
//! Good: `mx.where(x > 0, -mx.inf, 0)`
//! Fix: none.
//! How sure: certain when one side is a bool array and the other is infinite; likely for other arrays.

use super::helpers::*;

rule!(num470, "NUM470", "inf-times-zero-mask", Warn, Certain, None, Default, [Binary => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Binary { op: Operator::Mult, range, l, r, .. } = event else { return };
    for (mask, inf) in [(*l, *r), (*r, *l)] {
        if !e.kind(inf).constant().is_some_and(f64::is_infinite) {
            continue;
        }
        let Some(a) = e.array(mask) else { continue };
        // `mx.ones_like(mask)` holds none.
        let ones = e.applied(mask, "astype").is_some_and(|v| matches!(e.op(v), "mlx.core.ones_like" | "mlx.core.ones"));
        // `1 - mask`, a comparison, or a lower triangle: something that holds zeros.
        let holds_zeros = a.dtype.exact() == Some(Dt::Bool)
            || e.made_by(mask, Sym::SUB).is_some_and(|o| e.kind(o[0]).constant() == Some(1.0))
            || ["triu", "tril", "astype"].iter().any(|f| e.applied(mask, f).is_some());
        if holds_zeros && !ones {
            out.report(&RULE, *range, "a mask times infinity is NaN where the mask is 0")
                .label("0 * inf")
                .help("use `mx.where(mask, -mx.inf, 0)`")
                .because(e, mask);
        }
    }
}
