//! # MSL920 local-array-index-unbounded
//!
//! A local array of fixed size is indexed up to a bound that the caller chooses.
//!
//! Why: a larger bound overwrites other variables of the thread.
//! Evidence: found in top-k and window kernels with `float v[16]` and a runtime k.
//! Bad: `float v[16]; for (int i = 0; i < k; ++i) v[i] = x[i];` with an input `k`
//! Good: `i < min(k, 16)`, or a template argument for the size.
//! Fix: none.
//! How sure: likely; the caller may know better. Certain cases, where the index is a constant, are reported too.

use super::helpers::*;

rule!(msl920, "MSL920", "local-array-index-unbounded", Warn, Likely, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };

    let flow = &analysis.flow;
    // Said at the first place of each array.
    let mut said = Vec::new();
    for v in flow.order() {
        let (Op::Load(p) | Op::Store(p, _)) = program.inst(*v).op else { continue };
        let Some(Object::Private(id)) = flow::object(program, p) else { continue };
        let array = &program.private[id.index()];
        let outside = analysis.trace.outside.contains(v) && analysis.exact;
        if !outside && !shape::unbounded_index(program, flow, *v, p) {
            continue;
        }
        if said.contains(&(id, outside)) {
            continue;
        }
        said.push((id, outside));
        let finding = out.report(&RULE, kernel.at(program, *v), match outside {
            true => format!("`{}` is indexed beyond its end", array.name),
            false => format!("`{}` has a fixed size, and its index is bounded only by what the caller passes", array.name),
        });
        finding.label("may be out of range").related(kernel.place(array.span), "declared here").help("clamp the bound to the size");
        if outside {
            finding.label("out of range").severity(Severity::Error);
        }
    }
}
