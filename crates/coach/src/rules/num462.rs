//! # NUM462 softmax-without-axis
//!
//! `mx.softmax` without `axis` goes over all elements.
//!
//! Why: the default of MLX is the whole array, not the last axis; with a batch the rows share one sum.
//! Evidence: run on MLX 0.32.4.
//! Bad: `mx.softmax(scores)` with a 2-d `scores`
//! Good: `mx.softmax(scores, axis=-1)`
//! Fix: unsafe; `axis=-1` is added.
//! How sure: certain when the rank is known to be more than one, likely otherwise; a row taken by a number of unknown rank is let pass.

use super::helpers::*;

rule!(num462, "NUM462", "softmax-without-axis", Warn, Certain, Unsafe, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if call.mlx() != Some("softmax") || call.has_stars() || call.args.len() != 1 || call.args[0].name.is_some() {
        return;
    }
    let Some(x) = call.operand(0) else { return };
    // `nn.softmax` has the last axis as default.
    if e.slice(call.expr.func.range()).starts_with("nn.") {
        return;
    }
    let rank = e.mlx_array(x).and_then(|a| a.rank);
    if rank.is_some_and(|r| r <= 1) {
        return;
    }
    let end = call.args[0].expr.range().end();
    out.report(&RULE, call.expr.range(), "`softmax` without `axis` goes over all elements of the array")
        .label("one sum for the whole array")
        .help("say `axis=-1`")
        .at_most(match rank {
            Some(_) => Sure::Certain,
            None if is_row(e, x) => Sure::Possible,
            None => Sure::Likely,
        })
        .fix_unsafe(vec![Edit::insert(end, ", axis=-1")]);
}

/// Whether a value is, but for arithmetic with it, what an index with a number took out of an array: often one row.
fn is_row(e: &Engine<'_>, mut v: V) -> bool {
    for _ in 0..4 {
        if let Some([_, index]) = e.made_by(v, Sym::ITEM) {
            let number = |v: &V| matches!(e.kind(*v), Kind::Int(_));
            return match e.kind(index) {
                Kind::Seq { items, .. } => items.iter().any(number),
                _ => number(&index),
            };
        }
        if !e.op(v).ends_with(".astype") && !matches!(e.value(v).op, Sym::MUL | Sym::DIV | Sym::ADD | Sym::SUB) {
            return false;
        }
        v = e.value(v).operands[0];
    }
    false
}
