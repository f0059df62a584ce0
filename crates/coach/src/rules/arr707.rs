//! # ARR707 out-of-range-index
//!
//! A constant index is beyond the known extent of an array.
//!
//! Why: MLX does not check: it reads whatever stands there.
//! Evidence: run on MLX 0.32.4: no error; mlx#206.
//! Bad: `x = mx.zeros((3,))` and then `x[3]`
//! Good: `x[2]`
//! Fix: none.
//! How sure: certain; extent and index are constants.

use super::helpers::*;

rule!(arr707, "ARR707", "out-of-range-index", Error, Certain, None, Default, [Index => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Index { expr, base, index } = event else { return };
    let Some(a) = e.mlx_array(*base) else { return };
    let Some(rank) = a.rank else { return };
    let all = match e.kind(*index) {
        Kind::Seq { items, .. } => items.to_vec(),
        _ => vec![*index],
    };
    for (place, v) in all.iter().enumerate().take(usize::from(rank.min(4))) {
        let Kind::Int(Some(i)) = e.kind(*v) else {
            // A slice takes one axis; `None` and `...` move the rest.
            if e.value(*v).op == Sym::SLICE { continue } else { return }
        };
        let n = a.dims[place];
        if n >= 0 && (*i >= n || *i < -n) {
            out.report(&RULE, expr.range(), format!("index {i} is beyond axis {place}, which has {n} elements; MLX does not check"))
                .label("reads something else")
                .because(e, *base);
        }
    }
}
