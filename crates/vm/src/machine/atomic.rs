//! Atomics: lane by lane in ascending order, with real atomic instructions on buffers other workers share.

use super::{Machine, write_lane};
use crate::memory::{Object, decode};
use crate::program::{Address, Slot};
use crate::reg::Reg;
use emberforge_ir::{AtomicOp, BinaryOp, Scalar, scalar};
use std::sync::atomic::Ordering::Relaxed;

impl Machine<'_> {
    pub(super) fn atomic(
        &mut self,
        op: AtomicOp,
        ty: Scalar,
        dst: Slot,
        address: Address,
        value: Option<Slot>,
        expected: Option<Slot>,
    ) {
        self.may_end = false;
        self.prepare(address.base, Scalar::I64);
        if let Some(index) = address.index {
            self.prepare(index.slot, index.ty);
        }
        for slot in value.into_iter().chain(expected) {
            // The operand may stand in the memory that is changed.
            self.settle(slot, ty);
            self.prepare(slot, ty);
        }
        let mut lanes = self.take_lanes(dst);
        let active: Vec<usize> = self.active.lanes().collect();
        for lane in active {
            let mut at = self.bits(address.base, Scalar::I64, lane);
            if let Some(index) = address.index {
                let i = self.bits(index.slot, index.ty, lane);
                at = at.wrapping_add(super::access::far(i, index.scale));
            }
            let value = value.map_or(0, |v| self.bits(v, ty, lane));
            let expected = expected.map_or(0, |e| self.bits(e, ty, lane));
            let old = self.atomic_lane(op, ty, lane, at as i64, value, expected);
            write_lane(&mut lanes, ty, lane, old);
        }
        self.lanes_of[dst as usize] = lanes;
        self.put(dst, Reg::Vector);
    }

    /// One lane's atomic on canonical bits; yields the old value, 0 out of range.
    fn atomic_lane(
        &mut self,
        op: AtomicOp,
        ty: Scalar,
        lane: usize,
        at: i64,
        value: u64,
        expected: u64,
    ) -> u64 {
        let (region, offset) = decode(at);
        let next = |old: u64| next_value(op, ty, old, value, expected);
        let Object::Buffer(b) = self.layout.object(region) else {
            // Memory of this worker alone, or read-only memory that only a load may touch.
            let old = self.load_lane(ty, lane, at);
            if let Some(new) = next(old) {
                self.store_lane(ty, lane, at, new);
            }
            return old;
        };
        let bytes = self.buffers[b];
        if op == AtomicOp::Load {
            return super::access::load_bits(&bytes, ty, offset);
        }
        if ty.size() == 8 {
            let Some(word) = bytes.atomic_u64(offset) else { return 0 };
            return word.fetch_update(Relaxed, Relaxed, next).unwrap_or_else(|old| old);
        }
        let Some(word) = bytes.atomic_u32(offset) else { return 0 };
        let update = |old: u32| next(scalar::canonical(ty, u64::from(old))).map(|new| new as u32);
        scalar::canonical(
            ty,
            u64::from(word.fetch_update(Relaxed, Relaxed, update).unwrap_or_else(|old| old)),
        )
    }
}

/// What an atomic leaves in memory, or `None` when it leaves it alone.
fn next_value(op: AtomicOp, ty: Scalar, old: u64, value: u64, expected: u64) -> Option<u64> {
    let binary = |op| Some(scalar::binary(op, ty, old, value));
    match op {
        AtomicOp::Load => None,
        AtomicOp::Store | AtomicOp::Exchange => Some(value),
        AtomicOp::CompareExchange => (old == expected).then_some(value),
        AtomicOp::Add => binary(BinaryOp::Add),
        AtomicOp::Sub => binary(BinaryOp::Sub),
        AtomicOp::Min => binary(BinaryOp::Min),
        AtomicOp::Max => binary(BinaryOp::Max),
        AtomicOp::And => binary(BinaryOp::And),
        AtomicOp::Or => binary(BinaryOp::Or),
        AtomicOp::Xor => binary(BinaryOp::Xor),
    }
}
