//! # SYN101 element-read-in-loop
//!
//! An array is read on the host one element at a time.
//!
//! Why: each `.item()` evaluates, waits for the device and copies one number.
//! Evidence: run on MLX 0.32.4: `[v.item() for v in a]` of 5,000 elements takes 627 times as long as `a.tolist()`.
//! Bad: `ids = [t.item() for t in tokens]`
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
    }
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
