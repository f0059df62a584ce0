//! # KRN804 threadgroup-over-limit
//!
//! A threadgroup has more than 1,024 threads.
//!
//! Why: no Metal device allows it; the launch raises.
//! Evidence: Metal's feature tables; mlx#2205.
//! Bad: `threadgroup=(1024, 2, 1)`
//! Good: `threadgroup=(512, 2, 1)`
//! Fix: none.
//! How sure: certain; the sizes are constants.

use super::helpers::*;

rule!(krn804, "KRN804", "threadgroup-over-limit", Error, Certain, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if !matches!(e.kind(call.callee), Kind::Kernel(_)) {
        return;
    }
    let Some(arg) = call.keyword("threadgroup") else { return };
    let Kind::Seq { items, .. } = e.kind(arg.value) else { return };
    // MLX launches min(group, grid) per axis.
    let grid: Vec<Option<f64>> = match call.keyword("grid").map(|g| e.kind(g.value)) {
        Some(Kind::Seq { items, .. }) => items.iter().map(|i| e.kind(*i).constant()).collect(),
        _ => Vec::new(),
    };
    let sizes: Option<Vec<f64>> = items
        .iter()
        .enumerate()
        .map(|(i, v)| e.kind(*v).constant().map(|n| grid.get(i).copied().flatten().map_or(n, |g| n.min(g))))
        .collect();
    if let Some(product) = sizes.map(|s| s.iter().product::<f64>())
        && product > 1024.0
    {
        out.report(&RULE, arg.expr.range(), format!("a threadgroup of {product} threads is too large (limit 1024)")).label("over the limit");
    }
}
