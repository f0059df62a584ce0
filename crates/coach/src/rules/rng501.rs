//! # RNG501 key-used-twice
//!
//! The same random key is given to two samplers.
//!
//! Why: equal keys give equal numbers.
//! Evidence: run on MLX 0.32.4: identical draws; mlx-lm#1245, mlx-vlm#1818.
//! Bad: `a = mx.random.normal((3,), key=key)` and `b = mx.random.uniform(shape=(3,), key=key)`
//! Good: `k1, k2 = mx.random.split(key)` and one for each.
//! Fix: none.
//! How sure: certain; optional keys are let pass. Equal noise on purpose: suppress it with the reason.

use super::helpers::*;

rule!(rng501, "RNG501", "key-used-twice", Warn, Certain, None, Default, [KeyReuse => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Event::KeyReuse { range, first, parent: false, .. } = event else { return };
    let finding = out.report(&RULE, *range, "this key has already been used; the numbers repeat");
    finding.label("same key, same numbers").help("split the key: `key, sub = mx.random.split(key)`");
    if first != range {
        finding.related(*first, "first used here");
    }
}
