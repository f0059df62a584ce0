//! # KRN817 attribute-name-collision
//!
//! A body declares a variable with the name of a thread attribute or of a generated parameter.
//!
//! Why: MLX adds the parameter whenever the word occurs in the text of the body: the declaration is then a redefinition.
//! Evidence: MLX searches the text with `source.find`; recorded in this repository (`tests/golden`).
//! Bad: `uint grid_size = n;`
//! Good: another name.
//! Fix: none.
//! How sure: certain; the declaration is in the tree.

use super::helpers::*;

rule!(krn817, "KRN817", "attribute-name-collision", Warn, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {

    let Event::Kernel(kernel) = *event else { return };
    let Some(analysis) = kernel.analysis.as_deref() else { return };
    // A `.metal` file without a call is not MLX's yet.
    crate::kernel::shape::declared(&analysis.tree.body, &mut |name| {
        let attribute = emberforge_msl::facts::ATTRIBUTES.iter().any(|(a, _)| *a == &*name.name);
        let generated = kernel.spec.inputs.iter().any(|i| {
            name.name.strip_prefix(i.name.as_str()).is_some_and(|rest| matches!(rest, "_shape" | "_strides" | "_ndim"))
        });
        if attribute || generated {
            let what = if attribute { "a thread attribute" } else { "a parameter that MLX generates" };
            out.report(&RULE, kernel.place(name.span), format!("`{}` is the name of {what}", name.name))
                .label("MLX adds a parameter of this name")
                .help("choose another name");
        }
    });
}
