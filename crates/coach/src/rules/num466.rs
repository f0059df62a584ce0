//! # NUM466 float-equality
//!
//! Computed floats are compared with `==` or `!=`.
//!
//! Why: rounding decides; two ways to the same number differ in the last bits.
//! Evidence: ten additions of 0.1 in float32 give 1.0000001. Rules of this kind that fire on `x == 0.0` were switched off by their users (RUF069).
//! Bad: `mx.exp(a) == mx.exp(b)`, `y == 0.3`
//! Good: `mx.isclose(a, b)`, `mx.abs(a - b) < 1e-6`
//! Fix: none.
//! How sure: possible; whole numbers, infinities and comparisons of ints are let pass.

use super::helpers::*;

rule!(num466, "NUM466", "float-equality", Info, Possible, None, Strict, [Compare => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Compare { expr, op: ast::CmpOp::Eq | ast::CmpOp::NotEq, l, r, .. } = event else { return };
    let float = |v: V| e.mlx_array(v).is_some_and(|a| a.dtype == DtypeFact::AnyFloat || a.dtype.exact().is_some_and(Dt::is_float));
    let odd = |v: V| e.kind(v).constant().is_some_and(|c| c.is_finite() && c.fract() != 0.0);
    let computed = |v: V| float(v) && e.value(v).op != Sym::PARAMETER && !rounded(e, v);
    if (computed(*l) && (odd(*r) || computed(*r))) || (odd(*l) && computed(*r)) {
        out.report(&RULE, expr.range(), "computed floats are compared for equality")
            .label("rounding decides")
            .help("compare with a tolerance: `mx.isclose(a, b)`")
            .because(e, if computed(*l) { *l } else { *r });
    }
}

/// Values that are whole or chosen from others: equality of these is exact.
fn rounded(e: &Engine<'_>, v: V) -> bool {
    ["round", "floor", "ceil", "sign", "max", "min", "maximum", "minimum", "clip", "abs", "zeros", "ones", "array", "sort", "topk"]
        .iter()
        .any(|f| e.applied(v, f).is_some())
        || matches!(e.op(v).rsplit('.').next(), Some("zeros" | "ones" | "array" | "full"))
        || matches!(e.value(v).op, Sym::ITEM | Sym::FLOORDIV)
}
