//! # KRN815 zero-d-input-indexed
//!
//! A 0-d input is indexed, or an array input is used without an index.
//!
//! Why: MLX passes 0-d arrays and Python numbers as references (`n`, not `n[0]`) and all others as pointers.
//! Evidence: the signature that MLX generates.
//! Bad: `inputs=[x, 3]` with `n[0]` in the body
//! Good: `n`
//! Fix: none.
//! How sure: certain; reported only where the rank of the input is known from the call.

use super::helpers::*;

rule!(krn815, "KRN815", "zero-d-input-indexed", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {

    front_end(event, &RULE, out, |_, d| (d.message.clone(), "its rank says otherwise"));
}
