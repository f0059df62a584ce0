//! Collective instructions: what each active thread of a simdgroup gets.

use super::{Kernel, Op, Thread, ValueId};
use emberforge_ir::{BinaryOp, LaneGroup, LaneOp, Scalar, scalar};

/// The result of instruction `at` for each thread; those that are not active get nothing that counts.
pub(crate) fn combine(kernel: &Kernel, at: ValueId, threads: &[Thread<'_>], active: &[bool]) -> Vec<u64> {
    match kernel.inst(at).op {
        Op::Lane { op, group, a, b } => {
            let width = match group {
                LaneGroup::Simd => 32,
                LaneGroup::Quad => 4,
            };
            let mut results = Vec::new();
            for (threads, active) in threads.chunks(width).zip(active.chunks(width)) {
                // Lane l of the group, `None` when it is not active; absent lanes are not active.
                let operand = |value: Option<ValueId>| -> Vec<Option<u64>> {
                    (0..width)
                        .map(|l| match value {
                            _ if !active.get(l).copied().unwrap_or(false) => None,
                            Some(value) => Some(threads[l].bits(value)),
                            None => Some(0),
                        })
                        .collect()
                };
                let ty = a.and_then(|a| kernel.ty(a).scalar()).unwrap_or(Scalar::Bool);
                let (a, b) = (operand(a), operand(b));
                results.extend((0..threads.len()).map(|own| match a[own] {
                    Some(mine) => lane(op, ty, own, mine, &a, b[own].unwrap_or(0) as u32),
                    None => 0,
                }));
            }
            results
        }
        Op::MatrixMultiply { element, a, b, c } => {
            let ty = kernel.ty(c).scalar().unwrap_or(Scalar::F32);
            let single = |lane: usize, value: ValueId| -> f32 {
                let from = kernel.ty(value).scalar().unwrap_or(Scalar::F32);
                let bits = if active.get(lane) == Some(&true) { threads[lane].bits(value) } else { 0 };
                f32::from_bits(scalar::convert(from, Scalar::F32, bits) as u32)
            };
            let (mut left, mut right) = ([[0.0f32; 8]; 8], [[0.0f32; 8]; 8]);
            for lane in 0..32 {
                let (row, column) = matrix_place(lane);
                for e in 0..2 {
                    left[row][column + e] = single(lane, a[e]);
                    right[row][column + e] = single(lane, b[e]);
                }
            }
            let one = |lane: usize| {
                let (row, column) = matrix_place(lane);
                let mut sum = single(lane, c);
                for k in 0..8 {
                    sum += left[row][k] * right[k][column + usize::from(element)];
                }
                scalar::convert(Scalar::F32, ty, sum.to_bits().into())
            };
            (0..threads.len()).map(one).collect()
        }
        // A barrier orders memory, which has no delays here.
        _ => vec![0; threads.len()],
    }
}

/// Row and first column of a lane's two elements of an 8x8 matrix.
fn matrix_place(lane: usize) -> (usize, usize) {
    (((lane / 4) & 4) + (lane / 2) % 4, ((lane / 4) & 2) * 2 + (lane % 2) * 2)
}

/// What lane `own`, whose operand is `mine`, gets. `a` has the operand of each active lane.
fn lane(op: LaneOp, ty: Scalar, own: usize, mine: u64, a: &[Option<u64>], b: u32) -> u64 {
    let width = a.len();
    let one = scalar::convert(Scalar::Bool, ty, 1);
    // Combines the active lanes, or those below `end`, from the lowest.
    let fold =
        |op, end: usize| a[..end].iter().flatten().copied().reduce(|x, y| scalar::binary(op, ty, x, y));
    // The operand of lane `l`, or the own one if that is absent or inactive.
    let from = |l: Option<usize>| l.and_then(|l| a.get(l).copied().flatten()).unwrap_or(mine);
    let shift = b as usize;
    match op {
        LaneOp::Sum => pairwise(BinaryOp::Add, ty, a, 0),
        LaneOp::Product => pairwise(BinaryOp::Mul, ty, a, one),
        LaneOp::Min => fold(BinaryOp::Min, width).unwrap_or(0),
        LaneOp::Max => fold(BinaryOp::Max, width).unwrap_or(0),
        LaneOp::And => fold(BinaryOp::And, width).unwrap_or(0),
        LaneOp::Or => fold(BinaryOp::Or, width).unwrap_or(0),
        LaneOp::Xor => fold(BinaryOp::Xor, width).unwrap_or(0),
        LaneOp::PrefixInclusiveSum => fold(BinaryOp::Add, own + 1).unwrap_or(0),
        LaneOp::PrefixExclusiveSum => fold(BinaryOp::Add, own).unwrap_or(0),
        LaneOp::PrefixInclusiveProduct => fold(BinaryOp::Mul, own + 1).unwrap_or(one),
        LaneOp::PrefixExclusiveProduct => fold(BinaryOp::Mul, own).unwrap_or(one),
        LaneOp::Shuffle => from(Some(shift)),
        LaneOp::ShuffleUp => from(own.checked_sub(shift)),
        LaneOp::ShuffleDown => from(own.checked_add(shift)),
        LaneOp::ShuffleXor => from(Some(own ^ shift)),
        LaneOp::ShuffleRotateUp => from(Some((own + width - shift % width) % width)),
        LaneOp::ShuffleRotateDown => from(Some((own + shift % width) % width)),
        LaneOp::BroadcastFirst => a.iter().flatten().copied().next().unwrap_or(mine),
        LaneOp::All => a.iter().flatten().all(|x| *x != 0).into(),
        LaneOp::Any => a.iter().flatten().any(|x| *x != 0).into(),
        LaneOp::Ballot => (0..width).filter(|l| a[*l].is_some_and(|x| x != 0)).map(|l| 1u64 << l).sum(),
        LaneOp::IsFirst => a[..own].iter().all(Option::is_none).into(),
    }
}

/// Combines all lanes at distance 16, 8, 4, 2, 1; `identity` stands for the inactive ones.
fn pairwise(op: BinaryOp, ty: Scalar, a: &[Option<u64>], identity: u64) -> u64 {
    let mut lanes: Vec<u64> = a.iter().map(|x| x.unwrap_or(identity)).collect();
    while lanes.len() > 1 {
        let (low, high) = lanes.split_at(lanes.len() / 2);
        lanes = low.iter().zip(high).map(|(x, y)| scalar::binary(op, ty, *x, *y)).collect();
    }
    lanes[0]
}
