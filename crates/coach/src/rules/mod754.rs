//! # MOD754 numpy-attribute-is-not-parameter
//!
//! A module keeps a NumPy array as a public attribute.
//!
//! Why: MLX's modules hold `mx.array`s; a NumPy array is neither a parameter nor saved, and leaves MLX when used on the left.
//! Evidence: run on MLX 0.32.4: not in `parameters()`.
//! Bad: `self.w = np.ones(3)`
//! Good: `self.w = mx.ones((3,))`
//! Fix: none.
//! How sure: likely; an attribute with an underscore is let pass.

use super::helpers::*;

rule!(mod754, "MOD754", "numpy-attribute-is-not-parameter", Warn, Likely, None, Default, [Store => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Store { target: Expr::Attribute(target), value, base, aug: None, range, .. } = event else { return };
    let Kind::Instance(class) = e.kind(*base) else { return };
    if e.module_library(*class) != Some(Lib::Mlx) || target.attr.starts_with('_') {
        return;
    }
    if e.array(*value).is_some_and(|a| a.lib == Lib::Numpy) {
        // Constants by their name: that they are no parameters is right.
        let name = target.attr.to_lowercase();
        let constant = ["freq", "position", "mask", "window", "mean", "std", "anchor", "sigma", "timestep", "ind", "ids", "grid"];
        let sure = if constant.iter().any(|w| name.contains(w)) { Sure::Possible } else { Sure::Likely };
        out.report(&RULE, *range, format!("`self.{}` is a NumPy array: no parameter, and not saved", target.attr))
            .label("not an `mx.array`")
            .help("make it an `mx.array`, or hide it with an underscore")
            .at_most(sure)
            .because(e, *value);
    }
}
