//! # TOR10 create-then-move-in-loop
//!
//! In a loop a tensor is made on the CPU and then moved to the device.
//!
//! Why: an allocation and a copy per turn, and the copy waits; `device=` makes it in place.
//! Evidence: torch's performance guide: create tensors directly on the target device; not run here, it needs a GPU.
//! Bad: `torch.zeros(n).to(device)` in a loop
//! Good: `torch.zeros(n, device=device)`
//! Fix: none.
//! How sure: likely; outside of loops and of `forward` it is let pass.

use super::helpers::*;

rule!(tor10, "TOR10", "create-then-move-in-loop", Warn, Likely, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let moved = match call.last {
        "cuda" => true,
        "to" => call.args.first().is_some_and(|a| {
            let text = e.slice(a.expr.range());
            a.name == Some("device") || text.contains("device") || text.contains("cuda") || text.contains("mps")
        }),
        _ => false,
    };
    let Some(made) = call.receiver.filter(|_| moved) else { return };
    let Some(function) = e.op(made).strip_prefix("torch.") else { return };
    let creates = matches!(function, "zeros" | "ones" | "full" | "empty" | "eye" | "arange" | "linspace" | "rand" | "randn" | "randint" | "tensor");
    let hot = !e.loops().is_empty() || e.current().is_some_and(|f| f.code.name() == "forward" && f.class.is_some());
    if creates && hot && !is_test(e) {
        out.report(&RULE, call.expr.range(), format!("`torch.{function}` is made on the CPU and copied over, time after time"))
            .label("a copy that waits")
            .help(format!("make it there: `torch.{function}(..., device=...)`"));
    }
}
