//! # KRN811 strided-input
//!
//! A kernel takes inputs as they lie in memory and indexes them as if they were contiguous.
//!
//! Why: with `ensure_row_contiguous=False` a transposed or sliced array arrives with its strides.
//! Evidence: mlx#2312, #3720; MLX's page on custom kernels.
//! Bad: `ensure_row_contiguous=False` and `x[thread_position_in_grid.x]`
//! Good: `x[elem_to_loc(i, x_shape, x_strides, x_ndim)]`, `mx.contiguous(x)` at the call, or the default.
//! Fix: none.
//! How sure: likely; the body asks for no strides of that input. What `mx.contiguous` or a constructor just made is let pass.

use super::helpers::*;

rule!(krn811, "KRN811", "strided-input", Warn, Likely, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };
    let flow = &analysis.flow;

    if !kernel.spec.strided {
        return;
    }
    for (i, input) in kernel.spec.inputs.iter().enumerate() {
        let strides = analysis.facts.inputs.get(i).is_some_and(|u| u.strides);
        let one_d = input.dims.as_ref().is_some_and(|d| d.len() < 2);
        if strides || input.contiguous || one_d && input.dims.as_ref().is_some_and(|d| d.is_empty()) {
            continue;
        }
        let indexed = flow.order().iter().find(|v| {
            let Op::Load(p) = program.inst(**v).op else { return false };
            let Some(Object::Buffer(b)) = flow::object(program, p) else { return false };
            analysis.args.get(b.index()) == Some(&emberforge_msl::KernelArg::Input(i))
                && matches!(program.inst(p).op, Op::Offset { index, .. } if flow::constant(program, index).is_none())
        });
        if let Some(v) = indexed {
            out.report(&RULE, kernel.at(program, *v), format!("`{}` may have any strides here, and the index ignores them", input.name))
                .label("taken for contiguous")
                .related(kernel.spec.def, "`ensure_row_contiguous=False`")
                .help("index with `elem_to_loc`, or leave `ensure_row_contiguous` at its default");
            return;
        }
    }
}
