//! # LAZ208 try-around-lazy-op
//!
//! A `try` stands around an operation whose failure shows only when it is evaluated.
//!
//! Why: the exception comes from the first `mx.eval`, `.item()` or print, outside of this `try`.
//! Evidence: run on MLX 0.32.4: `mx.linalg.inv` of a singular matrix returns; evaluating it raises "LU factorization failed".
//! Bad: `try: inv = mx.linalg.inv(a)` and an `except` for the singular case
//! Good: `try: inv = mx.linalg.inv(a); mx.eval(inv)`
//! Fix: none.
//! How sure: certain; a `try` whose text evaluates is let pass. Wrong shapes and dtypes raise at once.

use super::helpers::*;

rule!(laz208, "LAZ208", "try-around-lazy-op", Info, Certain, None, Strict, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let Some(function) = call.mlx().and_then(|n| n.strip_prefix("linalg.")) else { return };
    let factors = matches!(function, "inv" | "cholesky" | "cholesky_inv" | "solve" | "lu" | "lu_factor" | "svd" | "eigh" | "eig" | "pinv" | "tri_inv");
    let Some(body) = e.tries().last().filter(|_| factors) else { return };
    let text = e.slice(*body);
    if ["eval(", ".item(", ".tolist(", "np.array("].iter().any(|w| text.contains(w)) {
        return;
    }
    out.report(&RULE, call.expr.range(), format!("`mx.linalg.{function}` fails when it is evaluated, not here"))
        .label("recorded only")
        .help("evaluate inside the `try`: `mx.eval(...)`");
}
