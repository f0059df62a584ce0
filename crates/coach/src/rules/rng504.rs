//! # RNG504 assign-random-state
//!
//! `mx.random.state` is assigned to.
//!
//! Why: it is a view of the generator, not a slot; since 0.32.1 assigning breaks it.
//! Evidence: unsloth-zoo#1081.
//! Bad: `mx.random.state = saved`
//! Good: `mx.random.seed(...)`, or pass keys.
//! Fix: none.
//! How sure: likely; it depends on the version.

use super::helpers::*;

rule!(rng504, "RNG504", "assign-random-state", Error, Likely, None, Default, [Store => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Store { target, base, range, .. } = event else { return };
    let hit = match target {
        Expr::Attribute(a) => a.attr.as_str() == "state" && e.lib_name(*base) == Some("mlx.core.random"),
        Expr::Subscript(_) => e.lib_name(*base) == Some("mlx.core.random.state"),
        _ => false,
    };
    if hit {
        out.report(&RULE, *range, "`mx.random.state` is not meant to be assigned").label("breaks the generator").help("use `mx.random.seed`, or pass keys");
    }
}
