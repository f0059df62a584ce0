//! # KRN807 undeclared-name
//!
//! A kernel body uses a name that nothing declares.
//!
//! Why: Metal refuses to compile it. A body knows the inputs, outputs, template arguments, thread attributes, the header and what it declares itself.
//! Evidence: the signature that MLX generates.
//! Bad: `out[i] = x[i] * scale;` without `scale` in `input_names`
//! Good: `input_names=["x", "scale"]`
//! Fix: none.
//! How sure: certain where the call is seen; likely where template arguments may exist that are not; headers and macros are read.

use super::helpers::*;

rule!(krn807, "KRN807", "undeclared-name", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {

    front_end(event, &RULE, out, |_, d| (d.message.clone(), "not declared"));
}
