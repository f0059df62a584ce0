//! # ARR711 compare-int-with-array-in-python-control
//!
//! A Python int is compared with an array made of a constant.
//!
//! Why: it builds a graph, evaluates it and waits, to compare two numbers that the host knows.
//! Evidence: run on MLX 0.32.4; a by-product of the guide's advice.
//! Bad: `if len(x.shape) == mx.array(2):`
//! Good: `if x.ndim == 2:`
//! Fix: safe as the test of a statement; unsafe elsewhere, where the result would be a bool instead of an array.
//! How sure: certain; both sides are known.

use super::helpers::*;

rule!(arr711, "ARR711", "compare-int-with-array-in-python-control", Warn, Certain, Safe, Default, [Compare => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Compare { expr, right, l, r, .. } = event else { return };
    let number = |v: V| {
        (e.op(v) == "mlx.core.array").then(|| e.value(v).operands[0]).filter(|n| matches!(e.kind(*n), Kind::Int(_)))
    };
    if !matches!(e.kind(*l), Kind::Int(_)) {
        return;
    }
    if number(*r).is_some() {
        let finding = out.report(&RULE, right.range(), "two numbers that the host knows are compared on the device");
        finding.label("a hidden wait").help("compare with the number itself").because(e, *r);
        if right.is_call_expr()
            && let Some(text) = first_argument(e, *r)
        {
            let edits = vec![Edit::replace(right.range(), text)];
            // Elsewhere the result would be a bool instead of an array.
            if is_test_of_a_statement(e, expr) { finding.fix_safe(edits) } else { finding.fix_unsafe(edits) };
        }
    }
}

/// Whether a comparison is the whole test of an `if`, `elif`, `while` or `assert` that begins its line.
fn is_test_of_a_statement(e: &Engine<'_>, expr: &ast::ExprCompare) -> bool {
    let before = &e.source[..usize::from(expr.range.start())];
    let line = before.rsplit('\n').next().unwrap_or("").trim();
    matches!(line, "if" | "elif" | "while" | "assert")
}
