//! # MSL929 strided-lanes
//!
//! Neighbouring threads access threadgroup memory at a stride of a multiple of 32 elements.
//!
//! Why: all lanes of a simdgroup hit the same bank and are served one after another.
//! Evidence: the usual advice on shared memory banks; not measured here.
//! Bad: `tile[lid * 32 + k]`
//! Good: `tile[lid * 33 + k]`, or the transposed layout.
//! Fix: none.
//! How sure: likely; a hint about speed in `strict`.

use super::helpers::*;

rule!(msl929, "MSL929", "strided-lanes", Info, Likely, None, Strict, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };
    let flow = &analysis.flow;

    for v in flow.order() {
        let (Op::Load(p) | Op::Store(p, _)) = program.inst(*v).op else { continue };
        let (Some(Object::Threadgroup(a)), Op::Offset { index, .. }) = (flow::object(program, p), program.inst(p).op) else { continue };
        let stride = shape::lane_stride(program, flow, index);
        if let Some(stride) = stride.filter(|s| s % 32 == 0 && *s > 0) {
            let name = &program.threadgroup[a.index()].name;
            out.report(&RULE, kernel.at(program, *v), format!("neighbouring threads access `{name}` {stride} elements apart")).label("one bank serves all lanes").help("pad the rows by one element");
            return;
        }
    }
}
