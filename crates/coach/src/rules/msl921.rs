//! # MSL921 read-before-select
//!
//! An element outside of the array is read first and dropped afterwards.
//!
//! Why: the read happens: it may fault, and validation layers report it.
//! Evidence: the grid_sample kernel in MLX's documentation; Metal's shader validation.
//! Bad: `float a = x[i - W]; r = inside ? a : 0;`
//! Good: `r = inside ? x[i - W] : 0;`
//! Fix: none.
//! How sure: likely; the value is used only where a test of its index holds, and the read stands outside of that test.

use super::helpers::*;

rule!(msl921, "MSL921", "read-before-select", Warn, Likely, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };
    let flow = &analysis.flow;
    for v in flow.order() {
        let Op::Load(p) = program.inst(*v).op else { continue };
        let (Some(Object::Buffer(b)), Op::Offset { index, .. }) = (flow::object(program, p), program.inst(p).op) else { continue };
        if program.buffers[b.index()].name.ends_with("_shape") || flow.vary(index) <= Vary::Group {
            continue;
        }
        let uses = shape::uses(program, flow, *v);
        if uses.is_empty() {
            continue;
        }
        // The tests under which each use takes place and the read does not.
        let around: Vec<ValueId> = flow.around(*v).filter_map(shape::condition).collect();
        if around.iter().any(|t| shape::bounds_index(program, flow, *t, index)) {
            continue;
        }
        let dropped = uses.iter().all(|u| {
            let inner = |c: &ValueId| !around.contains(c);
            let tests: Vec<ValueId> = match *u {
                shape::Use::By(u) => match program.inst(u).op {
                    Op::Select(c, ..) => vec![c],
                    _ => flow.around(u).filter_map(shape::condition).filter(inner).collect(),
                },
                shape::Use::Set(context) => flow.outwards(context).filter_map(shape::condition).filter(inner).collect(),
            };
            tests.iter().any(|t| shape::bounds_index(program, flow, *t, index))
        });
        if dropped {
            let name = &program.buffers[b.index()].name;
            out.report(&RULE, kernel.at(program, *v), format!("`{name}` is read before it is known that the index is inside"))
                .label("read in any case")
                .help("read inside of the test: `inside ? x[i] : 0`");
        }
    }
}
