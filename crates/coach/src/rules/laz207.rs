//! # LAZ207 growing-by-concatenate
//!
//! A loop makes an array longer by concatenating to it.
//!
//! Why: each turn copies everything before it; the buffers differ in size, so none is reused.
//! Evidence: run on MLX 0.32.4: 2,000 steps take 5.66 s against 0.105 s with a preallocated buffer; mlx#4019.
//! Bad: `keys = mx.concatenate([keys, k], axis=2)` per token
//! Good: collect parts in a list and concatenate once, or allocate in steps of 256 and store slices.
//! Fix: none.
//! How sure: likely; short loops and loops over given sequences are let pass.

use super::helpers::*;

rule!(laz207, "LAZ207", "growing-by-concatenate", Warn, Likely, None, Default, [Loop => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Loop(l) = event else { return };
    if l.turns.is_some_and(|n| n <= 16) || l.iter.is_some_and(|i| matches!(e.kind(i), Kind::Seq { .. } | Kind::Shape(_))) {
        return;
    }
    // Over a collection (crops, images, lists) the number of turns is small as a rule.
    let collection = l.iter.is_some_and(|i| !matches!(e.kind(i), Kind::Range(_)));
    for (name, range, value) in &l.grown {
        let finding = out.report(&RULE, *range, format!("`{name}` is copied as a whole in every turn to become a little longer"));
        finding
            .label("quadratic in the number of turns")
            .related(l.head, "the loop")
            .help("collect the parts in a list and concatenate once, or store slices into a buffer allocated ahead")
            .because(e, *value);
        if collection {
            finding.at_most(Sure::Possible);
        }
    }
}
