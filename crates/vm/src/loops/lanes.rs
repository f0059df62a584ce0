//! Operations across full simdgroups whose lanes are all active: rows of 32 values, the common case of every reduction.

use crate::simd::multiversion;
use emberforge_ir::{LaneOp, math};

/// Lanes of a simdgroup.
pub(crate) const WIDTH: usize = 32;

/// Combines a row pairwise at distances 16, 8, 4, 2, 1 and gives every lane the result.
#[inline(always)]
fn reduce<T: Copy>(dst: &mut [T], src: &[T], f: impl Fn(T, T) -> T) {
    for (d, s) in dst.chunks_exact_mut(WIDTH).zip(src.chunks_exact(WIDTH)) {
        let (low, high) = s.split_at(16);
        let (Ok(mut row), Ok(high)) = (<[T; 16]>::try_from(low), <&[T; 16]>::try_from(high)) else { return };
        for i in 0..16 {
            row[i] = f(row[i], high[i]);
        }
        for i in 0..8 {
            row[i] = f(row[i], row[i + 8]);
        }
        for i in 0..4 {
            row[i] = f(row[i], row[i + 4]);
        }
        let result = f(f(row[0], row[2]), f(row[1], row[3]));
        d.fill(result);
    }
}

/// Prefixes from the lowest lane, starting at `identity`.
#[inline(always)]
fn prefix<T: Copy>(dst: &mut [T], src: &[T], identity: T, inclusive: bool, f: impl Fn(T, T) -> T) {
    for (d, s) in dst.chunks_exact_mut(WIDTH).zip(src.chunks_exact(WIDTH)) {
        let mut sum = identity;
        for (d, &s) in d.iter_mut().zip(s) {
            let next = f(sum, s);
            *d = if inclusive { next } else { sum };
            sum = next;
        }
    }
}

multiversion! {
    /// `Sum`, `Product`, `Min`, `Max` and prefixes of f32.
    pub(crate) fn combine_f32(op: LaneOp, dst: &mut [f32], src: &[f32]) {
        match op {
            LaneOp::Sum => reduce(dst, src, |a, b| a + b),
            LaneOp::Product => reduce(dst, src, |a, b| a * b),
            LaneOp::Min => reduce(dst, src, math::min),
            LaneOp::Max => reduce(dst, src, math::max),
            LaneOp::PrefixInclusiveSum => prefix(dst, src, 0.0, true, |a, b| a + b),
            LaneOp::PrefixExclusiveSum => prefix(dst, src, 0.0, false, |a, b| a + b),
            LaneOp::PrefixInclusiveProduct => prefix(dst, src, 1.0, true, |a, b| a * b),
            LaneOp::PrefixExclusiveProduct => prefix(dst, src, 1.0, false, |a, b| a * b),
            _ => debug_assert!(false, "{op:?} is no combination"),
        }
    }

    /// The same of 32-bit integers; `signed` matters to `Min` and `Max` only.
    pub(crate) fn combine_u32(op: LaneOp, signed: bool, dst: &mut [u32], src: &[u32]) {
        match op {
            LaneOp::Sum => reduce(dst, src, u32::wrapping_add),
            LaneOp::Product => reduce(dst, src, u32::wrapping_mul),
            LaneOp::Min if signed => reduce(dst, src, |a, b| (a as i32).min(b as i32) as u32),
            LaneOp::Max if signed => reduce(dst, src, |a, b| (a as i32).max(b as i32) as u32),
            LaneOp::Min => reduce(dst, src, |a: u32, b| a.min(b)),
            LaneOp::Max => reduce(dst, src, |a: u32, b| a.max(b)),
            LaneOp::And => reduce(dst, src, |a, b| a & b),
            LaneOp::Or => reduce(dst, src, |a, b| a | b),
            LaneOp::Xor => reduce(dst, src, |a, b| a ^ b),
            LaneOp::PrefixInclusiveSum => prefix(dst, src, 0, true, u32::wrapping_add),
            LaneOp::PrefixExclusiveSum => prefix(dst, src, 0, false, u32::wrapping_add),
            LaneOp::PrefixInclusiveProduct => prefix(dst, src, 1, true, u32::wrapping_mul),
            LaneOp::PrefixExclusiveProduct => prefix(dst, src, 1, false, u32::wrapping_mul),
            _ => debug_assert!(false, "{op:?} is no combination"),
        }
    }

    /// Shuffles by one argument for all lanes.
    pub(crate) fn shuffle_u32(op: LaneOp, argument: usize, dst: &mut [u32], src: &[u32]) {
        let mut from = [0; WIDTH];
        for (i, from) in from.iter_mut().enumerate() {
            *from = source_lane(op, i, argument);
        }
        for (d, s) in dst.chunks_exact_mut(WIDTH).zip(src.chunks_exact(WIDTH)) {
            for (d, &f) in d.iter_mut().zip(&from) {
                *d = s[f % WIDTH];
            }
        }
    }
}

/// The lane a shuffle reads in a full simdgroup; its own where there is none.
fn source_lane(op: LaneOp, own: usize, argument: usize) -> usize {
    let lane = match op {
        LaneOp::Shuffle => Some(argument),
        LaneOp::ShuffleUp => own.checked_sub(argument),
        LaneOp::ShuffleDown => own.checked_add(argument),
        LaneOp::ShuffleXor => Some(own ^ argument),
        LaneOp::ShuffleRotateUp => Some((own + WIDTH - argument % WIDTH) % WIDTH),
        LaneOp::ShuffleRotateDown => Some((own + argument % WIDTH) % WIDTH),
        LaneOp::BroadcastFirst => Some(0),
        _ => None,
    };
    lane.filter(|&l| l < WIDTH).unwrap_or(own)
}

/// True for what [`combine_f32`] and [`combine_u32`] serve.
pub(crate) fn is_combination(op: LaneOp) -> bool {
    matches!(
        op,
        LaneOp::Sum
            | LaneOp::Product
            | LaneOp::Min
            | LaneOp::Max
            | LaneOp::And
            | LaneOp::Or
            | LaneOp::Xor
            | LaneOp::PrefixInclusiveSum
            | LaneOp::PrefixExclusiveSum
            | LaneOp::PrefixInclusiveProduct
            | LaneOp::PrefixExclusiveProduct
    )
}

/// True for what [`shuffle_u32`] serves.
pub(crate) fn is_shuffle(op: LaneOp) -> bool {
    matches!(
        op,
        LaneOp::Shuffle
            | LaneOp::ShuffleUp
            | LaneOp::ShuffleDown
            | LaneOp::ShuffleXor
            | LaneOp::ShuffleRotateUp
            | LaneOp::ShuffleRotateDown
            | LaneOp::BroadcastFirst
    )
}
