//! # ARR702 alias-then-inplace
//!
//! Two names hold one array and one of them is changed in place.
//!
//! Why: `b = a` makes no copy; `b += 1` changes `a` too.
//! Evidence: run on MLX 0.32.4.
//! Bad: `b = a` and then `b += 1`
//! Good: `b = a + 1`
//! Fix: unsafe; the statement is written out.
//! How sure: certain that both names hold the same array.

use super::helpers::*;

rule!(arr702, "ARR702", "alias-then-inplace", Warn, Certain, Unsafe, Default, [Store => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Store { target, old, source: Some(source), aug: Some(op), range, .. } = event else { return };
    let Expr::Name(name) = target else { return };
    if e.mlx_array(*old).is_none() {
        return;
    }
    let Some(other) = e.other_name_of(*old, name.id.as_str()) else { return };
    // In a function only what reads the other name afterwards can see it.
    let end = e.current().map_or(e.source.len(), |f| usize::from(f.code.range().end()));
    let after = e.source.get(usize::from(range.end())..end).unwrap_or("");
    if e.current().is_some() && !has_word(after, other) && e.loops().is_empty() {
        return;
    }
    let sign = op.as_str();
    out.report(&RULE, *range, format!("`{other}` is the same array as `{}` and changes with it", name.id))
        .label("in place")
        .help(format!("make a new array: `{0} = {0} {sign} ...`", name.id))
        .because(e, *old)
        .fix_unsafe(vec![Edit::replace(*range, format!("{0} = {0} {sign} {1}", name.id, wrapped(e, source)))]);
}
