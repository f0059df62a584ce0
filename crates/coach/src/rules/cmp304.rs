//! # CMP304 side-effect-in-compiled
//!
//! A compiled function stores into something outside of it.
//!
//! Why: it happens once, while tracing, and what is stored is a tracer, not an array.
//! Evidence: run on MLX 0.32.4: reading it later raises "eval an array without a primitive".
//! Bad: `self.last = y` in a compiled method
//! Good: return it, or declare `outputs=`.
//! Fix: none.
//! How sure: certain; functions with `outputs=` are let pass.

use super::helpers::*;

rule!(cmp304, "CMP304", "side-effect-in-compiled", Error, Certain, None, Default, [Function => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Function(id) = event else { return };
    let f = e.function(*id);
    let Some(applied) = f.applied(Transform::Compile) else { return };
    if applied.outputs.is_some() {
        return;
    }
    let mut said = Vec::new();
    for (range, what) in &f.effects {
        if !said.contains(&range.start()) {
            said.push(range.start());
            out.report(&RULE, *range, format!("a compiled function stores to `{what}`; this happens only while tracing"))
                .label("runs once, and stores a tracer")
                .related(applied.range, "compiled here")
                .help("return the value, or declare it with `outputs=`");
        }
    }
}
