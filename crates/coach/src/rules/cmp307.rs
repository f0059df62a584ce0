//! # CMP307 shape-varying-retraces
//!
//! A compiled function is called with a slice whose length changes from turn to turn.
//!
//! Why: `mx.compile` traces and compiles again for every new shape, and keeps every result.
//! Evidence: run on MLX 0.32.4: 20 calls with `x[:1]` to `x[:20]` trace 20 times; mlx#4464 says that the cache is never emptied.
//! Bad: `for t in range(n): y = step(tokens[:, :t])`
//! Good: pad to a few lengths, pass one step at a time, or `shapeless=True` where no shape is used as a number.
//! Fix: none.
//! How sure: likely; exactly one end of the slice must come from the loop.

use super::helpers::*;

rule!(cmp307, "CMP307", "shape-varying-retraces", Info, Likely, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let Kind::Transformed(Transform::Compile, inner) = *e.kind(call.callee) else { return };
    let shapeless = match *e.kind(inner) {
        Kind::Function(f) | Kind::Bound(f, _) => e.function(f).applied(Transform::Compile).is_some_and(|a| a.shapeless),
        _ => false,
    };
    let Some(turn) = e.loops().last().filter(|l| !shapeless && l.turns.is_none_or(|n| n > 8)) else { return };
    for arg in call.args {
        let value = e.value(arg.value);
        if value.op != Sym::ITEM || e.mlx_array(arg.value).is_none() {
            continue;
        }
        let index = value.operands[1];
        let slices = match e.kind(index) {
            Kind::Seq { items, .. } => items.to_vec(),
            _ => vec![index],
        };
        let varies = slices.iter().filter_map(|s| e.made_by(*s, Sym::SLICE)).any(|[low, high]| of_turn(e, low, 0) != of_turn(e, high, 0));
        if varies {
            out.report(&RULE, arg.expr.range(), "every length of this slice makes the compiled function trace again")
                .label("another shape in every turn")
                .related(turn.head, "the loop")
                .help("pad to a few lengths, or compile with `shapeless=True` if no shape is used as a number");
        }
    }
}

/// Whether a number comes from the counter of a loop over a range.
fn of_turn(e: &Engine<'_>, v: V, depth: u32) -> bool {
    let value = e.value(v);
    if v <= V::NONE || depth > 5 {
        return false;
    }
    (value.op == Sym::ITERATE && matches!(e.kind(value.operands[0]), Kind::Range(_)))
        || (!matches!(value.kind, Kind::Array(_)) && value.operands.iter().filter(|o| **o < v).any(|o| of_turn(e, *o, depth + 1)))
}
