//! # LAZ201 loop-carried-array-never-evaluated
//!
//! A loop adds to an array turn after turn and nothing in the loop evaluates it.
//!
//! Why: MLX only notes the additions; the graph and everything it refers to stays in memory until the end.
//! Evidence: run on MLX 0.32.4: 100,000 lazy additions hold 314 MB and take 4 s to evaluate; mlx-lm-lora#47 fell from 25.8 to 12.3 GB.
//! Bad: `for b in data: total = total + loss_fn(b)`
//! Good: `mx.eval(total)` in each turn, or every k turns.
//! Fix: none; how often to evaluate is yours to say.
//! How sure: likely; loops of up to 64 known turns, loops that call unknown code, and transformed functions are let pass.

use super::helpers::*;

rule!(laz201, "LAZ201", "loop-carried-array-never-evaluated", Warn, Likely, None, Default, [Loop => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Loop(l) = event else { return };
    if l.evaluates || l.turns.is_some_and(|n| n <= 64) || !e.loops().is_empty() || bounded(e, l.iter) {
        return;
    }
    if e.under(l.function, &[Transform::Compile, Transform::Grad, Transform::ValueAndGrad, Transform::Vmap, Transform::Checkpoint]).is_some() {
        return;
    }
    // A model's forward pass may run under any of these.
    if l.function.is_some_and(|f| e.function(f).class.is_some_and(|c| e.module_library(c).is_some())) {
        return;
    }
    let Some((name, value, range)) = l.carried.first() else { return };
    let works = l.opaque || l.calls_module.is_some();
    let long = match l.iter.map(|i| e.kind(i)) {
        None => true,
        Some(Kind::Range(Some(_))) => true,
        Some(Kind::Range(None)) => true,
        // An attribute such as `self.layers` is a structure, not a stream of data.
        Some(Kind::Method(..)) => false,
        Some(_) => works,
    };
    if e.mlx_array(*value).is_none() || !long {
        return;
    }
    // Unknown code that is given the array may evaluate it.
    if e.value(*value).operands.iter().any(|o| l.synced.contains(o)) || l.synced.contains(value) {
        return;
    }
    let finding = out.report(&RULE, *range, format!("`{name}` grows a graph in every turn of this loop and is never evaluated in it"));
    finding
        .label("recorded, not computed")
        .related(l.head, "the loop")
        .help(format!("evaluate as you go: `mx.eval({name})`"))
        .because(e, *value);
    // A loop over an unknown number of cheap steps is short more often than not.
    if !works && matches!(l.iter.map(|i| e.kind(i)), Some(Kind::Range(None))) {
        finding.at_most(Sure::Possible);
    }
}

/// Loops over layers, shapes or literal sequences are short.
fn bounded(e: &Engine<'_>, iter: Option<V>) -> bool {
    let Some(iter) = iter else { return false };
    match e.kind(iter) {
        Kind::Seq { .. } | Kind::Shape(_) => true,
        // `range(n)` with an unknown `n` may be anything; a parameter list of arrays is short as a rule.
        Kind::ListOf(_) | Kind::DictOf(_) => true,
        _ => false,
    }
}
