//! # KRN823 output-dtype-truncates
//!
//! A floating-point result is stored into an output whose dtype is an integer.
//!
//! Why: the fraction is cut off; typical where `output_dtypes=[x.dtype]` and `x` is an integer array.
//! Evidence: C++ conversion rules; MLX takes the dtype that the call gives.
//! Bad: `out[i] = sum / n;` with `output_dtypes=[mx.int32]`
//! Good: `output_dtypes=[mx.float32]`, or `int(...)` where the cut is meant.
//! Fix: none.
//! How sure: likely; the dtype is known from the call and the conversion is not written.

use super::helpers::*;

rule!(krn823, "KRN823", "output-dtype-truncates", Warn, Likely, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };
    let flow = &analysis.flow;

    for v in flow.order() {
        let Op::Store(p, x) = program.inst(*v).op else { continue };
        let (Some(Object::Buffer(b)), Op::Convert(from)) = (flow::object(program, p), program.inst(x).op) else { continue };
        let Some(emberforge_msl::KernelArg::Output(i)) = analysis.args.get(b.index()).copied() else { continue };
        let output = &kernel.spec.outputs[i];
        let Some(dtype) = output.dtype.filter(|_| shape::scalar(program, x).is_integer() && shape::scalar(program, from).is_float()) else { continue };
        let text = kernel.text_of(program, x).trim_start();
        let explicit = program.inst(x).span != program.inst(from).span && (text.starts_with('(') || text.starts_with("static_cast") || text.starts_with("T(") || text.starts_with("int") || text.starts_with("uint") || text.starts_with("rint"));
        let rounded = matches!(program.inst(shape::plain(program, flow, from)).op, Op::Math(ir::MathOp::Rint | ir::MathOp::Round | ir::MathOp::Floor | ir::MathOp::Ceil | ir::MathOp::Trunc, ..) | Op::Const(_));
        if !explicit && !rounded {
            out.report(&RULE, kernel.at(program, *v), format!("a floating-point result is stored into `{}`, which is {}", output.name, dtype.name()))
                .label("the fraction is cut off")
                .related(kernel.spec.call.unwrap_or(kernel.spec.def), "the dtype comes from this call")
                .help("give a float dtype in `output_dtypes`, or convert explicitly");
            return;
        }
    }
}
