//! # MSL910 index-overflow-32-bit
//!
//! An index is computed in 32 bits and the array has more elements than 32 bits count.
//!
//! Why: the product wraps around and another element is read or overwritten.
//! Evidence: mlx#3327, #3248, #3138, #1051, #460, #4548.
//! Bad: `uint offset = b * H * W * C;` for an array of more than 2^32 elements
//! Good: `size_t offset = size_t(b) * H * W * C;`
//! Fix: none.
//! How sure: likely where the shape of the call shows more than 2^31 (`int`) or 2^32 (`uint`) elements; only possible, for `strict`, where three or more sizes of unknown value are multiplied.

use super::helpers::*;

rule!(msl910, "MSL910", "index-overflow-32-bit", Warn, Likely, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };
    let flow = &analysis.flow;

    let mut seen = Vec::new();
    for v in flow.order() {
        let (Op::Load(p) | Op::Store(p, _)) = program.inst(*v).op else { continue };
        let (Some(Object::Buffer(b)), Op::Offset { index, .. }) = (flow::object(program, p), program.inst(p).op) else { continue };
        let ty = shape::scalar(program, index);
        let limit = match ty {
            Scalar::U32 => 1i64 << 32,
            Scalar::I32 => 1i64 << 31,
            _ => continue,
        };
        let dims = match analysis.args.get(b.index()) {
            Some(emberforge_msl::KernelArg::Input(i)) => kernel.spec.inputs.get(*i).and_then(|i| i.dims.as_ref()),
            Some(emberforge_msl::KernelArg::Output(i)) => kernel.spec.outputs.get(*i).and_then(|o| o.dims.as_ref()),
            _ => None,
        };
        let size = dims.and_then(|d| d.iter().copied().product::<Option<i64>>());
        let factors = shape::factors(program, flow, index);
        let large = size.is_some_and(|n| n > limit) && factors > 0;
        if seen.contains(&b) || !large && (size.is_some() || factors < 3) {
            continue;
        }
        seen.push(b);
        let name = &program.buffers[b.index()].name;
        let bits = if ty == Scalar::U32 { "uint" } else { "int" };
        let finding = out.report(&RULE, kernel.at(program, *v), match size {
            Some(n) if large => format!("`{name}` has {n} elements; a `{bits}` index does not reach them all"),
            _ => format!("the index of `{name}` is a product of several sizes in `{bits}`"),
        });
        finding.label("wraps around").help("compute offsets in `size_t` or `int64_t`");
        if !large {
            finding.at_most(Sure::Possible);
        }
    }
}
