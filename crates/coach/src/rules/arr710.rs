//! # ARR710 array-in-shape-position
//!
//! An array is given where a shape needs host integers.
//!
//! Why: shapes are Python ints; `x.shape[0]` is one already and loses nothing.
//! Evidence: run on MLX 0.32.4: `x.reshape(mx.array(3))` raises `RuntimeError: std::bad_cast`.
//! Bad: `mx.zeros((mx.array(3), 4))`
//! Good: `mx.zeros((3, 4))`
//! Fix: none.
//! How sure: certain; the value is known to be an array.

use super::helpers::*;

rule!(arr710, "ARR710", "array-in-shape-position", Error, Certain, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let skip = match call.mlx() {
        Some("reshape" | "broadcast_to") => usize::from(call.receiver.is_none()),
        Some("zeros" | "ones" | "random.normal") => 0,
        _ => return,
    };
    for arg in call.args.iter().skip(skip).filter(|a| a.name.is_none_or(|n| n == "shape")) {
        let found = match e.kind(arg.value) {
            Kind::Array(_) => Some(arg.value),
            Kind::Seq { items, .. } => items.iter().copied().find(|i| e.mlx_array(*i).is_some()),
            _ => None,
        };
        if let Some(v) = found.filter(|v| e.mlx_array(*v).is_some_and(|a| a.sure == Sure::Certain)) {
            let finding = out.report(&RULE, arg.expr.range(), "a shape needs host integers; an array raises here");
            finding.label("an `mx.array`").help("use Python ints; `x.shape[i]` is one").because(e, v);
            if e.target < Target(0, 32, 2) {
                // Older versions read the array on the host instead.
                finding.severity(Severity::Warn).message = "a shape needs host integers; reading an array here waits for the device".to_owned();
            }
        }
    }
}
