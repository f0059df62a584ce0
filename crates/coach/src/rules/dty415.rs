//! # DTY415 nonmx-dtype-argument
//!
//! A dtype of Python, NumPy or a string is given to MLX.
//!
//! Why: MLX takes its own `Dtype` only.
//! Evidence: run on MLX 0.32.4: `x.astype(float)`, `x.astype("float32")` and `dtype=np.float32` raise TypeError.
//! Bad: `x.astype(np.float32)`
//! Good: `x.astype(mx.float32)`
//! Fix: safe; the code raised before.
//! How sure: certain; the receiver is known to be an MLX array.

use super::helpers::*;

rule!(dty415, "DTY415", "nonmx-dtype-argument", Error, Certain, Safe, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let Some(name) = call.mlx() else { return };
    let arg = if name == "array.astype" {
        if call.receiver.and_then(|r| e.mlx_array(r)).is_none_or(|a| a.sure < Sure::Certain) {
            return;
        }
        call.argument("dtype", 0)
    } else if call.receiver.is_none() {
        call.keyword("dtype")
    } else {
        None
    };
    let Some(arg) = arg else { return };
    let wrong = match e.kind(arg.value) {
        Kind::Str(Some(s)) => Dt::from_name(s).map(Dt::name),
        Kind::Dtype(d) if ["numpy.", "torch.", "jax."].iter().any(|lib| e.op(arg.value).starts_with(lib)) => Some(d.name()),
        Kind::Lib(_) => match e.lib_name(arg.value) {
            Some("builtins.float") => Some("float32"),
            Some("builtins.int") => Some("int32"),
            Some("builtins.bool") => Some("bool_"),
            _ => None,
        },
        _ => None,
    };
    if let Some(dtype) = wrong {
        let finding = out.report(&RULE, arg.expr.range(), "MLX takes its own dtypes only; this raises");
        finding.label("not an `mx.Dtype`").help(format!("use `mx.{dtype}`"));
        if e.source.contains("import mlx.core as mx") {
            finding.fix_safe(vec![Edit::replace(arg.expr.range(), format!("mx.{dtype}"))]);
        }
    }
}
