//! # MSL924 unstable-softmax-or-variance
//!
//! A kernel exponentiates raw data and divides by the sum, or subtracts the square of a mean from a mean of squares.
//!
//! Why: `exp(x)` overflows float above 88.7, and the sum is infinite; `E[x^2] - E[x]^2` loses all digits where the mean is large.
//! Evidence: the rules NUM455 and NUM457 for Python; flash attention kernels subtract the running maximum.
//! Bad: `sum += exp(x[i]); ... out[i] = exp(x[i]) / sum;`
//! Good: `exp(x[i] - top)`; the sum of `(x - mean)^2`.
//! Fix: none.
//! How sure: likely; the argument of exp is a loaded value as it is, or the difference is that of two accumulated sums.

use super::helpers::*;

rule!(msl924, "MSL924", "unstable-softmax-or-variance", Warn, Likely, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };
    let flow = &analysis.flow;
    let loaded = |v: ValueId| matches!(program.inst(shape::plain(program, flow, v)).op, Op::Load(_));
    for v in flow.order() {
        match program.inst(*v).op {
            Op::Math(ir::MathOp::Exp | ir::MathOp::Exp2, x, _) if loaded(x) => {
                // Added up, and divided by.
                let is_exp = |op: &Op| matches!(op, Op::Math(ir::MathOp::Exp | ir::MathOp::Exp2, ..)) && *op == program.inst(*v).op;
                let divided = flow.order().iter().any(|w| match program.inst(*w).op {
                    Op::Binary(BinaryOp::Div, _, by) => {
                        let summed = |op: &Op| matches!(op, Op::Lane { op: ir::LaneOp::Sum, .. });
                        let sum = shape::plain(program, flow, by);
                        let accumulated = match program.inst(sum).op {
                            Op::Get(var) => flow.sets(var).iter().any(|s| shape::accumulates(program, *s, var)),
                            _ => shape::depends(program, flow, sum, &summed),
                        };
                        accumulated && shape::depends(program, flow, by, &is_exp)
                    }
                    _ => false,
                });
                if divided {
                    out.report(&RULE, kernel.at(program, *v), "the exponentials of raw data are added up and divided by: they overflow above 88")
                        .label("no maximum is subtracted")
                        .help("subtract the maximum of the row first");
                    return;
                }
            }
            Op::Binary(BinaryOp::Sub, squares, square) => {
                let square = shape::plain(program, flow, square);
                let Op::Binary(BinaryOp::Mul, a, b) = program.inst(square).op else { continue };
                if !shape::scalar(program, square).is_float() || !shape::same(program, flow, a, b, 4) {
                    continue;
                }
                let mean = |v: ValueId| {
                    shape::depends(program, flow, v, &|op| matches!(op, Op::Lane { op: ir::LaneOp::Sum, .. }))
                        || shape::depends(program, flow, v, &|op| match op {
                            Op::Get(var) => flow.sets(*var).iter().any(|s| shape::accumulates(program, *s, *var)),
                            _ => false,
                        })
                };
                let of_squares = shape::depends(program, flow, squares, &|op| match *op {
                    Op::Binary(BinaryOp::Mul, x, y) => x == y || shape::same(program, flow, x, y, 4),
                    Op::Fma(x, y, _) => shape::same(program, flow, x, y, 4),
                    _ => false,
                });
                if mean(a) && mean(squares) && of_squares {
                    out.report(&RULE, kernel.at(program, *v), "the variance is a difference of two large numbers: `E[x^2] - E[x]^2`")
                        .label("loses its digits where the mean is large")
                        .help("add up `(x - mean)^2` in a second pass, or use Welford's method");
                }
            }
            _ => {}
        }
    }
}
