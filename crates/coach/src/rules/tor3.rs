//! # TOR3 data-dependent-branch-in-torch-compile
//!
//! A function under `torch.compile` branches on a tensor.
//!
//! Why: the branch needs a value; the graph breaks there.
//! Evidence: PyTorch's page on graph breaks.
//! Bad: `if x.sum() > 0:` under `@torch.compile`
//! Good: `torch.where(...)` or `torch.cond`.
//! Fix: none.
//! How sure: certain; only values known to be torch tensors.

use super::helpers::*;

rule!(tor3, "TOR3", "data-dependent-branch-in-torch-compile", Warn, Certain, None, Default, [Truth => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Truth { expr, value, .. } = event else { return };
    if e.array(*value).is_none_or(|a| a.lib != Lib::Torch) || e.value(*value).maybe_none {
        return;
    }
    let Some(applied) = e.under(e.current_id(), &[Transform::TorchCompile]) else { return };
    out.report(&RULE, expr.range(), "a branch on a tensor breaks the graph of `torch.compile`")
        .label("needs a value")
        .related(applied.range, "compiled here")
        .help("use `torch.where` or `torch.cond`")
        .because(e, *value);
}
