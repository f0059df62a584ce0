//! # TOR1 sync-in-torch-compile
//!
//! A function under `torch.compile` reads a tensor on the host.
//!
//! Why: it breaks the graph in two, at every call.
//! Evidence: pytorch#158642, #130917.
//! Bad: `@torch.compile` over a function with `x.sum().item()`
//! Good: keep it a tensor.
//! Fix: none.
//! How sure: certain; only values known to be torch tensors.

use super::helpers::*;

rule!(tor1, "TOR1", "sync-in-torch-compile", Warn, Certain, None, Default, [Call => call]);

fn call(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let cast = matches!(call.name, "builtins.int" | "builtins.float" | "builtins.bool");
    let read = if cast { call.operand(0) } else { call.receiver.filter(|_| matches!(call.last, "item" | "tolist" | "numpy" | "cpu")) };
    let Some(receiver) = read else { return };
    if e.array(receiver).is_none_or(|a| a.lib != Lib::Torch) {
        return;
    }
    let Some(applied) = e.under(e.current_id(), &[Transform::TorchCompile]) else { return };
    out.report(&RULE, call.expr.range(), format!("`{}{}()` breaks the graph of `torch.compile`", if cast { "" } else { "." }, call.last))
        .label("a graph break per call")
        .related(applied.range, "compiled here")
        .help("keep it a tensor")
        .because(e, receiver);
}
