//! # SYN106 host-roundtrip
//!
//! An array goes to NumPy and comes back.
//!
//! Why: the graph is evaluated, copied, and its gradient is lost; NumPy's dtypes come back with it.
//! Evidence: run on MLX 0.32.4: a copy each way and a wait; float64 results are silently narrowed.
//! Bad: `mx.array(np.clip(np.array(x), 0, 1))` with `x` an `mx.array`
//! Good: `mx.clip(x, 0, 1)`
//! Fix: none.
//! How sure: likely; a function that only NumPy has in between is let pass.

use super::helpers::*;

rule!(syn106, "SYN106", "host-roundtrip", Warn, Likely, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if call.mlx() != Some("array") || is_test(e) {
        return;
    }
    let Some(first) = call.operand(0) else { return };
    if let Some(source) = through_numpy(e, first, 0) {
        out.report(&RULE, call.expr.range(), "an MLX array goes through NumPy and comes back")
            .label("evaluates, copies twice, and stops the gradient")
            .related(e.range_of(source), "was an `mx.array` here")
            .help("do the operation in MLX")
            .because(e, source);
    }
}

/// The MLX array that NumPy operations with twins in MLX were applied to.
fn through_numpy(e: &Engine<'_>, v: V, depth: u32) -> Option<V> {
    if depth > 6 {
        return None;
    }
    let value = e.value(v);
    let array = e.array(v)?;
    if array.lib == Lib::Mlx {
        return (depth > 0).then_some(v);
    }
    let name = e.text(value.op);
    let known = name.strip_prefix("numpy.").is_some_and(|f| {
        matches!(f, "array" | "asarray" | "copy" | "astype" | "ndarray") || !matches!(f, "pad" | "where" | "unique") && (crate::engine::mlx_row(f).is_some() && !f.contains('.'))
    });
    let operator = matches!(value.op, Sym::ADD | Sym::SUB | Sym::MUL | Sym::DIV)
        || (value.op == Sym::ITEM && sliced(e, value.operands[1]));
    if !known && !operator {
        return None;
    }
    value.operands.iter().filter(|o| **o > V::NONE && **o < v).find_map(|o| through_numpy(e, *o, depth + 1))
}

/// Whether an index is made of slices, ints and `None`, which MLX understands as well.
fn sliced(e: &Engine<'_>, index: V) -> bool {
    match e.kind(index) {
        Kind::Seq { items, .. } => items.iter().all(|i| sliced(e, *i)),
        Kind::Int(_) | Kind::NoneValue => true,
        _ => e.made_by(index, Sym::SLICE).is_some(),
    }
}
