//! # KRN801 grid-in-groups
//!
//! The grid of a Metal kernel is counted in groups, but MLX counts threads.
//!
//! Why: only one thread per group runs; the rest of the output is uninitialised memory, and nothing is raised.
//! Evidence: mlx#4534 (1/256 of the work ran), #1547; the guide's own example leaves 16,320 of 16,384 outputs unwritten.
//! Bad: `grid=((n + 255) // 256, 1, 1), threadgroup=(256, 1, 1)` with a body that writes `out[thread_position_in_grid.x]`
//! Good: `grid=(n, 1, 1)`
//! Fix: none; the number of elements must be written.
//! How sure: certain when the body is known to index by the thread's position and does not loop over the grid.

use super::helpers::*;

rule!(krn801, "KRN801", "grid-in-groups", Error, Certain, None, Default, [Call => check]);

fn same(e: &Engine<'_>, a: V, b: V) -> bool {
    a == b || matches!((e.kind(a), e.kind(b)), (Kind::Int(Some(x)), Kind::Int(Some(y))) if x == y) || {
        let (x, y) = (e.slice(e.range_of(a)), e.slice(e.range_of(b)));
        !x.is_empty() && x == y
    } || unwrap(e, a).is_some_and(|x| same(e, x, b)) || unwrap(e, b).is_some_and(|y| same(e, a, y))
}

/// `mx.array(n, ...)`: the `n`.
fn unwrap(e: &Engine<'_>, v: V) -> Option<V> {
    (e.op(v) == "mlx.core.array").then(|| e.value(v).operands[0]).filter(|n| *n < v && *n > V::NONE)
}

/// Whether a value is something divided (rounding up or not) by the group size.
fn divided(e: &Engine<'_>, v: V, by: V) -> bool {
    let value = e.value(v);
    let name = e.text(value.op);
    let by_group = |o: [V; 2]| same(e, o[1], by);
    if matches!(value.op, Sym::FLOORDIV | Sym::DIV) || matches!(name, "mlx.core.divide" | "mlx.core.floor_divide") {
        return by_group(value.operands);
    }
    if value.op == Sym::NEG || matches!(name, "math.ceil" | "builtins.int" | "mlx.core.ceil") {
        return divided(e, value.operands[0], by);
    }
    false
}

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let Kind::Kernel(id) = e.kind(call.callee) else { return };
    let (Some(grid), Some(group)) = (call.keyword("grid"), call.keyword("threadgroup")) else { return };
    let (Kind::Seq { items: grid_items, .. }, Kind::Seq { items: group_items, .. }) = (e.kind(grid.value), e.kind(group.value)) else {
        return;
    };
    let kernel = e.kernel(*id);
    let body = kernel.source.as_deref().unwrap_or("");
    if body.contains("threadgroup_position_in_grid") || body.contains("threadgroups_per_grid") || body.contains("threads_per_grid") || body.contains("grid_size") {
        return;
    }
    for (axis, (g, t)) in grid_items.iter().zip(group_items.iter()).enumerate() {
        if !divided(e, *g, *t) || e.kind(*t).constant() == Some(1.0) {
            continue;
        }
        let finding = out.report(&RULE, grid.expr.range(), "the grid is given in groups, but MLX counts it in threads");
        finding
            .label(format!("one thread per group runs along axis {axis}"))
            .related(kernel.call.range(), "the kernel")
            .help("give the number of threads: `grid=(n, 1, 1)`; the last group may be partial");
        if !body.contains("thread_position_in_grid") {
            finding.at_most(Sure::Likely);
        }
        return;
    }
}
