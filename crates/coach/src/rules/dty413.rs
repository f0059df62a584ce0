//! # DTY413 float64-silently-narrowed
//!
//! A NumPy array that was asked to be float64 becomes a float32 `mx.array`.
//!
//! Why: `mx.array` of a float64 NumPy array is float32; a reference or test that relies on float64 does not have it.
//! Evidence: run on MLX 0.32.4: `mx.array(np.array([1.0])).dtype` is float32.
//! Bad: `mx.array(np.array(v, dtype=np.float64))`
//! Good: say so with `dtype=mx.float32`; or keep it in NumPy; or `dtype=mx.float64` on the CPU stream.
//! Fix: none.
//! How sure: likely; the float64 must be written in the code, and the call must not name a dtype.

use super::helpers::*;

rule!(dty413, "DTY413", "float64-silently-narrowed", Info, Likely, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if call.mlx() != Some("array") || call.argument("dtype", 1).is_some() || call.has_stars() {
        return;
    }
    let Some(value) = call.operand(0) else { return };
    let double = e.array(value).is_some_and(|a| a.lib == Lib::Numpy && a.dtype.exact() == Some(Dt::F64));
    if double {
        out.report(&RULE, call.expr.range(), "a float64 NumPy array becomes float32 here")
            .label("24 bits of mantissa from here on")
            .related(e.range_of(value), "float64 was asked for here")
            .help("say `dtype=mx.float32` if that is meant; float64 exists on the CPU stream only")
            .because(e, value);
    }
}
