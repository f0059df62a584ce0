//! # NUM462 softmax-without-axis
//!
//! `mx.softmax` without `axis` goes over all elements.
//!
//! Why: the default of MLX is the whole array, not the last axis; with a batch the rows share one sum.
//! Evidence: run on MLX 0.32.4.
//! Bad: `mx.softmax(scores)` with a 2-d `scores`
//! Good: `mx.softmax(scores, axis=-1)`
//! Fix: unsafe; `axis=-1` is added.
//! How sure: certain when the rank is known to be more than one, likely otherwise.

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
        .at_most(if rank.is_some() { Sure::Certain } else { Sure::Likely })
        .fix_unsafe(vec![Edit::insert(end, ", axis=-1")]);
}
