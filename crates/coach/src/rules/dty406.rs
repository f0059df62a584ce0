//! # DTY406 true-division-where-int-needed
//!
//! `/` gives a float where a shape or an index needs an int.
//!
//! Why: in Python 3 `4 / 2` is `2.0`; MLX takes ints only.
//! Evidence: run on MLX 0.32.4: `RuntimeError: std::bad_cast`, and "Indices must be integral".
//! Bad: `x.reshape(B, L / 2)`, `x[: L / 2]`
//! Good: `x.reshape(B, L // 2)`
//! Fix: safe; `//` in its place, the code raised before.
//! How sure: certain; one operand is a known int and neither is an array.

use super::helpers::*;

rule!(dty406, "DTY406", "true-division-where-int-needed", Error, Certain, Safe, Default, [Call => call, Index => index]);

fn offending<'x, 'a>(e: &Engine<'a>, expr: &'x Expr, v: V) -> Option<&'x Expr> {
    if let (Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }), Kind::Seq { items, .. }) = (expr, e.kind(v)) {
        return elts.iter().zip(items.iter()).find_map(|(x, v)| offending(e, x, *v));
    }
    if let (Expr::Slice(s), Some(bounds)) = (expr, e.made_by(v, Sym::SLICE)) {
        return [&s.lower, &s.upper].into_iter().zip(bounds).find_map(|(x, v)| offending(e, x.as_deref()?, v));
    }
    let [l, r] = e.made_by(v, Sym::DIV)?;
    // True division of numbers never gives an int, whatever the other operand is.
    let int = |v: V| matches!(e.kind(v), Kind::Int(_));
    let number = |v: V| int(v) || *e.kind(v) == Kind::Unknown;
    let floats = (int(l) || int(r)) && number(l) && number(r) && !is_array(e, v);
    (floats && matches!(expr, Expr::BinOp(_) | Expr::Name(_))).then_some(expr)
}

fn report(e: &Engine<'_>, out: &mut Sink, expr: &Expr) {
    let finding = out.report(&RULE, expr.range(), "`/` gives a float where an int is needed, which raises");
    finding.label("a Python float").help("use `//`");
    if let Expr::BinOp(b) = expr {
        let text = e.slice(TextRange::new(b.left.range().end(), b.right.range().start()));
        if text.matches('/').count() == 1 {
            let at = b.left.range().end() + ruff_text_size::TextSize::try_from(text.find('/').unwrap_or(0)).unwrap_or_default();
            finding.fix_safe(vec![Edit::insert(at, "/")]);
        }
    }
}

fn call(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let Some(name) = call.mlx() else { return };
    let args = match name {
        "reshape" if call.receiver.is_none() => call.args.get(1..).unwrap_or(&[]),
        "reshape" => call.args,
        "zeros" | "ones" | "full" | "random.normal" => call.args.get(..1).unwrap_or(&[]),
        "broadcast_to" | "split" | "repeat" => call.args.get(call.args.len().min(usize::from(call.receiver.is_none()))..).unwrap_or(&[]),
        _ => return,
    };
    for a in args.iter().filter(|a| a.name.is_none()) {
        if let Some(expr) = offending(e, a.expr, a.value) {
            report(e, out, expr);
        }
    }
}

fn index(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Index { expr, base, index } = event else { return };
    if e.mlx_array(*base).is_some()
        && let Some(found) = offending(e, &expr.slice, *index)
    {
        report(e, out, found);
    }
}
