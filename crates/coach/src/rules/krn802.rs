//! # KRN802 array-in-grid
//!
//! An `mx.array` stands in the grid or threadgroup of a kernel.
//!
//! Why: both are host integers. Old versions read the array on the host (and cut floats), 0.32.2 raises for all, later ones for floats.
//! Evidence: run on MLX 0.29 to 0.32.4; the guide demands this form, and it is wrong.
//! Bad: `grid=(mx.array(n), 1, 1)`
//! Good: `grid=(n, 1, 1)`
//! Fix: safe for `mx.array(...)` of a Python int in place.
//! How sure: certain; the value is known to be an array.

use super::helpers::*;

rule!(krn802, "KRN802", "array-in-grid", Error, Certain, Safe, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if call.mlx() == Some("divide") {
        groups_by_divide(call, e, out);
    }
    if !matches!(e.kind(call.callee), Kind::Kernel(_)) {
        return;
    }
    for name in ["grid", "threadgroup"] {
        let Some(arg) = call.keyword(name) else { continue };
        let Kind::Seq { items, .. } = e.kind(arg.value) else { continue };
        let Some(place) = items.iter().position(|i| e.mlx_array(*i).is_some()) else { continue };
        let finding = out.report(&RULE, arg.expr.range(), format!("`{name}` takes host integers; it holds an `mx.array`"));
        finding.label("TypeError, or a hidden wait").help("use Python ints").because(e, items[place]);
        if let Expr::Tuple(t) = arg.expr {
            let mut edits = Vec::new();
            for (elt, item) in t.elts.iter().zip(items.iter()) {
                let number = e.value(*item).operands[0];
                if e.op(*item) == "mlx.core.array" && elt.is_call_expr() && matches!(e.kind(number), Kind::Int(_)) {
                    edits.extend(first_argument(e, *item).map(|text| Edit::replace(elt.range(), text)));
                }
            }
            if !edits.is_empty() {
                finding.fix_safe(edits);
            }
        }
    }
}

/// The guide's number of groups, `mx.divide(mx.add(total, mx.subtract(group, one)), group)`: a float32.
fn groups_by_divide(call: &Call<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let (Some(sum), Some(group)) = (call.operand(0), call.operand(1)) else { return };
    let int = |v: V| e.mlx_array(v).is_some_and(|a| a.dtype.is_int());
    let ceiling = e.op(sum) == "mlx.core.add" && e.value(sum).operands.iter().any(|o| e.op(*o) == "mlx.core.subtract" && e.value(*o).operands[0] == group);
    if int(sum) && int(group) && ceiling {
        out.report(&RULE, call.expr.range(), "`mx.divide` of integers is float32: no number of groups, and a grid counts threads")
            .label("64.9961, not 65")
            .help("use Python ints: the grid is the number of threads, `(n, 1, 1)`");
    }
}
