//! # DTY414 count-in-half
//!
//! Whole numbers are counted up in a half array, turn after turn.
//!
//! Why: float16 holds whole numbers up to 2,048 and bfloat16 up to 256; adding 1 beyond that changes nothing. float32 holds them to 16,777,216.
//! Evidence: run on MLX 0.32.4: 1,000 additions of 1 in bfloat16 give 256, 3,000 in float16 give 2,048.
//! Bad: `n = mx.array(0.0, dtype=mx.bfloat16)` and `n = n + 1` per token
//! Good: a Python int, or an int32 array.
//! Fix: none.
//! How sure: likely; loops of up to 64 known turns are let pass.

use super::helpers::*;

rule!(dty414, "DTY414", "count-in-half", Warn, Likely, None, Default, [Loop => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Loop(l) = event else { return };
    if l.turns.is_some_and(|n| n <= 64) {
        return;
    }
    for (name, value, range) in &l.carried {
        let Some(array) = e.mlx_array(*value).filter(|a| a.dtype.is_half()) else { continue };
        let counts = e.made_by(*value, Sym::ADD).is_some_and(|o| {
            o.iter().any(|v| matches!(e.kind(*v), Kind::Int(_)) || e.mlx_array(*v).is_some_and(|a| a.dtype.is_int()))
        });
        if counts {
            let dtype = array.dtype.exact().map_or("half", Dt::name);
            out.report(&RULE, *range, format!("`{name}` counts whole numbers in {dtype}"))
                .label("stands still once the step is below its spacing")
                .related(l.head, "the loop")
                .help("count in a Python int or an int32 array")
                .because(e, *value);
        }
    }
}
