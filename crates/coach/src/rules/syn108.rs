//! # SYN108 math-fn-on-array
//!
//! A function of `math` is applied to an MLX array.
//!
//! Why: it evaluates the array, waits, and gives a Python float that the gradient does not see.
//! Evidence: run on MLX 0.32.4: `math.sqrt(mx.array(2.0))` returns `float` after a wait.
//! Bad: `math.sqrt(v)` with `v` an array
//! Good: `mx.sqrt(v)`; `math.sqrt(x.shape[-1])` is right, shapes are Python ints.
//! Fix: unsafe; `mx` in place of `math`.
//! How sure: certain; only values known to be arrays.

use super::helpers::*;

rule!(syn108, "SYN108", "math-fn-on-array", Warn, Certain, Unsafe, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let Some(name) = call.name.strip_prefix("math.") else { return };
    let Some(arg) = call.args.iter().find(|a| e.mlx_array(a.value).is_some()) else { return };
    let finding = out.report(&RULE, call.expr.range(), format!("`math.{name}` of an array waits for the device and gives a Python float"));
    finding.label("leaves MLX").because(e, arg.value);
    if crate::engine::mlx_row(name).is_some() {
        finding.help(format!("use `mx.{name}`"));
        if e.source.contains("import mlx.core as mx") {
            finding.fix_unsafe(vec![Edit::replace(call.expr.func.range(), format!("mx.{name}"))]);
        }
    }
}
