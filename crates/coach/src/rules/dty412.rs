//! # DTY412 int-literal-out-of-range
//!
//! An integer literal does not fit the dtype of the array it meets.
//!
//! Why: a Python int takes the array's dtype; one that does not fit is refused.
//! Evidence: run on MLX 0.32.4: `int32_array * 2**40` and `uint8_array + 300` raise ValueError.
//! Bad: `mask8 + 300` with a uint8 array
//! Good: widen the array first.
//! Fix: none.
//! How sure: certain; dtype and number are known.

use super::helpers::*;

rule!(dty412, "DTY412", "int-literal-out-of-range", Error, Certain, None, Default, [Binary => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Binary { op, l, r, .. } = event else { return };
    if matches!(op, Operator::Div | Operator::Pow | Operator::LShift | Operator::RShift) {
        return;
    }
    for (array, number) in [(*l, *r), (*r, *l)] {
        let Some(d) = e.mlx_array(array).and_then(|a| a.dtype.exact()) else { continue };
        let Kind::Int(Some(n)) = e.kind(number) else { continue };
        let (low, high) = match d {
            Dt::U8 => (-255, 255),
            Dt::I8 => (-128, 127),
            Dt::U16 => (-65535, 65535),
            Dt::I16 => (-32768, 32767),
            Dt::I32 => (i64::from(i32::MIN), i64::from(i32::MAX)),
            Dt::U32 => (-i64::from(u32::MAX), i64::from(u32::MAX)),
            _ => continue,
        };
        if *n < low || *n > high {
            out.report(&RULE, e.range_of(number), format!("{n} does not fit {}; this raises", d.name()))
                .label("takes the array's dtype")
                .help("widen the array first")
                .because(e, array);
        }
    }
}
