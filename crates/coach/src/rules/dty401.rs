//! # DTY401 f32-constant-array-promotes-half
//!
//! A constant is wrapped in a float32 `mx.array` and combined with a half array.
//!
//! Why: a Python number is weak and keeps the dtype; a float32 array makes the result float32, twice the memory from there on.
//! Evidence: run on MLX 0.32.4 for float16 and bfloat16; mlx-swift-lm#229, mlxcel#20 (19 to 113 tokens/s), mlx-vlm#733.
//! Bad: `x * mx.array(2.0)`, `mx.where(m, x, mx.array(-1e9))`
//! Good: `x * 2.0`, `mx.where(m, x, -1e9)`, or `mx.array(2.0, dtype=x.dtype)`.
//! Fix: unsafe, since it changes the dtype of the result (that is its purpose).
//! How sure: certain when the other operand is known to be half; likely when its dtype is a parameter's.

use super::helpers::*;

rule!(dty401, "DTY401", "f32-constant-array-promotes-half", Warn, Certain, Unsafe, Default, [Binary => binary, Call => call]);

/// The number inside `mx.array(number)` of float32.
fn constant<'a>(e: &Engine<'a>, v: V) -> Option<&'a str> {
    let value = e.value(v);
    if e.text(value.op) != "mlx.core.array" || e.array(v)?.dtype.exact() != Some(Dt::F32) {
        return None;
    }
    let number = value.operands[0];
    matches!(e.kind(number), Kind::Float(_) | Kind::Int(_)).then(|| first_argument(e, v)).flatten()
}

/// How sure it is that the array is half: known, or whatever the caller passes.
fn half_like(e: &Engine<'_>, v: V) -> Option<Sure> {
    let a = e.mlx_array(v)?;
    match a.dtype {
        DtypeFact::Exact(d) if d.is_half() => Some(Sure::Certain),
        DtypeFact::SameAs(p) if e.value(p).op == Sym::PARAMETER => Some(Sure::Likely),
        DtypeFact::Unknown if e.value(v).op == Sym::PARAMETER || in_module(e) => Some(Sure::Likely),
        _ => None,
    }
}

fn report(e: &Engine<'_>, out: &mut Sink, place: TextRange, constant: V, other: V, text: &str) {
    let Some(mut sure) = half_like(e, other) else { return };
    // Whoever spells float32 out means it.
    if sure < Sure::Certain && e.slice(e.range_of(constant)).contains("float32") {
        sure = Sure::Possible;
    }
    if is_test(e) || e.on_cpu() {
        return;
    }
    let made = e.range_of(constant);
    let inline = place.contains_range(made);
    let finding = out.report(&RULE, if inline { made } else { place }, "a float32 constant array widens a half array to float32");
    finding
        .label("not weak: it takes part in promotion")
        .help(format!("use the number itself: `{text}`"))
        .at_most(sure)
        .because(e, other);
    if !inline {
        finding.related(made, "the constant is made here");
    } else if e.slice(made).starts_with("mx.array(") {
        finding.fix_unsafe(vec![Edit::replace(made, text)]);
    }
}

fn binary(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Binary { range, l, r, .. } = event else { return };
    for (c, other) in [(*l, *r), (*r, *l)] {
        if let Some(text) = constant(e, c) {
            report(e, out, *range, c, other, text);
        }
    }
}

fn call(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let pair = match call.mlx() {
        Some("where") => (call.operand(1), call.operand(2)),
        Some("multiply" | "add" | "subtract" | "divide" | "maximum" | "minimum" | "power") => (call.operand(0), call.operand(1)),
        _ => return,
    };
    let (Some(a), Some(b)) = pair else { return };
    for (c, other) in [(a, b), (b, a)] {
        if let Some(text) = constant(e, c) {
            report(e, out, call.expr.range(), c, other, text);
        }
    }
}
