//! # KRN810 partial-write-without-init
//!
//! A kernel accumulates into an output that is not initialised.
//!
//! Why: outputs are uninitialised memory; an atomic add starts from garbage.
//! Evidence: MLX fills outputs only with `init_value`; mlx#1352, #3549.
//! Bad: `atomic_fetch_add_explicit(&out[i], v, memory_order_relaxed);` and no `init_value`
//! Good: `init_value=0` at the call.
//! Fix: none.
//! How sure: likely; the source is a constant.

use super::helpers::*;

rule!(krn810, "KRN810", "partial-write-without-init", Warn, Likely, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let Kind::Kernel(id) = e.kind(call.callee) else { return };
    let kernel = e.kernel(*id);
    let (Some(source), Some(outputs)) = (&kernel.source, &kernel.outputs) else { return };
    if call.keyword("init_value").is_some() || call.has_stars() {
        return;
    }
    let adds = outputs.iter().any(|o| {
        ["atomic_fetch_add_explicit(&", "atomic_fetch_or_explicit(&", "atomic_fetch_max_explicit(&"]
            .iter()
            .any(|f| source.contains(&format!("{f}{o}[")))
    });
    if adds && !source.contains("atomic_store") {
        out.report(&RULE, call.expr.range(), "the kernel adds to an output that nothing initialises")
            .label("starts from garbage")
            .related(kernel.call.range(), "the kernel")
            .help("pass `init_value=0`");
    }
}
