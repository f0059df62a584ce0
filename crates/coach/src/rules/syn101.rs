//! # SYN101 element-read-in-loop
//!
//! An array is read on the host one element at a time, or the same number again and again.
//!
//! Why: each `.item()` evaluates, waits for the device and copies one number.
//! Evidence: run on MLX 0.32.4: `[v.item() for v in a]` of 5,000 elements takes 627 times as long as `a.tolist()`.
//! Bad: `ids = [t.item() for t in tokens]`, `for b in range(n): if mx.sum(mask).item() > 0: ...`
//! Good: `ids = tokens.tolist()`
//! Fix: none; `.tolist()` nests for more dimensions.
//! How sure: certain when the loop goes over a known array or counts through it; up to four elements are let pass. One row per turn, or a reduction of one, is information.

use super::helpers::*;

rule!(syn101, "SYN101", "element-read-in-loop", Warn, Certain, None, Default, [Sync => check]);

fn small(e: &Engine<'_>, v: V) -> bool {
    e.array(v).is_some_and(|a| a.rank.is_some() && (0..=4).contains(&a.dims[0]))
}

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Sync { range, value, how } = event else { return };
    if !matches!(how, Sync::Item | Sync::Cast | Sync::Tolist) {
        return;
    }
    let Some(turn) = e.turn().filter(|t| t.turns.is_none_or(|n| n > 4)) else { return };
    let large = |b: &V| e.mlx_array(*b).is_some() && !small(e, *b);
    if let Some(base) = read_from(e, *value, &turn).filter(large) {
        let whole = turn.over.filter(|_| e.element_of(*value, &turn).is_some());
        let rows = *how == Sync::Tolist && whole.is_none();
        let finding = if let Some(over) = whole {
            let array = if turn.iter == Some(base) { e.slice(over) } else { "" };
            out.report(&RULE, *range, "every element of an array is read on the host by itself")
                .help(format!("read them at once: `{array}.tolist()`"))
        } else {
            let part = if rows { "row" } else { "element" };
            out.report(&RULE, *range, format!("an array is read on the host one {part} per turn of a loop"))
                .related(turn.head, "the loop")
                .help("read it once before the loop with `.tolist()`, or keep the work in MLX")
        };
        finding.label(if rows { "one wait for the device per row" } else { "one wait for the device per element" }).because(e, base);
        if rows {
            finding.severity(Severity::Info);
        }
    } else if let Some(base) = reduced_row(e, *value, &turn).filter(large) {
        out.report(&RULE, *range, "one number per row is read on the host in every turn of a loop")
            .label("one wait for the device per row")
            .related(turn.head, "the loop")
            .help("reduce all rows at once before the loop (`axis=`), and read that with `.tolist()`")
            .severity(Severity::Info)
            .because(e, base);
    } else if turn.over.is_none() && !timed(e) && same_each_turn(e, *value, &turn, 0) == Some(true) {
        out.report(&RULE, *range, format!("the same {} is read on the host again in every turn of a loop", if *how == Sync::Tolist { "array" } else { "number" }))
            .label("a wait for the device per turn, for nothing")
            .related(turn.head, "the loop")
            .help("read it once before the loop")
            .because(e, *value);
    }
}

/// Whether a value is made by MLX of local arrays that are older than the loop and that nothing in it changes; `None`
/// of a constant.
fn same_each_turn(e: &Engine<'_>, v: V, turn: &Turn, depth: u32) -> Option<bool> {
    if e.kind(v).constant().is_some() || matches!(e.kind(v), Kind::Bool(_) | Kind::Dtype(_) | Kind::NoneValue | Kind::Str(_)) {
        return None;
    }
    if v < turn.entered {
        let name = e.mlx_array(v).and_then(|_| e.other_name_of(v, ""));
        let stored = |name: &str| {
            e.loops().last().is_some_and(|l| l.bound.contains(&name))
                || e.slice(turn.range).lines().any(|l| l.trim_start().starts_with(&format!("{name}[")))
        };
        return Some(name.is_some_and(|n| !stored(n)));
    }
    let op = e.op(v);
    let pure = op.starts_with("mlx.core.") && !op.starts_with("mlx.core.random") || matches!(e.value(v).op, Sym::COMPARE | Sym::ITEM | Sym::ADD | Sym::SUB | Sym::MUL | Sym::DIV);
    if depth > 4 || !pure || e.mlx_array(v).is_none() {
        return Some(false);
    }
    let parts: Vec<bool> = e.value(v).operands.iter().filter(|o| **o > V::NONE).filter_map(|o| same_each_turn(e, *o, turn, depth + 1)).collect();
    Some(!parts.is_empty() && parts.iter().all(|p| *p))
}

/// Whether this is a measurement, which repeats on purpose.
fn timed(e: &Engine<'_>) -> bool {
    let text = e.current().map_or(e.source, |f| e.slice(f.code.range()));
    is_test(e) || e.path.contains("bench") || ["perf_counter", "time.time()", "monotonic"].iter().any(|w| text.contains(w))
}

/// The array behind `v` of `for v in array`, or behind `array[i]` and `array[i, 0]` with an index that each turn
/// changes, if it is older than the loop.
fn read_from(e: &Engine<'_>, v: V, turn: &Turn) -> Option<V> {
    if let Some(array) = e.element_of(v, turn) {
        return Some(array);
    }
    let [base, index] = e.made_by(v, Sym::ITEM)?;
    let counts = match e.kind(index) {
        Kind::Seq { items, .. } => items.iter().any(|v| e.counts(*v, turn)),
        _ => e.counts(index, turn),
    };
    if counts { (base < turn.entered).then_some(base) } else { read_from(e, base, turn) }
}

/// The same behind a reduction that could take all rows at once.
fn reduced_row(e: &Engine<'_>, v: V, turn: &Turn) -> Option<V> {
    const REDUCTIONS: [&str; 7] = ["sum", "max", "min", "argmax", "argmin", "any", "all"];
    let mut at = REDUCTIONS.iter().find_map(|f| e.applied(v, f))?;
    for _ in 0..4 {
        if let Some(base) = read_from(e, at, turn) {
            return Some(base);
        }
        at = e
            .applied(at, "astype")
            .or_else(|| e.made_by(at, Sym::COMPARE).or_else(|| e.made_by(at, Sym::OTHER_OP)).map(|o| o[0]))?;
    }
    None
}
