//! # KRN821 template-type
//!
//! A template argument of a kernel is a float or a string.
//!
//! Why: MLX takes ints, bools and dtypes as template arguments only.
//! Evidence: the checks in MLX's metal_kernel binding.
//! Bad: `template=[("scale", 0.5)]`
//! Good: pass it as an input.
//! Fix: none.
//! How sure: certain; the value is a constant.

use super::helpers::*;

rule!(krn821, "KRN821", "template-type", Error, Certain, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if !matches!(e.kind(call.callee), Kind::Kernel(_)) {
        return;
    }
    let Some(arg) = call.keyword("template") else { return };
    let Kind::Seq { items, .. } = e.kind(arg.value) else { return };
    for item in items.iter() {
        let Kind::Seq { items: pair, .. } = e.kind(*item) else { continue };
        let [_, value] = pair[..] else { continue };
        if matches!(e.kind(value), Kind::Float(_) | Kind::Str(_) | Kind::Array(_)) {
            out.report(&RULE, e.range_of(*item), "a template argument is an int, a bool or a dtype")
                .label(format!("a {}", e.describe(value)))
                .help("pass the value as an input");
        }
    }
}
