//! # CMP309 print-only-at-trace
//!
//! A compiled function prints, logs or reads the clock.
//!
//! Why: Python runs only while the function is traced, so the line speaks once and is silent afterwards.
//! Evidence: run on MLX 0.32.4: a `print("traced")` in a compiled function prints once for two calls.
//! Bad: `print("step")` or `time.time()` under `@mx.compile`
//! Good: print outside, around the call; return what should be shown.
//! Fix: none.
//! How sure: certain; printing an array there raises and is SYN103.

use super::helpers::*;

rule!(cmp309, "CMP309", "print-only-at-trace", Info, Certain, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let speaks = matches!(call.name, "builtins.print" | "time.time" | "time.perf_counter" | "time.monotonic")
        || (call.name.starts_with("logging.") && matches!(call.last, "debug" | "info" | "warning" | "error" | "log"));
    if !speaks || call.args.iter().any(|a| e.mlx_array(a.value).is_some()) {
        return;
    }
    if call.args.iter().any(|a| a.expr.is_f_string_expr() && e.slice(a.expr.range()).contains('{')) {
        return; // What it formats may be an array: SYN103 sees that.
    }
    let Some(applied) = e.under(e.current_id(), &[Transform::Compile]) else { return };
    out.report(&RULE, call.expr.range(), format!("`{}` runs only while the compiled function is traced", call.last))
        .label("once, not once per call")
        .related(applied.range, "compiled here")
        .help("move it to the caller");
}
