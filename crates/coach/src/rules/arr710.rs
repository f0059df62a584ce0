//! # ARR710 array-in-shape-position
//!
//! An array is given where a shape needs host integers.
//!
//! Why: shapes are Python ints; `x.shape[0]` is one already and loses nothing. An array is read on the host at best, and raises at worst.
//! Evidence: run on MLX 0.32.4: `x.reshape(mx.array(3))` and a float array in a tuple raise (`std::bad_cast`, `TypeError`); an integer array in a tuple works, and waits for the device.
//! Bad: `mx.zeros((mx.array(3), 4))`
//! Good: `mx.zeros((3, 4))`
//! Fix: none.
//! How sure: certain; the value is known to be an array. An error where it raises, a warning where it waits.

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
        // MLX 0.32.3 and later take an integer array of no dimensions inside of a tuple, and one of one dimension as it is.
        let lenient = e.target >= Target(0, 32, 3) || e.target < Target(0, 32, 2);
        let (found, raises) = match e.kind(arg.value) {
            Kind::Array(a) => (Some(arg.value), !(lenient && a.rank == Some(1))),
            Kind::Seq { items, .. } => {
                let found = items.iter().copied().find(|i| e.mlx_array(*i).is_some());
                let float = found.and_then(|v| e.array(v)).and_then(|a| a.dtype.exact()).is_some_and(|d| d.is_float());
                (found, float || !lenient)
            }
            _ => (None, false),
        };
        if let Some(v) = found.filter(|v| e.mlx_array(*v).is_some_and(|a| a.sure == Sure::Certain)) {
            let finding = out.report(&RULE, arg.expr.range(), "a shape needs host integers; an array raises here");
            finding.label("an `mx.array`").help("use Python ints; `x.shape[i]` is one").because(e, v);
            if !raises || e.target < Target(0, 32, 2) {
                finding.severity(Severity::Warn).message = "a shape needs host integers; reading an array here waits for the device".to_owned();
            }
        }
    }
}
