//! # ARR711 compare-int-with-array-in-python-control
//!
//! A Python int is compared with an array made of a constant.
//!
//! Why: it builds a graph, evaluates it and waits, to compare two numbers that the host knows.
//! Evidence: run on MLX 0.32.4; a by-product of the guide's advice.
//! Bad: `if len(x.shape) == mx.array(2):`
//! Good: `if x.ndim == 2:`
//! Fix: safe; the number is put in place of the array.
//! How sure: certain; both sides are known.

use super::helpers::*;

rule!(arr711, "ARR711", "compare-int-with-array-in-python-control", Warn, Certain, Safe, Default, [Compare => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Compare { right, l, r, .. } = event else { return };
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
            finding.fix_safe(vec![Edit::replace(right.range(), text)]);
        }
    }
}
