//! # ARR705 at-result-discarded
//!
//! The result of `a.at[i].add(v)` is thrown away.
//!
//! Why: it returns a new array and leaves `a` as it is.
//! Evidence: run on MLX 0.32.4.
//! Bad: `a.at[i].add(1)` as a statement
//! Good: `a = a.at[i].add(1)`
//! Fix: unsafe; the assignment is added.
//! How sure: certain.

use super::helpers::*;

rule!(arr705, "ARR705", "at-result-discarded", Error, Certain, Unsafe, Default, [Statement => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Statement { expr: Expr::Call(call), .. } = event else { return };
    let Expr::Attribute(method) = call.func.as_ref() else { return };
    let Expr::Subscript(s) = method.value.as_ref() else { return };
    let Expr::Attribute(at) = s.value.as_ref() else { return };
    if at.attr.as_str() != "at" || !matches!(method.attr.as_str(), "add" | "subtract" | "multiply" | "divide" | "maximum" | "minimum") {
        return;
    }
    let base = e.slice(at.value.range());
    out.report(&RULE, call.range(), "this makes a new array and throws it away")
        .label("no effect")
        .help(format!("assign it: `{base} = ...`"))
        .fix_unsafe(vec![Edit::insert(call.range().start(), format!("{base} = "))]);
}
