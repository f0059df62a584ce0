//! Operations across the lanes of a simdgroup or quad: plain operations on rows of 32 (or 4) lanes.

use super::{Machine, alu, write_lane};
use crate::loops::{Src, lanes as rows};
use crate::program::Slot;
use crate::reg::Reg;
use emberforge_ir::{BinaryOp, LaneGroup, LaneOp, Scalar, scalar};

/// The widest group.
const WIDTH: usize = 32;

impl Machine<'_> {
    /// The lane ranges of the simdgroups or quads that the active hull touches: `(first lane, lanes present)`.
    fn lane_groups(&self, group: LaneGroup) -> impl Iterator<Item = (usize, usize)> + use<> {
        let width = group.width();
        let size = self.block.group_lanes.max(1) as usize;
        let total = self.lanes as usize;
        let (lo, hi) = (self.active.lo as usize, self.active.hi as usize);
        (lo / size..hi.div_ceil(size)).flat_map(move |g| {
            let (start, end) = (g * size, ((g + 1) * size).min(total));
            (start..end)
                .step_by(width)
                .map(move |first| (first, width.min(end - first)))
                .filter(move |&(first, count)| first < hi && first + count > lo)
        })
    }

    pub(super) fn lane_op(
        &mut self,
        op: LaneOp,
        group: LaneGroup,
        operand: Scalar,
        ty: Scalar,
        dst: Slot,
        a: Option<Slot>,
        b: Option<Slot>,
    ) {
        if let Some(a) = a {
            self.prepare(a, operand);
        }
        if let Some(b) = b {
            self.prepare(b, Scalar::U32);
        }
        let mut lanes = self.take_lanes(dst);
        if group == LaneGroup::Simd && self.full_rows(op, operand, &mut lanes, a, b) {
            return self.give_lanes(dst, lanes);
        }
        let groups: Vec<(usize, usize)> = self.lane_groups(group).collect();
        for (first, count) in groups {
            self.one_group(op, group.width(), operand, ty, a, b, first, count, &mut lanes);
        }
        self.give_lanes(dst, lanes);
    }

    /// Serves 32-bit operands when every simdgroup of the block is full and active.
    fn full_rows(
        &self,
        op: LaneOp,
        operand: Scalar,
        out: &mut [u64],
        a: Option<Slot>,
        b: Option<Slot>,
    ) -> bool {
        let full = self.active.mask.is_none()
            && self.active.lo == 0
            && self.active.hi == self.lanes
            && (self.block.group_lanes as usize).is_multiple_of(rows::WIDTH);
        let (true, Some(a)) = (full && operand.size() == 4, a) else { return false };
        let hull = self.active.hull();
        let out = &mut bytemuck::cast_slice_mut::<u64, u32>(out)[hull];
        let Src::Lanes(source) = self.words(a, operand) else { return false };
        if rows::is_combination(op) {
            if operand == Scalar::F32 {
                rows::combine_f32(op, bytemuck::cast_slice_mut(out), bytemuck::cast_slice(source));
            } else {
                rows::combine_u32(op, operand.is_signed(), out, source);
            }
            return true;
        }
        let argument = match b.map(|b| self.regs[b as usize]) {
            Some(Reg::Uniform(bits)) => bits as usize,
            None => 0,
            _ => return false,
        };
        if rows::is_shuffle(op) {
            rows::shuffle_u32(op, argument, out, source);
            return true;
        }
        false
    }

    fn one_group(
        &self,
        op: LaneOp,
        width: usize,
        operand: Scalar,
        ty: Scalar,
        a: Option<Slot>,
        b: Option<Slot>,
        first: usize,
        count: usize,
        out: &mut [u64],
    ) {
        let whole = self.active.mask.is_none()
            && self.active.lo as usize <= first
            && first + count <= self.active.hi as usize;
        let mut active = [false; WIDTH];
        let mut values = [0u64; WIDTH];
        for i in 0..count {
            active[i] = whole || self.active.contains((first + i) as u32);
            if active[i]
                && let Some(a) = a
            {
                values[i] = self.bits(a, operand, first + i);
            }
        }
        let argument = |i: usize| b.map_or(0, |b| self.bits(b, Scalar::U32, first + i) as i64);
        for i in (0..count).filter(|&i| active[i]) {
            let at = |lane: i64| {
                let lane = usize::try_from(lane).unwrap_or(usize::MAX);
                if lane < count && active[lane] { values[lane] } else { values[i] }
            };
            let own = i as i64;
            let w = width as i64;
            let result = match op {
                LaneOp::Shuffle => at(argument(i)),
                LaneOp::ShuffleUp => at(own - argument(i)),
                LaneOp::ShuffleDown if own + argument(i) < w => at(own + argument(i)),
                LaneOp::ShuffleDown => values[i],
                LaneOp::ShuffleXor if argument(i) < w => at(own ^ argument(i)),
                LaneOp::ShuffleXor => values[i],
                LaneOp::ShuffleRotateUp => at((own - argument(i)).rem_euclid(w)),
                LaneOp::ShuffleRotateDown => at((own + argument(i)).rem_euclid(w)),
                LaneOp::PrefixInclusiveSum
                | LaneOp::PrefixExclusiveSum
                | LaneOp::PrefixInclusiveProduct
                | LaneOp::PrefixExclusiveProduct => prefix(op, operand, &values, &active, i),
                // The others give every active lane the same answer.
                _ => {
                    let shared = reduce(op, operand, width, &values, &active);
                    for lane in (i..count).filter(|&l| active[l]) {
                        let own = if op == LaneOp::IsFirst { u64::from(lane == i) } else { shared };
                        write_lane(out, ty, first + lane, own);
                    }
                    return;
                }
            };
            write_lane(out, ty, first + i, result);
        }
    }

    pub(super) fn matrix_multiply(
        &mut self,
        element: u8,
        operand: Scalar,
        ty: Scalar,
        dst: Slot,
        a: [Slot; 2],
        b: [Slot; 2],
        c: Slot,
    ) {
        for slot in a.into_iter().chain(b) {
            self.prepare(slot, operand);
        }
        self.prepare(c, ty);
        let mut lanes = self.take_lanes(dst);
        let base = self.active.lo as usize;
        let end = self.active.hi as usize;
        let groups: Vec<(usize, usize)> = self.lane_groups(LaneGroup::Simd).collect();
        for (first, count) in groups {
            let (mut left, mut right) = ([[0f32; 8]; 8], [[0f32; 8]; 8]);
            for i in (0..count).filter(|&i| first + i >= base && first + i < end) {
                let (row, column) = matrix_place(i);
                for e in 0..2 {
                    left[row][column + e] = self.floats(a[e], operand).at(first + i - base);
                    right[row][column + e] = self.floats(b[e], operand).at(first + i - base);
                }
            }
            for i in (0..count).filter(|&i| self.active.contains((first + i) as u32)) {
                let (row, column) = matrix_place(i);
                let column = column + usize::from(element);
                let mut sum = self.floats(c, ty).at(first + i - base);
                for k in 0..8 {
                    // Each product and each sum is rounded, in f32; see `Op::MatrixMultiply`.
                    sum += left[row][k] * right[k][column];
                }
                let bits = super::bits_of(ty, sum);
                write_lane(&mut lanes, ty, first + i, bits);
            }
        }
        self.give_lanes(dst, lanes);
    }
}

/// Row and first column of the two matrix elements a lane holds.
fn matrix_place(lane: usize) -> (usize, usize) {
    (((lane / 4) & 4) + (lane / 2) % 4, ((lane / 4) & 2) * 2 + (lane % 2) * 2)
}

/// A reduction over the active lanes.
fn reduce(op: LaneOp, ty: Scalar, width: usize, values: &[u64; WIDTH], active: &[bool; WIDTH]) -> u64 {
    let lanes = || (0..WIDTH).filter(|&i| active[i]);
    let fold = |op| lanes().map(|i| values[i]).reduce(|x, y| scalar::binary(op, ty, x, y)).unwrap_or(0);
    match op {
        LaneOp::Sum | LaneOp::Product => {
            let (op, identity) = match op {
                LaneOp::Sum => (BinaryOp::Add, 0.0),
                _ => (BinaryOp::Mul, 1.0),
            };
            let mut row = [scalar::from_f64(ty, identity); WIDTH];
            for i in lanes() {
                row[i] = values[i];
            }
            let mut distance = width / 2;
            while distance > 0 {
                for i in 0..distance {
                    row[i] = alu::combine(op, ty, row[i], row[i + distance]);
                }
                distance /= 2;
            }
            row[0]
        }
        LaneOp::Min => fold(BinaryOp::Min),
        LaneOp::Max => fold(BinaryOp::Max),
        LaneOp::And => fold(BinaryOp::And),
        LaneOp::Or => fold(BinaryOp::Or),
        LaneOp::Xor => fold(BinaryOp::Xor),
        LaneOp::BroadcastFirst => lanes().next().map_or(0, |i| values[i]),
        LaneOp::All => u64::from(lanes().all(|i| values[i] != 0)),
        LaneOp::Any => u64::from(lanes().any(|i| values[i] != 0)),
        LaneOp::Ballot => lanes().filter(|&i| values[i] != 0).fold(0, |bits, i| bits | 1 << i),
        _ => 0,
    }
}

/// A prefix of lane `i` over the active lanes, from the lowest.
fn prefix(op: LaneOp, ty: Scalar, values: &[u64; WIDTH], active: &[bool; WIDTH], i: usize) -> u64 {
    let product = matches!(op, LaneOp::PrefixInclusiveProduct | LaneOp::PrefixExclusiveProduct);
    let inclusive = matches!(op, LaneOp::PrefixInclusiveSum | LaneOp::PrefixInclusiveProduct);
    let combine = if product { BinaryOp::Mul } else { BinaryOp::Add };
    let identity = scalar::from_f64(ty, if product { 1.0 } else { 0.0 });
    (0..if inclusive { i + 1 } else { i })
        .filter(|&l| active[l])
        .fold(identity, |sum, l| scalar::binary(combine, ty, sum, values[l]))
}
