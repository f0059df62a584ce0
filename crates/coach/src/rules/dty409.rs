//! # DTY409 arange-or-positions-in-half
//!
//! `mx.arange` counts in a half dtype.
//!
//! Why: float16 holds integers up to 2048, bfloat16 up to 256; above that positions repeat.
//! Evidence: run on MLX 0.32.4; transformers#29285.
//! Bad: `mx.arange(4096, dtype=mx.float16)`
//! Good: count in int32 or float32 and cast the product.
//! Fix: none.
//! How sure: certain unless the end is a constant that fits.

use super::helpers::*;

rule!(dty409, "DTY409", "arange-or-positions-in-half", Warn, Certain, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let cast = call.mlx() == Some("array.astype") && call.receiver.is_some_and(|r| e.op(r) == "mlx.core.arange");
    if call.mlx() != Some("arange") && !cast {
        return;
    }
    let limit = match e.array(call.result).and_then(|a| a.dtype.exact()) {
        Some(Dt::F16) => 2048.0,
        Some(Dt::BF16) => 256.0,
        // `dtype=x.dtype` in a model: half as a rule.
        None if in_module(e) && !cast && !call.args.iter().all(|a| a.name.is_some() || a.expr.is_attribute_expr()) && call.keyword("dtype").is_some_and(|a| of_parameter(e, a.value)) => 256.0,
        _ => return,
    };
    let bounds: Vec<Option<f64>> = if cast {
        call.receiver.map(|r| e.value(r).operands.iter().filter(|o| **o > V::NONE).map(|o| e.kind(*o).constant()).collect()).unwrap_or_default()
    } else {
        call.args.iter().filter(|a| a.name.is_none() && !matches!(e.kind(a.value), Kind::Dtype(_))).map(|a| e.kind(a.value).constant()).collect()
    };
    if !bounds.is_empty() && bounds.iter().all(|b| b.is_some_and(|b| b.abs() <= limit + 1.0)) {
        return;
    }
    let proven = bounds.iter().any(|b| b.is_some_and(|b| b.abs() > limit + 1.0));
    out.report(&RULE, call.expr.range(), format!("positions above {limit} repeat in this dtype"))
        .label("counts in half precision")
        .help("count in int32 or float32, and cast the product")
        .at_most(if proven { Sure::Certain } else { Sure::Likely });
}

/// The dtype of a parameter: what a model is called with.
fn of_parameter(e: &Engine<'_>, v: V) -> bool {
    matches!(*e.kind(v), Kind::DtypeOf(array) if e.value(array).op == Sym::PARAMETER)
}
