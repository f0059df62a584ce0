//! # SYN101 element-read-in-loop
//!
//! An array is read on the host one element at a time.
//!
//! Why: each `.item()` evaluates, waits for the device and copies one number.
//! Evidence: run on MLX 0.32.4: `[v.item() for v in a]` of 5,000 elements takes 627 times as long as `a.tolist()`.
//! Bad: `ids = [t.item() for t in tokens]`
//! Good: `ids = tokens.tolist()`
//! Fix: none; `.tolist()` nests for more dimensions.
//! How sure: certain when the loop goes over a known array; up to four elements are let pass. A reduction of one row per turn is information.

use super::helpers::*;

rule!(syn101, "SYN101", "element-read-in-loop", Warn, Certain, None, Default, [Iterate => comprehension, Sync => in_loop]);

fn small(e: &Engine<'_>, v: V) -> bool {
    e.array(v).is_some_and(|a| a.rank.is_some() && (0..=4).contains(&a.dims[0]))
}

fn comprehension(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Iterate { expr, value, comprehension: Some(elt) } = event else { return };
    if e.mlx_array(*value).is_none() || small(e, *value) {
        return;
    }
    let reads = match elt {
        Expr::Call(c) => match c.func.as_ref() {
            Expr::Attribute(a) => matches!(a.attr.as_str(), "item" | "tolist") && a.value.is_name_expr(),
            Expr::Name(f) => matches!(f.id.as_str(), "int" | "float") && c.arguments.args.first().is_some_and(Expr::is_name_expr),
            _ => false,
        },
        _ => false,
    };
    if reads {
        out.report(&RULE, elt.range(), "every element of an array is read on the host by itself")
            .label("one wait for the device per element")
            .help(format!("read them at once: `{}.tolist()`", e.slice(expr.range())))
            .because(e, *value);
    }
}

fn in_loop(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Sync { range, value, how: Sync::Item | Sync::Cast | Sync::Tolist } = event else { return };
    let made = e.value(*value);
    let Some(turn) = e.loops().last() else { return };
    if turn.turns.is_some_and(|n| n <= 4) {
        return;
    }
    // `for v in array: v.item()`, or `array[i].item()` with the loop's own index.
    let base = if made.op == Sym::ITERATE && turn.iter == Some(made.operands[0]) {
        Some(made.operands[0])
    } else {
        row_of(e, *value, turn)
    };
    if let Some(base) = base.filter(|b| e.mlx_array(*b).is_some() && !small(e, *b)) {
        out.report(&RULE, *range, "an array is read on the host one element per turn of a loop")
            .label("one wait for the device per element")
            .related(turn.head, "the loop")
            .help("read it once before the loop with `.tolist()`, or keep the work in MLX")
            .because(e, base);
    } else if let Some(base) = reduced_row(e, *value, turn).filter(|b| e.mlx_array(*b).is_some() && !small(e, *b)) {
        out.report(&RULE, *range, "one number per row is read on the host in every turn of a loop")
            .label("one wait for the device per row")
            .related(turn.head, "the loop")
            .help("reduce all rows at once before the loop (`axis=`), and read that with `.tolist()`")
            .severity(Severity::Info)
            .because(e, base);
    }
}

/// The array of `array[i]` or `array[i, 0]` with the loop's own index, if it is older than the loop.
fn row_of(e: &Engine<'_>, v: V, turn: &crate::engine::Loop<'_>) -> Option<V> {
    let [base, index] = e.made_by(v, Sym::ITEM)?;
    let counter = |v: V| e.value(v).op == Sym::ITERATE && turn.iter == Some(e.value(v).operands[0]);
    let counts = match e.kind(index) {
        Kind::Seq { items, .. } => items.iter().any(|v| counter(*v)),
        _ => counter(index),
    };
    (counts && base < turn.first).then_some(base)
}

/// The same behind a reduction that could take all rows at once.
fn reduced_row(e: &Engine<'_>, v: V, turn: &crate::engine::Loop<'_>) -> Option<V> {
    const REDUCTIONS: [&str; 7] = ["sum", "max", "min", "argmax", "argmin", "any", "all"];
    let mut at = REDUCTIONS.iter().find_map(|f| e.applied(v, f))?;
    for _ in 0..4 {
        if let Some(base) = row_of(e, at, turn) {
            return Some(base);
        }
        at = e.applied(at, "astype").or_else(|| e.made_by(at, Sym::COMPARE).map(|o| o[0]))?;
    }
    None
}
