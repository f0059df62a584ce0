//! # DTY408 half-literal-underflow-overflow
//!
//! A number that float16 cannot hold meets a float16 array.
//!
//! Why: weak scalars take the array's dtype: 1e-8 becomes 0, -1e9 becomes -inf.
//! Evidence: run on MLX 0.32.4; a row of -inf gives NaN in softmax; transformers#17306.
//! Bad: `x16 + 1e-8`
//! Good: an epsilon of at least 6e-8 (better 1e-5), `-mx.inf` or `mx.finfo(x.dtype).min` for masks; bfloat16 has the range.
//! Fix: none.
//! How sure: certain; only for arrays known to be float16.

use super::helpers::*;

rule!(dty408, "DTY408", "half-literal-underflow-overflow", Warn, Certain, None, Default, [Binary => binary, Call => call]);

fn report(e: &Engine<'_>, out: &mut Sink, array: V, number: V) {
    if e.mlx_array(array).is_none_or(|a| a.dtype.exact() != Some(Dt::F16)) {
        return;
    }
    let Some(c) = e.kind(number).constant() else { return };
    let what = if c != 0.0 && c.abs() < 2.98e-8 {
        "is 0 in float16"
    } else if c.is_finite() && c.abs() > 65520.0 {
        "is infinite in float16"
    } else {
        return;
    };
    let range = e.range_of(number);
    out.report(&RULE, range, format!("`{}` {what}", e.slice(range)))
        .label("takes the array's dtype, float16")
        .help("choose a value that float16 can hold, or compute in float32")
        .because(e, array);
}

fn binary(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Binary { l, r, .. } = event else { return };
    report(e, out, *l, *r);
    report(e, out, *r, *l);
}

fn call(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let (a, b) = match call.mlx() {
        Some("where") => (call.operand(1), call.operand(2)),
        Some("maximum" | "minimum" | "add" | "multiply") => (call.operand(0), call.operand(1)),
        _ => return,
    };
    if let (Some(a), Some(b)) = (a, b) {
        report(e, out, a, b);
        report(e, out, b, a);
    }
}
