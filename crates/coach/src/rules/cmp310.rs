//! # CMP310 nested-or-useless-compile
//!
//! `mx.compile` is given a function that is compiled already, or a single operation.
//!
//! Why: there is nothing to fuse; each call pays for a second look into the cache.
//! Evidence: run on MLX 0.32.4: `mx.compile(mx.compile(f))` and `mx.compile(mx.exp)` are accepted and give the same values.
//! Bad: `mx.compile(mx.exp)`, `mx.compile(mx.compile(f))`
//! Good: `mx.compile(f)` of a function with several operations.
//! Fix: none.
//! How sure: certain.

use super::helpers::*;

rule!(cmp310, "CMP310", "nested-or-useless-compile", Info, Certain, None, Strict, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if call.name != "mlx.core.compile" {
        return;
    }
    let Some(target) = call.argument("fun", 0) else { return };
    let what = match e.kind(target.value) {
        Kind::Transformed(Transform::Compile, _) => "it is compiled already",
        Kind::Lib(sym) if e.text(*sym).strip_prefix("mlx.core.").is_some_and(|n| crate::engine::mlx_row(n).is_some_and(|r| r.rule != "other")) => {
            "a single operation has nothing to fuse with"
        }
        _ => return,
    };
    out.report(&RULE, call.expr.range(), format!("`mx.compile` gains nothing here: {what}")).label("useless").help("call the function as it is");
}
