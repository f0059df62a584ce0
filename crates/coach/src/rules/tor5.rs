//! # TOR5 accumulating-loss-keeps-graph
//!
//! A torch loss is added up over a loop with its graph.
//!
//! Why: every step's graph stays alive until the sum is dropped.
//! Evidence: PyTorch's FAQ on memory.
//! Bad: `total += loss` after `loss.backward()`
//! Good: `total += loss.detach()` or `loss.item()`
//! Fix: unsafe; `.detach()` is added.
//! How sure: certain where `backward` is called on it in the same loop.

use super::helpers::*;

rule!(tor5, "TOR5", "accumulating-loss-keeps-graph", Warn, Certain, Unsafe, Default, [Store => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Store { source: Some(source @ Expr::Name(name)), aug: Some(Operator::Add), range, .. } = event else { return };
    let Some(l) = e.loops().last() else { return };
    let body = e.slice(l.range);
    if e.imports.iter().any(|i| i == "torch" || i.starts_with("torch.")) && body.contains(&format!("{}.backward()", name.id)) {
        out.report(&RULE, *range, format!("`{}` is added up with its graph", name.id))
            .label("keeps every step's graph alive")
            .help("add `loss.detach()` or `loss.item()`")
            .fix_unsafe(vec![Edit::insert(source.range().end(), ".detach()")]);
    }
}
