//! # TOR2 print-in-torch-compile
//!
//! A function under `torch.compile` prints or logs.
//!
//! Why: the compiler cannot put a print into the graph: it breaks the graph in two, on every call.
//! Evidence: torch's guide to graph breaks names print and logging; not run here.
//! Bad: `print(x.shape)` under `@torch.compile`
//! Good: print in the caller.
//! Fix: none.
//! How sure: likely; newer versions can be told to ignore logging functions.

use super::helpers::*;

rule!(tor2, "TOR2", "print-in-torch-compile", Warn, Likely, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let log = matches!(call.last, "debug" | "info" | "warning" | "error" | "exception");
    let logger = call.name.starts_with("logging.") || call.receiver.is_some_and(|r| e.op(r) == "logging.getLogger");
    if call.name != "builtins.print" && !(log && logger) {
        return;
    }
    let Some(applied) = e.under(e.current_id(), &[Transform::TorchCompile]) else { return };
    out.report(&RULE, call.expr.range(), format!("`{}` breaks the graph of `torch.compile`", call.last))
        .label("a graph break per call")
        .related(applied.range, "compiled here")
        .help("move it to the caller");
}
