//! # ARR703 slice-is-not-a-view
//!
//! A slice is changed in place and the array that it was cut from is used afterwards.
//!
//! Why: a slice of an MLX array is a copy as far as anyone can tell; the original does not change.
//! Evidence: run on MLX 0.32.4: `b = a[:2]; b[0] = 9` leaves `a` as it was.
//! Bad: `row = table[0]`, `row[1] = 5`, `return table`
//! Good: `table[0, 1] = 5`
//! Fix: none.
//! How sure: likely; only where the original is read later and the slice is not.

use super::helpers::*;

rule!(arr703, "ARR703", "slice-is-not-a-view", Warn, Likely, None, Default, [Store => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Store { target, base, range, old, aug, .. } = event else { return };
    // `b[0] = 9`, or `b += 1`, with `b = a[...]`.
    let (part, name) = match target {
        Expr::Subscript(s) => match s.value.as_ref() {
            Expr::Name(n) => (*base, n.id.as_str()),
            _ => return,
        },
        Expr::Name(n) if aug.is_some() => (*old, n.id.as_str()),
        _ => return,
    };
    if e.mlx_array(part).is_none() || e.value(part).op != Sym::ITEM {
        return;
    }
    let whole = e.value(part).operands[0];
    let Some(original) = e.mlx_array(whole).and_then(|_| e.other_name_of(whole, name)) else { return };
    let end = e.current().map_or(e.source.len(), |f| usize::from(f.code.range().end()));
    let after = e.source.get(usize::from(range.end())..end).unwrap_or("");
    if has_word(after, original) && !has_word(after, name) {
        out.report(&RULE, *range, format!("`{name}` is a copy: `{original}` does not change"))
            .label("changes the slice only")
            .related(e.range_of(part), "cut here")
            .help(format!("store into `{original}[...]`"))
            .because(e, part);
    }
}
