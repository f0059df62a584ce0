//! A thread's private arrays: interleaved by lane, so that one cell of all lanes is one run of memory.

use super::access::{Offsets, load_run};
use super::{Machine, write_lane};
use crate::memory::{Bytes, Object};
use crate::program::Slot;
use crate::reg::Reg;
use emberforge_ir::Scalar;

impl Machine<'_> {
    /// The interleaved memory of a private array: cell `c` of lane `l` stands at `(c * capacity + l)` cells.
    fn private_memory(&mut self, array: usize) -> &mut Box<[u64]> {
        let spec = self.layout.private[array];
        let cells = spec.bytes.div_ceil(spec.cell);
        let words = (cells * self.capacity * spec.cell).div_ceil(8);
        let memory = &mut self.private[array];
        if memory.is_empty() {
            *memory = vec![0u64; words].into_boxed_slice();
        }
        memory
    }

    pub(super) fn load_private(&mut self, ty: Scalar, dst: Slot, array: usize, at: Reg, lazy: bool) {
        let spec = self.layout.private[array];
        let (hull, capacity) = (self.active.hull(), self.capacity);
        if let Reg::Uniform(offset) = at {
            let offset = offset as i64;
            if offset < 0 || offset as usize + ty.size() > spec.bytes {
                return self.put(dst, Reg::Uniform(0));
            }
            if ty.size() == spec.cell && (offset as usize).is_multiple_of(spec.cell) {
                let first = (offset as usize / spec.cell) * capacity;
                self.private_memory(array);
                let base = (first * spec.cell) as i64;
                let reg = Reg::Linear { base, step: 4, group: 4 * i64::from(self.block.group_lanes) };
                let cell = Offsets { reg, least: base, greatest: base + 4 * (capacity as i64 - 1) };
                if lazy && self.load_lazily(ty, dst, Object::Private(array), cell) {
                    return;
                }
                let mut lanes = self.take_lanes(dst);
                let memory: &mut [u8] = bytemuck::cast_slice_mut(self.private_memory(array));
                let from = (first + hull.start) * spec.cell;
                let bytes = Bytes::scratch(memory);
                load_run(&bytes, ty, from as i64, &mut lanes, hull.clone());
                return self.give_lanes(dst, lanes);
            }
        }
        let mut lanes = self.take_lanes(dst);
        for lane in hull {
            let bits = self.load_cells(ty, array, lane, self.symbolic_at(at, lane));
            write_lane(&mut lanes, ty, lane, bits);
        }
        self.give_lanes(dst, lanes);
    }

    pub(super) fn store_private(&mut self, ty: Scalar, array: usize, at: Reg, value: Slot) {
        self.prepare(value, ty);
        let spec = self.layout.private[array];
        let (hull, capacity) = (self.active.hull(), self.capacity);
        if let Reg::Uniform(offset) = at
            && ty.size() == spec.cell
            && (offset as usize).is_multiple_of(spec.cell)
            && (offset as i64) >= 0
            && offset as usize + ty.size() <= spec.bytes
            && self.active.mask.is_none()
        {
            let first = (offset as usize / spec.cell) * capacity;
            self.private_memory(array);
            let mut memory = std::mem::take(&mut self.private[array]);
            let bytes = Bytes::scratch(bytemuck::cast_slice_mut(&mut memory));
            self.store_run(&bytes, ty, ((first + hull.start) * spec.cell) as i64, value, 0..hull.len());
            self.private[array] = memory;
            return;
        }
        let lanes: Vec<usize> = self.active.lanes().collect();
        for lane in lanes {
            let bits = self.bits(value, ty, lane);
            self.store_cells(ty, array, lane, self.symbolic_at(at, lane), bits);
        }
    }

    /// A scalar of a private array, gathered byte by byte where it does not fill one cell.
    pub(super) fn load_cells(&mut self, ty: Scalar, array: usize, lane: usize, offset: i64) -> u64 {
        let spec = self.layout.private[array];
        if offset < 0 || offset as usize + ty.size() > spec.bytes {
            return 0;
        }
        let (offset, capacity) = (offset as usize, self.capacity);
        let memory: &[u8] = bytemuck::cast_slice(self.private_memory(array));
        let mut raw = [0u8; 8];
        for (i, byte) in raw.iter_mut().enumerate().take(ty.size()) {
            let at = offset + i;
            *byte = memory[((at / spec.cell) * capacity + lane) * spec.cell + at % spec.cell];
        }
        emberforge_ir::scalar::canonical(ty, u64::from_le_bytes(raw))
    }

    pub(super) fn store_cells(&mut self, ty: Scalar, array: usize, lane: usize, offset: i64, bits: u64) {
        let spec = self.layout.private[array];
        if offset < 0 || offset as usize + ty.size() > spec.bytes {
            return;
        }
        let (offset, capacity) = (offset as usize, self.capacity);
        let memory: &mut [u8] = bytemuck::cast_slice_mut(self.private_memory(array));
        for (i, byte) in bits.to_le_bytes().iter().enumerate().take(ty.size()) {
            let at = offset + i;
            memory[((at / spec.cell) * capacity + lane) * spec.cell + at % spec.cell] = *byte;
        }
    }
}
