//! # NUM451 log1p
//!
//! `log(1 + x)` loses small `x`.
//!
//! Why: `1 + x` rounds; below the rounding unit the logarithm is 0.
//! Evidence: run on MLX 0.32.4: `mx.log(1 + 1e-9)` is 0, `mx.log1p(1e-9)` is 1e-9.
//! Bad: `mx.log(1 + x)`
//! Good: `mx.log1p(x)`
//! Fix: unsafe; last bits change, for the better.
//! How sure: certain; integers and counts are let pass.

use super::helpers::*;

rule!(num451, "NUM451", "log1p", Warn, Certain, Unsafe, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if !is_function(call.name, "log") {
        return;
    }
    let Some(x) = call.operand(0).and_then(|v| one_plus(e, v)).filter(|x| is_array(e, *x)) else { return };
    if e.applied(x, "exp").is_some() || e.array(x).is_some_and(|a| a.dtype.is_int()) {
        return;
    }
    if e.op(call.result).starts_with("numpy.") || counts(e, x, 0) {
        return;
    }
    let finding = out.report(&RULE, call.expr.range(), "`log(1 + x)` is 0 for small `x`");
    finding.label("`1 + x` has lost the digits").help("use `log1p`").because(e, x);
    if call.receiver.is_none()
        && let Some(Expr::BinOp(b)) = call.positional(0).map(|a| a.expr)
    {
        let inner = if e.slice(b.left.range()).parse::<f64>() == Ok(1.0) { &b.right } else { &b.left };
        finding.fix_unsafe(vec![Edit::replace(call.expr.range(), format!("{}.log1p({})", home(e, call.expr), e.slice(inner.range())))]);
    }
}

/// Whether a value is made from positions or counts, which are 0 or at least 1.
fn counts(e: &Engine<'_>, v: V, depth: u32) -> bool {
    if depth > 5 || v <= V::NONE {
        return false;
    }
    let op = e.op(v);
    ["mlx.core.arange", "mlx.core.floor", "torch.arange", "torch.floor"].contains(&op)
        || e.value(v).operands.iter().filter(|o| **o < v).any(|o| counts(e, *o, depth + 1))
}
