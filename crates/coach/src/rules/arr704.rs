//! # ARR704 duplicate-index-update
//!
//! `a[idx] += v` with an array of indices counts a repeated index once.
//!
//! Why: it reads, adds and writes back; the last write wins.
//! Evidence: run on MLX 0.32.4; `a.at[idx].add(v)` counts each.
//! Bad: `counts[ids] += 1`
//! Good: `counts = counts.at[ids].add(1)`
//! Fix: unsafe; repeated indices now count, which changes values.
//! How sure: likely; indices that cannot repeat (slices, ints, arange) are let pass.

use super::helpers::*;

rule!(arr704, "ARR704", "duplicate-index-update", Warn, Likely, Unsafe, Default, [Store => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Store { target: Expr::Subscript(s), base, index, source: Some(source), aug: Some(Operator::Add | Operator::Sub), range, .. } = event
    else {
        return;
    };
    let Some(a) = e.mlx_array(*index) else { return };
    let unique = ["arange", "argsort", "permutation", "argpartition", "nonzero"].iter().any(|f| e.op(*index).ends_with(f));
    if e.mlx_array(*base).is_none() || a.rank == Some(0) || a.dtype.exact() == Some(Dt::Bool) || unique || !a.dtype.is_int() && a.dtype != DtypeFact::Unknown {
        return;
    }
    if e.op(*index) == "mlx.core.array" {
        // A constant list without repeats.
        let text = e.slice(e.range_of(*index));
        let mut items: Vec<&str> = text.trim_start_matches(|c| c != '[').trim_matches(['[', ']', ')', '(']).split(',').map(str::trim).collect();
        let n = items.len();
        items.sort_unstable();
        items.dedup();
        if items.len() == n {
            return;
        }
    }
    let base_text = e.slice(s.value.range());
    out.report(&RULE, *range, "an index that occurs twice is counted once")
        .label("the last write wins")
        .help(format!("use `{base_text} = {base_text}.at[...].add(...)`"))
        .because(e, *index)
        .fix_unsafe(vec![Edit::replace(
            *range,
            format!(
                "{base_text} = {base_text}.at[{}].{}({})",
                e.slice(s.slice.range()),
                if e.slice(*range).contains("-=") { "subtract" } else { "add" },
                e.slice(source.range())
            ),
        )]);
}
