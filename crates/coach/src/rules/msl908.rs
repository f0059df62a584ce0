//! # MSL908 double-type
//!
//! A kernel uses `double`.
//!
//! Why: Metal has no `double`; it refuses to compile. A literal such as `0.5` is `float` there and needs no suffix.
//! Evidence: the Metal Shading Language specification, section 2.1.
//! Bad: `double acc = 0;`
//! Good: `float acc = 0;`, with compensated summation where that is not enough.
//! Fix: none.
//! How sure: certain; the front end says so.

use super::helpers::*;

rule!(msl908, "MSL908", "double-type", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {

    front_end(event, &RULE, out, |_, d| (d.message.clone(), "no such type in Metal"));
}
