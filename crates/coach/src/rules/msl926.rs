//! # MSL926 truncated-simdgroup-count
//!
//! A number of simdgroups or chunks is computed by a division that drops the remainder.
//!
//! Why: with 1 to 31 threads (or elements) the count is 0, and the last partial one is always left out.
//! Evidence: found in reductions that count simdgroups as `threads / 32`.
//! Bad: `uint groups = n / 32; for (uint g = 0; g < groups; ++g) ...`
//! Good: `(n + 31) / 32`
//! Fix: none.
//! How sure: likely; the quotient bounds a loop or a test, and nothing looks at the remainder. Sizes known to be multiples of 32 are let pass.

use super::helpers::*;

rule!(msl926, "MSL926", "truncated-simdgroup-count", Warn, Likely, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };
    let flow = &analysis.flow;

    for v in flow.order() {
        let (n, by) = match program.inst(*v).op {
            Op::Binary(BinaryOp::Div, n, by) => (n, flow::constant(program, by)),
            Op::Binary(BinaryOp::Shr, n, by) => (n, flow::constant(program, by).filter(|b| *b == 5).map(|_| 32)),
            _ => continue,
        };
        if by != Some(32) || flow.vary(n) > Vary::Group {
            continue;
        }
        let count = shape::origin(program, flow, n);
        let known = match program.inst(count).op {
            Op::Attribute(Attribute::ThreadsPerThreadgroup | Attribute::DispatchThreadsPerThreadgroup, axis) => {
                kernel.spec.launch.as_ref().is_none_or(|l| l.group(usize::from(axis)).is_none_or(|n| n % 32 == 0))
            }
            Op::Load(p) => shape::known_size(kernel, program, analysis, p).is_some_and(|n| n % 32 == 0),
            // (n + 31), a constant, anything computed.
            _ => true,
        };
        let remainder = |w: &ValueId| match program.inst(*w).op {
            Op::Binary(BinaryOp::Rem | BinaryOp::And, a, _) => shape::same(program, flow, a, n, 6),
            Op::Binary(BinaryOp::Mul, a, _) => shape::origin(program, flow, a) == *v,
            _ => false,
        };
        let bounds = |w: &ValueId| match program.inst(*w).op {
            Op::Compare(CompareOp::Lt | CompareOp::Gt | CompareOp::Le | CompareOp::Ge, a, b) => shape::origin(program, flow, b) == *v || shape::origin(program, flow, a) == *v,
            _ => false,
        };
        if !known && flow.order().iter().any(bounds) && !flow.order().iter().any(remainder) {
            out.report(&RULE, kernel.at(program, *v), "this count drops the remainder: it is 0 below 32 and leaves out the last partial one")
                .label("rounds down")
                .help("round up: `(n + 31) / 32`");
        }
    }
}
