//! # MOD752 constant-array-attribute-is-trainable
//!
//! A table of constants is a public attribute of a module, and so a parameter.
//!
//! Why: MLX takes every public array attribute for a parameter: it is trained, saved, counted and cast.
//! Evidence: run on MLX 0.32.4: a name with a leading underscore is left out; mlx#127, #141, #655.
//! Bad: `self.inv_freq = 1.0 / (base ** (mx.arange(0, dim, 2) / dim))`
//! Good: `self._inv_freq = ...`
//! Fix: none; other uses of the name must change too.
//! How sure: likely; only values computed from `arange` or `linspace`; scales and biases are parameters.

use super::helpers::*;

rule!(mod752, "MOD752", "constant-array-attribute-is-trainable", Warn, Likely, None, Default, [Class => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Class(id) = event else { return };
    if e.module_library(*id) != Some(Lib::Mlx) {
        return;
    }
    let class = e.class(*id);
    let frozen = e.slice(class.def.range).contains("freeze(");
    for (name, value, range, function) in &class.stores {
        if name.starts_with('_') || frozen || e.function(*function).code.name() != "__init__" || e.mlx_array(*value).is_none() {
            continue;
        }
        // Something that is learnt starts from a table as well: A_log = log(arange).
        let learnt = ["log", "weight", "bias", "scale", "alpha", "beta", "gamma"].iter().any(|w| name.to_lowercase().contains(w));
        if !learnt && from_table(e, *value, 0) {
            out.report(&RULE, *range, format!("`self.{name}` holds constants, but MLX takes it for a parameter"))
                .label("trained, saved and cast")
                .help(format!("hide it with an underscore: `self._{name}`"))
                .because(e, *value);
        }
    }
}

fn from_table(e: &Engine<'_>, v: V, depth: u32) -> bool {
    if depth > 12 || v <= V::NONE {
        return false;
    }
    let op = e.op(v);
    if op.starts_with("mlx.core.random.") {
        return false;
    }
    matches!(op, "mlx.core.arange" | "mlx.core.linspace")
        || e.value(v).operands.iter().filter(|o| **o < v).any(|o| from_table(e, *o, depth + 1))
        || matches!(e.kind(v), Kind::Seq { items, .. } if items.iter().any(|i| from_table(e, *i, depth + 1)))
}
