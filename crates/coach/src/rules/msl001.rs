//! # MSL001 body-does-not-compile
//!
//! A kernel body is not valid Metal.
//!
//! Why: Metal refuses it when the kernel is first run.
//! Evidence: the front end of Emberforge, on the body with the types of the call.
//! Bad: `float3 v = x[i];` with a `float` input
//! Good: `float3 v = float3(x[i]);`
//! Fix: none.
//! How sure: certain; reported only where all types and constants are known.

use super::helpers::*;

rule!(msl001, "MSL001", "body-does-not-compile", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {

    front_end(event, &RULE, out, |_, d| (d.message.clone(), "Metal refuses this"));
}
