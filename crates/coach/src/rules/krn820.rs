//! # KRN820 nested-output-shapes
//!
//! `output_shapes` holds a tuple around a shape.
//!
//! Why: a list of shapes is wanted; `(shape,)` is a tuple that holds a tuple.
//! Evidence: run on MLX 0.32.4: TypeError; the guide teaches this form.
//! Bad: `output_shapes=[(x.shape,)]`
//! Good: `output_shapes=[x.shape]`
//! Fix: safe; the code raised before.
//! How sure: certain when the inner value is a shape or tuple; `(n,)` with an int is right.

use super::helpers::*;

rule!(krn820, "KRN820", "nested-output-shapes", Error, Certain, Safe, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if !matches!(e.kind(call.callee), Kind::Kernel(_)) {
        return;
    }
    let Some(arg) = call.keyword("output_shapes") else { return };
    let (Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. })) = arg.expr else { return };
    let Kind::Seq { items, .. } = e.kind(arg.value) else { return };
    for (elt, item) in elts.iter().zip(items.iter()) {
        let Kind::Seq { items: inner, .. } = e.kind(*item) else { continue };
        let [only] = inner[..] else { continue };
        // A bare name that nothing defines, as in the guide: `(shape,)`.
        let named_shape = matches!(e.kind(only), Kind::Unknown | Kind::Method(..)) && matches!(elt, Expr::Tuple(t) if e.slice(t.elts[0].range()).ends_with("shape"));
        if matches!(e.kind(only), Kind::Shape(_) | Kind::Seq { .. }) || named_shape {
            let finding = out.report(&RULE, elt.range(), "a shape inside a tuple; this raises");
            finding.label("one level too deep").help("pass the shape itself");
            if let Expr::Tuple(t) = elt {
                finding.fix_safe(vec![Edit::replace(elt.range(), e.slice(t.elts[0].range()))]);
            }
            if named_shape {
                finding.at_most(Sure::Likely);
            }
        }
    }
}
