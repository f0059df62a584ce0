//! # SYN104 sync-inside-grad-is-stop-gradient
//!
//! A function under `mx.grad` reads an array on the host and goes on computing with the number.
//!
//! Why: the number is a constant to the gradient. MLX says nothing; the gradient is wrong.
//! Evidence: run on MLX 0.32.4: `(w * w.sum().item()).sum()` gives [6, 6, 6] instead of [12, 12, 12].
//! Bad: `scale = w.max().item(); return (w / scale).sum()` under `mx.grad`
//! Good: `(w / w.max()).sum()`, or `mx.stop_gradient(w.max())` to say that it is meant.
//! Fix: none.
//! How sure: certain when the number is used in arithmetic with an array; reading for a log line is let pass.

use super::helpers::*;

rule!(syn104, "SYN104", "sync-inside-grad-is-stop-gradient", Warn, Certain, None, Default, [Binary => binary, Call => call]);

const GRADS: [Transform; 2] = [Transform::Grad, Transform::ValueAndGrad];

/// The number that was read on the host, and the array behind it.
fn read_from(e: &Engine<'_>, v: V, depth: u32) -> Option<(V, V)> {
    let value = e.value(v);
    // `.item()` of something unknown under a gradient: of what else could it be?
    if value.kind == Kind::Unknown && e.text(value.op) == ".item" && value.operands[0] > V::NONE {
        return Some((v, value.operands[0]));
    }
    let name = e.text(value.op);
    let numpy = name.starts_with("numpy.") && e.mlx_array(v).is_none();
    if depth > 8 || !numpy && !matches!(value.kind, Kind::Float(_) | Kind::Int(_)) {
        return None;
    }
    let reads = numpy || name.ends_with(".item") || matches!(name, "builtins.float" | "builtins.int");
    if reads && e.mlx_array(value.operands[0]).is_some() {
        return Some((v, value.operands[0]));
    }
    value.operands.iter().filter(|o| **o > V::NONE && **o < v).find_map(|o| read_from(e, *o, depth + 1))
}

/// Reports the read; `used` is the arithmetic that goes on with the number.
fn report(e: &Engine<'_>, out: &mut Sink, range: TextRange, used: TextRange, array: V) {
    let Some(applied) = e.under(e.current_id(), &GRADS) else { return };
    let integral = e.mlx_array(array).is_some_and(|a| a.dtype.is_int());
    if integral {
        return;
    }
    let known = e.mlx_array(array).is_some();
    let finding = out.report(&RULE, range, "a number read from an array is a constant to the gradient");
    finding
        .label("no gradient flows through this")
        .related(used, "and goes on here")
        .related(applied.range, "differentiated here")
        .help("use the array itself; write `mx.stop_gradient(...)` if the gradient is meant to stop")
        .because(e, array);
    if !known {
        finding.sure = Sure::Likely;
    }
}

fn binary(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Binary { range, l, r, .. } = event else { return };
    for (number, other) in [(*l, *r), (*r, *l)] {
        if e.mlx_array(other).is_some()
            && let Some((read, array)) = read_from(e, number, 0)
        {
            // Where it is read, unless a helper does that.
            let here = e.current().is_some_and(|f| f.code.range().contains_range(e.range_of(read)));
            report(e, out, if here { e.range_of(read) } else { *range }, *range, array);
        }
    }
}

fn call(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    // `mx.array(np.array(x))` drops the gradient too.
    if call.mlx() == Some("array")
        && let Some(first) = call.operand(0)
        && e.op(first).starts_with("numpy.")
        && let Some(inner) = Some(e.value(first).operands[0]).filter(|v| e.mlx_array(*v).is_some())
    {
        report(e, out, e.range_of(first), call.expr.range(), inner);
    }
}
