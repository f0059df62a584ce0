//! # KRN809 write-to-input
//!
//! The body of a kernel stores into one of its inputs.
//!
//! Why: inputs are `const device`; Metal refuses to compile it.
//! Evidence: the signature that MLX generates.
//! Bad: `state[i] = f * state[i] + u;` with `state` in `input_names`
//! Good: a second output.
//! Fix: none.
//! How sure: certain; the front end says so.

use super::helpers::*;

rule!(krn809, "KRN809", "write-to-input", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {

    front_end(event, &RULE, out, |_, d| (d.message.clone(), "an input is const"));
}
