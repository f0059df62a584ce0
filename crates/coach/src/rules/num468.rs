//! # NUM468 arccos-unclamped
//!
//! `arccos` or `arcsin` is applied to a computed value that nothing holds inside [-1, 1].
//!
//! Why: rounding lifts a cosine to 1.0000001, whose arccos is NaN; at 1 itself the gradient is infinite.
//! Evidence: run on MLX 0.32.4: `mx.arccos(mx.array(1.0000001))` is NaN, the gradient at 1 is -inf.
//! Bad: `mx.arccos(mx.sum(a * b, axis=-1))`
//! Good: `mx.arccos(mx.clip(c, -1 + 1e-6, 1 - 1e-6))`
//! Fix: none.
//! How sure: likely for sums, means and quotients; anything else is possible.

use super::helpers::*;

rule!(num468, "NUM468", "arccos-unclamped", Warn, Possible, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if !["arccos", "arcsin", "acos", "asin"].iter().any(|f| is_function(call.name, f)) {
        return;
    }
    let Some(v) = call.operand(0).filter(|v| e.array(*v).is_some()) else { return };
    if ["clip", "clamp", "minimum", "maximum", "tanh", "sin", "cos", "linspace", "where", "array"].iter().any(|f| e.applied(v, f).is_some() || e.op(v).ends_with(&format!(".{f}"))) {
        return;
    }
    let rounded = ["sum", "mean", "matmul", "einsum", "inner"].iter().any(|f| e.applied(v, f).is_some() || e.op(v).ends_with(&format!(".{f}")))
        || matches!(e.value(v).op, Sym::DIV | Sym::MATMUL);
    let finding = out.report(&RULE, call.expr.range(), format!("`{}` of a value that rounding may put outside of [-1, 1] is NaN", call.last));
    finding.label("not held inside [-1, 1]").help("clip it first: `mx.clip(c, -1 + 1e-6, 1 - 1e-6)`").because(e, v);
    finding.sure = if rounded { Sure::Likely } else { Sure::Possible };
}
