//! # SYN107 numpy-ufunc-on-array
//!
//! A NumPy function is applied to an MLX array.
//!
//! Why: the array is evaluated and copied, and the result is a NumPy array: the graph ends here.
//! Evidence: run on MLX 0.32.4: `np.exp(x)` returns `numpy.ndarray`, `np.sum(x)` raises TypeError, bfloat16 raises ValueError.
//! Bad: `y = np.exp(x)`
//! Good: `y = mx.exp(x)`
//! Fix: unsafe; the function of the same name in `mx` is put in its place, and the result is an `mx.array`.
//! How sure: certain; `np.array` and `np.asarray`, which say that NumPy is meant, are let pass.

use super::helpers::*;

rule!(syn107, "SYN107", "numpy-ufunc-on-array", Warn, Certain, Unsafe, Default, [Call => check]);

const SAME: [&str; 30] = [
    "exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "abs", "square", "floor", "ceil", "sign", "log2", "log10", "log1p", "expm1",
    "sum", "mean", "max", "min", "prod", "maximum", "minimum", "where", "clip", "argmax", "argmin", "cumsum", "stack", "concatenate",
];

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let Some(name) = call.name.strip_prefix("numpy.").filter(|n| SAME.contains(n)) else { return };
    let Some(value) = call.args.iter().filter(|a| a.name.is_none()).map(|a| a.value).find(|v| {
        e.mlx_array(*v).is_some_and(|a| a.sure == Sure::Certain)
            || matches!(e.kind(*v), Kind::Seq { items, .. } if items.iter().any(|i| e.mlx_array(*i).is_some()))
    }) else {
        return;
    };
    // One argument: the indices of what is true, for which MLX has no function.
    if is_test(e) || (name == "where" && call.args.len() == 1) {
        return;
    }
    let finding = out.report(&RULE, call.expr.range(), format!("`np.{name}` of an MLX array leaves MLX"));
    finding.label("evaluates, copies, and returns a NumPy array").help(format!("use `mx.{name}`")).because(e, value);
    finding.sure = Sure::Certain;
    if e.source.contains("import mlx.core as mx") {
        finding.fix_unsafe(vec![Edit::replace(call.expr.func.range(), format!("mx.{name}"))]);
    }
}
