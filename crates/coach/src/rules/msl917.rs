//! # MSL917 simd-reduce-over-threadgroup
//!
//! A reduction over one simdgroup is stored as if it were that of the whole threadgroup.
//!
//! Why: `simd_sum` adds 32 lanes. With more threads each simdgroup has a sum of its own, and the last to write wins.
//! Evidence: FlexAIDdS#374.
//! Bad: `out[row] = simd_sum(v);` with a threadgroup of 256
//! Good: a second stage: the sums of the simdgroups in threadgroup memory, a barrier, and one more `simd_sum`.
//! Fix: none.
//! How sure: certain where the threadgroup has more than 32 threads and they store to one address; likely where each of them goes on with it, in a body that knows no simdgroups.

use super::helpers::*;

rule!(msl917, "MSL917", "simd-reduce-over-threadgroup", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Some((kernel, program, analysis)) = program(event) else { return };

    for race in &analysis.trace.races {
        if race.kind != RaceKind::WriteAfterWrite || race.same_simd || !shape::stores_simd_reduction(program, &analysis.flow, race.second) {
            continue;
        }
        let finding = out.report(&RULE, kernel.at(program, race.second), "the result of one simdgroup is stored for the whole threadgroup");
        finding
            .label(format!("{} simdgroups store different values here", analysis.trace.threads.div_ceil(32)))
            .help("combine the simdgroups through threadgroup memory, or launch 32 threads per threadgroup");
        if !analysis.trace.known_threads {
            finding.at_most(Sure::Possible);
        }
    }
    if let Some(v) = row_of_one_simdgroup(kernel, program, analysis) {
        out.report(&RULE, kernel.at(program, v), "the result of one simdgroup is used for the whole threadgroup")
            .label(format!("32 of the {} values that the threadgroup loads", analysis.trace.threads))
            .help("combine the simdgroups through threadgroup memory, or launch 32 threads per threadgroup")
            .at_most(Sure::Likely);
    }
}

/// In a body that knows nothing of simdgroups (no threadgroup memory, no lane or simdgroup index, no division of an
/// index): a reduction that one thread of a larger threadgroup stores for all, or one of what each thread loads from
/// its place in the group's row.
fn row_of_one_simdgroup(kernel: &Kernel, program: &ir::Kernel, analysis: &Analysis) -> Option<ValueId> {
    let wide = kernel.spec.launch.as_ref().and_then(|l| l.group(0)).is_some_and(|n| n > 32);
    let knows = |op: &Op| match op {
        Op::Attribute(a, _) => {
            use Attribute::{ThreadIndexInThreadgroup, ThreadPositionInGrid, ThreadPositionInThreadgroup, ThreadgroupPositionInGrid};
            !matches!(a, ThreadPositionInThreadgroup | ThreadIndexInThreadgroup | ThreadgroupPositionInGrid | ThreadPositionInGrid)
        }
        Op::Binary(BinaryOp::Div | BinaryOp::Rem | BinaryOp::Shr, a, _) => program.ty(*a).scalar().is_some_and(Scalar::is_integer),
        _ => false,
    };
    if !wide || !analysis.trace.known_threads || !program.threadgroup.is_empty() || analysis.flow.order().iter().any(|v| knows(&program.inst(*v).op)) {
        return None;
    }
    let stored_once = |v: ValueId| {
        let Op::Store(p, _) = program.inst(v).op else { return false };
        shape::stores_simd_reduction(program, &analysis.flow, v)
            && analysis.flow.vary(p) <= Vary::Group
            && output(program, analysis, p).is_some()
            && analysis.flow.around(v).filter_map(shape::condition).any(|c| analysis.flow.vary(c) == Vary::Thread)
    };
    analysis.flow.order().iter().copied().find(|v| {
        if stored_once(*v) {
            return true;
        }
        let Op::Lane { op: ir::LaneOp::Sum | ir::LaneOp::Max | ir::LaneOp::Min, group: ir::LaneGroup::Simd, a: Some(a), .. } = program.inst(*v).op else { return false };
        shape::depends(program, &analysis.flow, a, &|op| match op {
            Op::Load(p) => {
                let has = |which: &dyn Fn(Attribute) -> bool| shape::depends(program, &analysis.flow, *p, &|op| matches!(op, Op::Attribute(a, _) if which(*a)));
                has(&|a| a == Attribute::ThreadgroupPositionInGrid) && has(&|a| a != Attribute::ThreadgroupPositionInGrid)
            }
            _ => false,
        })
    })
}
