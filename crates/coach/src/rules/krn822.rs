//! # KRN822 shape-index-beyond-ndim
//!
//! A body reads `x_shape` or `x_strides` beyond the number of dimensions.
//!
//! Why: the list has `x_ndim` entries and no end mark: what follows is other memory.
//! Evidence: the buffers that MLX passes.
//! Bad: `for (uint i = 0; i < 16; i++) if (x_shape[i] == 0) break;`
//! Good: `i < x_ndim`
//! Fix: none.
//! How sure: certain where the rank is known from the call and the index is a constant; likely where a loop runs to 8 or more without asking `x_ndim`.

use super::helpers::*;

rule!(krn822, "KRN822", "shape-index-beyond-ndim", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };
    let flow = &analysis.flow;

    for v in flow.order() {
        let Op::Load(p) = program.inst(*v).op else { continue };
        let Some(Object::Buffer(b)) = flow::object(program, p) else { continue };
        let (i, word) = match analysis.args.get(b.index()) {
            Some(emberforge_msl::KernelArg::Shape(i)) => (*i, "shape"),
            Some(emberforge_msl::KernelArg::Strides(i)) => (*i, "strides"),
            _ => continue,
        };
        let input = &kernel.spec.inputs[i];
        let rank = input.dims.as_ref().map(|d| d.len() as i64);
        let index = match program.inst(p).op {
            Op::Offset { index, .. } => index,
            _ => continue,
        };
        if let (Some(at), Some(rank)) = (flow::constant(program, index), rank) {
            if at >= rank {
                out.report(&RULE, kernel.at(program, *v), format!("`{}` has {rank} dimensions; there is no `{}_{word}[{at}]`", input.name, input.name)).label("out of range");
            }
            continue;
        }
        let Op::Get(var) = program.inst(flow::bare(program, index)).op else { continue };
        let bound = flow.loop_tests(*v).find_map(|(test, holds)| {
            let mut facts = Vec::new();
            shape::facts(program, flow, test, holds, &mut facts);
            match facts[..] {
                [(CompareOp::Lt, a, n)] if matches!(program.inst(flow::bare(program, a)).op, Op::Get(g) if g == var) => flow::constant(program, n),
                _ => None,
            }
        });
        if let Some(bound) = bound.filter(|n| rank.map_or(*n >= 8, |r| *n > r)) {
            out.report(&RULE, kernel.at(program, *v), format!("`{}_{word}` is read up to index {}", input.name, bound - 1))
                .label("has only as many entries as the array dimensions")
                .help(format!("loop to `{}_ndim`", input.name))
                .at_most(if rank.is_some() { Sure::Certain } else { Sure::Likely });
        }
    }
}
