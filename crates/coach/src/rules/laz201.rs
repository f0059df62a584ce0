//! # LAZ201 loop-carried-array-never-evaluated
//!
//! A loop adds to an array turn after turn, and nothing in the loop evaluates that array.
//!
//! Why: MLX only notes the additions; the graph and everything it refers to stays in memory until the end.
//! Evidence: run on MLX 0.32.4: 100,000 lazy additions hold 314 MB and take 4 s to evaluate; mlx-lm-lora#47 fell from 25.8 to 12.3 GB.
//! Bad: `for b in data: total = total + loss_fn(b)`
//! Good: `mx.eval(total)` in each turn, or every k turns.
//! Fix: none; how often to evaluate is yours to say.
//! How sure: likely; loops of up to 64 known turns, transformed functions, and loops where it is not known what is evaluated are let pass.

use super::helpers::*;

rule!(laz201, "LAZ201", "loop-carried-array-never-evaluated", Warn, Likely, None, Default, [Loop => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Loop(l) = event else { return };
    if l.evaluates_unknown || l.turns.is_some_and(|n| n <= 64) || bounded(e, l.iter) {
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
    let works = l.opaque || l.calls_module.is_some() || !l.updates.is_empty();
    // A loop in another, or one that evaluates something else, is worth a word only if it does real work.
    if (l.evaluates || !e.loops().is_empty()) && !works {
        return;
    }
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
    if e.value(*value).operands.iter().any(|o| l.synced.contains(o)) || l.synced.iter().any(|s| comes_from(e, *s, *value, 0)) {
        return;
    }
    let finding = out.report(&RULE, *range, format!("`{name}` grows a graph in every turn of this loop and is never evaluated in it"));
    finding
        .label("recorded, not computed")
        .related(l.head, "the loop")
        .help(format!("evaluate as you go: `mx.eval({name})`"))
        .because(e, *value);
    // A loop over an unknown number of cheap steps is short more often than not, and so is one in another.
    if (!works || (!e.loops().is_empty() && l.updates.is_empty())) && matches!(l.iter.map(|i| e.kind(i)), Some(Kind::Range(None))) {
        finding.at_most(Sure::Possible);
    }
}

/// Whether evaluating a value evaluates another one, or what it was made from in the same turn.
fn comes_from(e: &Engine<'_>, v: V, source: V, depth: u32) -> bool {
    if v == source || e.value(source).operands.contains(&v) {
        return true;
    }
    let reaches = |o: &V| *o > V::NONE && *o < v && comes_from(e, *o, source, depth + 1);
    depth < 12
        && match e.kind(v) {
            Kind::Seq { items, .. } => items.iter().any(reaches),
            _ => e.value(v).operands.iter().any(reaches),
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
