//! # LAZ206 redundant-eval
//!
//! `mx.eval(x)` stands right before a read of `x` that evaluates anyway.
//!
//! Why: it says the same thing twice.
//! Evidence: run on MLX 0.32.4: `.item()` evaluates.
//! Bad: `mx.eval(loss)` then `value = loss.item()`
//! Good: `value = loss.item()`
//! Fix: none, since a line is lost.
//! How sure: certain; information in `strict` only.

use super::helpers::*;

rule!(laz206, "LAZ206", "redundant-eval", Info, Certain, None, Strict, [Function => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Function(id) = event else { return };
    let crate::engine::Code::Def(def) = e.function(*id).code else { return };
    for pair in def.body.windows(2) {
        let ast::Stmt::Expr(first) = &pair[0] else { continue };
        let Expr::Call(call) = first.value.as_ref() else { continue };
        if !e.slice(call.func.range()).ends_with("mx.eval") || call.arguments.args.len() != 1 {
            continue;
        }
        let Some(Expr::Name(name)) = call.arguments.args.first() else { continue };
        let read = match &pair[1] {
            ast::Stmt::Assign(a) => a.value.as_ref(),
            ast::Stmt::Return(r) => match &r.value {
                Some(v) => v.as_ref(),
                None => continue,
            },
            _ => continue,
        };
        let text = e.slice(read.range());
        if text == format!("{}.item()", name.id) || text == format!("{}.tolist()", name.id) {
            out.report(&RULE, call.range(), "the next line evaluates this anyway").label("says the same thing twice");
        }
    }
}
