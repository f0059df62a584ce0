//! # NUM465 std-ddof
//!
//! A variance or standard deviation in code that comes from torch, without `ddof`.
//!
//! Why: `torch.std` and `torch.var` divide by n - 1, `mx.std` and `mx.var` by n.
//! Evidence: run on MLX 0.32.4: `mx.var` of [1, 2, 3] is 0.667, with `ddof=1` it is 1, which is what torch gives.
//! Bad: `mx.std(x, axis=-1)` beside `torch.std(x, dim=-1)`
//! Good: `mx.std(x, axis=-1, ddof=1)`
//! Fix: none.
//! How sure: possible, in files that import torch as well.

use super::helpers::*;

rule!(num465, "NUM465", "std-ddof", Info, Possible, None, Strict, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let torch = e.imports.iter().any(|i| i == "torch" || i.starts_with("torch."));
    if !torch || !matches!(call.mlx(), Some("std" | "var")) || call.keyword("ddof").is_some() || call.has_stars() {
        return;
    }
    out.report(&RULE, call.expr.range(), format!("`mx.{0}` divides by n where `torch.{0}` divides by n - 1", call.last))
        .label("ddof is 0 by default")
        .help("pass `ddof=1` to match torch");
}
