//! # MSL922 half-accumulator
//!
//! A sum over many terms is kept in float16 or bfloat16.
//!
//! Why: bfloat16 has 8 bits: adding 1 to 256 gives 256. float16 overflows at 65504.
//! Evidence: mlx#3326, #3909, #4379.
//! Bad: `half sum = 0; for (...) sum += x[i];`
//! Good: `float sum = 0;`, converted once at the end.
//! Fix: none.
//! How sure: certain where the type is half; likely where it is a template type that the call takes from an array. Loops of at most 32 turns are let pass.

use super::helpers::*;

rule!(msl922, "MSL922", "half-accumulator", Warn, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Event::Kernel(kernel) = *event else { return };
    let Some(analysis) = kernel.analysis.as_deref() else { return };
    for half in &analysis.half_sums {
        let finding = out.report(&RULE, kernel.place(half.span), format!("`{}` adds up many terms in a half type", half.name));
        finding.label("loses what is small against the sum").help("accumulate in `float` and convert once at the end");
        if half.assumed {
            finding.at_most(Sure::Likely);
        }
    }
}
