//! # RNG502 parent-key-after-split
//!
//! A key is used again after it was split.
//!
//! Why: the draws are related to those of its children.
//! Evidence: the contract of splittable generators; MLX's page on random numbers.
//! Bad: `k = mx.random.split(key)[1]` and then `mx.random.normal((3,), key=key)`
//! Good: use the children only.
//! Fix: none.
//! How sure: certain.

use super::helpers::*;

rule!(rng502, "RNG502", "parent-key-after-split", Warn, Certain, None, Default, [KeyReuse => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Event::KeyReuse { range, first, parent: true, .. } = event else { return };
    let finding = out.report(&RULE, *range, "this key was split; only its children may be used");
    finding.label("used after the split").help("rebind it: `key, sub = mx.random.split(key)`");
    if first != range {
        finding.related(*first, "split here");
    }
}
