//! # MOD756 table-rebuilt-in-call
//!
//! A table of constants is made anew in every `__call__` of a module.
//!
//! Why: it costs a launch and memory per call, and per token when decoding; the table never changes.
//! Evidence: none measured; MLX's own modules keep such tables in a private attribute.
//! Bad: `freqs = mx.arange(0, self.dims, 2)` in `__call__`
//! Good: `self._freqs = ...` in `__init__`, with an underscore so that it is no parameter.
//! Fix: none.
//! How sure: possible; a small table is cheap.

use super::helpers::*;

rule!(mod756, "MOD756", "table-rebuilt-in-call", Info, Possible, None, Strict, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if !matches!(call.mlx(), Some("arange" | "linspace" | "tri" | "eye" | "hanning" | "hamming")) || call.args.is_empty() {
        return;
    }
    let in_call = e.current().is_some_and(|f| f.code.name() == "__call__" && f.class.is_some_and(|c| e.module_library(c) == Some(Lib::Mlx)));
    if in_call && call.args.iter().all(|a| fixed(a.expr)) {
        out.report(&RULE, call.expr.range(), format!("`mx.{}` of constants is computed on every call", call.last))
            .label("the same every time")
            .help("make it once in `__init__` and keep it in a private attribute");
    }
}

/// Literals, attributes of `self`, and arithmetic of these.
fn fixed(expr: &Expr) -> bool {
    match expr {
        Expr::NumberLiteral(_) => true,
        Expr::Attribute(a) => matches!(a.value.as_ref(), Expr::Name(n) if matches!(n.id.as_str(), "self" | "mx")),
        Expr::BinOp(b) => fixed(&b.left) && fixed(&b.right),
        Expr::UnaryOp(u) => fixed(&u.operand),
        _ => false,
    }
}
