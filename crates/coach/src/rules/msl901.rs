//! # MSL901 missing-guard
//!
//! The grid is rounded up beyond the data, and the body stores without asking whether its thread is one too many.
//!
//! Why: the threads beyond the end read and write outside of the arrays.
//! Evidence: llama.cpp#11314, candle#3880, mlx#523, #632.
//! Bad: `grid=(((n + 255) // 256) * 256, 1, 1)` with `out[i] = ...;`
//! Good: `if (i >= n) return;`, or better `grid=(n, 1, 1)`: MLX launches exactly that many threads, also where `n` is no multiple of the threadgroup.
//! Fix: none.
//! How sure: certain; the grid is seen to be rounded up to the threadgroup, or its constant exceeds the constant size of the output.

use super::helpers::*;

rule!(msl901, "MSL901", "missing-guard", Warn, Certain, None, Default, [Kernel => check]);

use crate::kernel::spec::Dim;

/// Whether the grid has more threads along an axis than there is data.
fn too_many(kernel: &Kernel, output: usize, axis: usize) -> bool {
    let Some(launch) = &kernel.spec.launch else { return false };
    let size = kernel.spec.outputs.get(output).and_then(|o| o.dims.as_ref()).and_then(|d| d.iter().copied().product::<Option<i64>>());
    match (launch.grid[axis], size) {
        (Dim::RoundedUp, _) => true,
        (Dim::Known(n), Some(size)) => {
            let rounded = launch.threadgroup[0].known().is_some_and(|t| t > 1 && n % t == 0);
            axis == 0 && rounded && launch.grid[1] == Dim::Known(1) && launch.grid[2] == Dim::Known(1) && n > size
        }
        _ => false,
    }
}

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };
    let flow = &analysis.flow;
    for v in flow.order() {
        let Op::Store(p, _) = program.inst(*v).op else { continue };
        let (Some(Object::Buffer(b)), Op::Offset { index, .. }) = (flow::object(program, p), program.inst(p).op) else { continue };
        let Some(emberforge_msl::KernelArg::Output(output)) = analysis.args.get(b.index()).copied() else { continue };
        let Some(axis) = (0..3u8).find(|axis| {
            let is = |op: &Op| matches!(op, Op::Attribute(Attribute::ThreadPositionInGrid, a) if a == axis);
            too_many(kernel, output, usize::from(*axis))
                && matches!(program.inst(shape::origin(program, flow, index)).op, ref op if is(op) || matches!(op, Op::Binary(..)) && shape::depends(program, flow, index, &is))
        }) else {
            continue;
        };
        let is = |op: &Op| matches!(op, Op::Attribute(Attribute::ThreadPositionInGrid, a) if *a == axis);
        let asks = |c: ValueId| shape::depends(program, flow, c, &is);
        // An index that is cut to the size, or a modulus, needs no guard.
        let clamped = shape::depends(program, flow, index, &|op| matches!(op, Op::Binary(BinaryOp::Min | BinaryOp::Rem, ..)));
        if clamped || flow.around(*v).filter_map(shape::condition).any(asks) || flow.return_conditions.iter().any(|c| asks(*c)) {
            continue;
        }
        let name = &program.buffers[b.index()].name;
        out.report(&RULE, kernel.at(program, *v), format!("the grid has more threads than `{name}` has elements, and nothing stops the last ones"))
            .label("also stored by threads beyond the end")
            .related(kernel.spec.call.unwrap_or(kernel.spec.def), "launched here")
            .help("give the exact number of threads as the grid, or return where the index is too large");
        return;
    }
}
