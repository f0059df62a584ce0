//! # CMP301 rng-not-in-compile-state
//!
//! A compiled function draws random numbers without a key and without the random state as input and output.
//!
//! Why: the state is read once, while tracing; every call then returns the same numbers, dropout masks included.
//! Evidence: run on MLX 0.32.4: equal numbers on every call, `mx.random.seed` without effect; MLX's page on compile.
//! Bad: `@mx.compile` over `return mx.random.categorical(logits)`
//! Good: `@partial(mx.compile, inputs=mx.random.state, outputs=mx.random.state)`, or pass `key=`.
//! Fix: none; the decorator must change.
//! How sure: certain for the function itself, likely for a function of this file that it calls.

use super::helpers::*;

rule!(cmp301, "CMP301", "rng-not-in-compile-state", Error, Certain, None, Default, [Function => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Function(id) = event else { return };
    let f = e.function(*id);
    let Some(applied) = f.applied(Transform::Compile) else { return };
    if applied.inputs.is_some_and(|v| holds_random_state(e, v)) {
        return;
    }
    let helper = f.callees.iter().find_map(|(g, range)| Some((*range, draws(e, *g, 0)?)));
    let Some((range, drawn, sure)) = f.unkeyed_random.map(|r| (r, r, Sure::Certain)).or(helper.map(|(r, d)| (r, d, Sure::Likely))) else {
        return;
    };
    out.report(&RULE, range, "random numbers under `mx.compile` are drawn once and repeated for ever")
        .label(if range == drawn { "the state is baked in while tracing" } else { "draws random numbers in there" })
        .related(applied.range, "compiled here")
        .help("compile with `inputs=mx.random.state, outputs=mx.random.state`, or pass `key=`")
        .at_most(sure);
}

/// Where a function that is called draws random numbers, itself or further down; what is compiled by itself counts there.
fn draws(e: &Engine<'_>, f: u32, depth: u32) -> Option<TextRange> {
    let f = e.function(f);
    if depth > 4 || f.applied(Transform::Compile).is_some() {
        return None;
    }
    f.unkeyed_random.or_else(|| f.callees.iter().find_map(|(g, _)| draws(e, *g, depth + 1)))
}

/// Whether `inputs=` holds the random state, or is not understood.
fn holds_random_state(e: &Engine<'_>, v: V) -> bool {
    match e.kind(v) {
        Kind::Seq { items, .. } => items.iter().any(|i| holds_random_state(e, *i)),
        Kind::Lib(_) => e.lib_name(v) == Some("mlx.core.random.state"),
        Kind::Method(..) | Kind::Int(_) | Kind::NoneValue => false,
        _ => true,
    }
}
