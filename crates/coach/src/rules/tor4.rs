//! # TOR4 metric-sync-per-step
//!
//! The loss is read on the host in every step of a training loop.
//!
//! Why: `.item()` waits for the device; the next step is submitted late.
//! Evidence: torch's performance guide asks to avoid such synchronisation; not run here, it needs a GPU.
//! Bad: `running += loss.item()` in every step
//! Good: `running += loss.detach()` and one `.item()` per log line.
//! Fix: none.
//! How sure: possible; with long steps the wait is hidden. Reads under an `if` in the loop are let pass.

use super::helpers::*;

rule!(tor4, "TOR4", "metric-sync-per-step", Info, Possible, None, Strict, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let Some(turn) = e.loops().last() else { return };
    if call.last != "item" || call.receiver.is_none() || !e.imports.iter().any(|i| i == "torch" || i.starts_with("torch.")) {
        return;
    }
    let body = e.slice(turn.range);
    if !body.contains(".backward()") || under_if(e, turn.range, call.expr.range()) {
        return;
    }
    out.report(&RULE, call.expr.range(), "the device is waited for in every step")
        .label("one wait per step")
        .related(turn.head, "the loop")
        .help("add up `loss.detach()` and read it when it is logged");
}

/// Whether a line of the loop before this place, indented less than it, is an `if`.
fn under_if(e: &Engine<'_>, body: TextRange, at: TextRange) -> bool {
    let text = e.slice(TextRange::new(body.start(), at.start()));
    let mut indent = text.lines().last().map_or(0, |l| l.len() - l.trim_start().len());
    text.lines().rev().skip(1).filter(|l| !l.trim().is_empty()).any(|l| {
        let own = l.len() - l.trim_start().len();
        let outer = own < indent;
        indent = indent.min(own);
        outer && l.trim_start().starts_with("if ")
    })
}
