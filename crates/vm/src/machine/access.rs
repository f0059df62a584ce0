//! Loads and stores: slices where the address advances with the lane, rows where it does so row by row, single accesses
//! where it is uniform, gathers and scatters otherwise.

use super::{Form, Machine, copy_clipped, float_of, write_lane};
use crate::loops::{Src, convert};
use crate::memory::{Bytes, Object, decode};
use crate::program::{Address, Slot};
use crate::reg::{self, Reg, Window};
use emberforge_ir::Scalar;

/// A 32-bit index leaves its object for the next one only when elements are larger than this.
const LARGE_ELEMENT: u32 = 1 << 10;
/// Steps are cut off here: far outside any object, yet too short to reach the next object's addresses.
const FARTHEST: i64 = 1 << 42;

/// `index * scale` bytes in 64-bit arithmetic, cut off at [`FARTHEST`].
pub(super) fn far(index: u64, scale: u32) -> u64 {
    (index.wrapping_mul(u64::from(scale)) as i64).clamp(-FARTHEST, FARTHEST) as u64
}

/// Symbolic offsets, or addresses, and bounds of them over the active lanes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offsets {
    pub(super) reg: Reg,
    pub(super) least: i64,
    pub(super) greatest: i64,
}

/// An address with its object found, or one address per lane.
pub(super) enum Place<'p> {
    /// All lanes address one object; `at` gives byte offsets (symbolic), which lie within `least` and `greatest`.
    Object { object: Object, bytes: Option<Bytes<'p>>, at: Offsets },
    /// 64-bit addresses stand in the scratch buffer, indexed by lane.
    Scattered,
}

impl<'p> Machine<'p> {
    /// `dst = address`.
    pub(super) fn offset(&mut self, dst: Slot, address: Address) {
        match self.symbolic_address(address) {
            Some(address) => self.put(dst, address.reg),
            None => {
                self.scatter_addresses(address);
                let mut lanes = self.take_lanes(dst);
                let hull = self.active.hull();
                lanes[hull.clone()].copy_from_slice(&self.scratch[hull]);
                self.give_lanes(dst, lanes);
            }
        }
    }

    fn symbolic_address(&self, address: Address) -> Option<Offsets> {
        let base = self.regs[address.base as usize];
        if !base.is_symbolic() {
            return None;
        }
        let bounded = |reg: Reg| {
            let (least, greatest) = reg.bounds(self.window());
            Offsets { reg, least, greatest }
        };
        let Some(index) = address.index else { return Some(bounded(base)) };
        let i = self.regs[index.slot as usize];
        if !i.is_symbolic() {
            return None;
        }
        let step = reg::scale(i, i64::from(index.scale))?;
        let (least, greatest) = step.bounds(self.window());
        if least < -FARTHEST || greatest > FARTHEST {
            return None;
        }
        let sum = reg::add(step, base, 1)?;
        match base {
            Reg::Uniform(bits) => {
                let base = bits as i64;
                Some(Offsets {
                    reg: sum,
                    least: least.checked_add(base)?,
                    greatest: greatest.checked_add(base)?,
                })
            }
            _ => Some(bounded(sum)),
        }
    }

    /// Computes one address per active lane into the scratch buffer.
    fn scatter_addresses(&mut self, address: Address) {
        self.prepare(address.base, Scalar::I64);
        if let Some(index) = address.index {
            self.prepare(index.slot, index.ty);
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        if scratch.is_empty() {
            scratch = vec![0u64; self.capacity].into_boxed_slice();
        }
        let out = &mut scratch[self.active.hull()];
        let base = self.longs(address.base);
        match address.index {
            None => crate::loops::copy(out, base),
            Some(index) => {
                let scale = u64::from(index.scale);
                match Form::of(index.ty) {
                    Form::U64 => crate::loops::zip(out, base, self.longs(index.slot), |b, i| {
                        b.wrapping_add(far(i, index.scale))
                    }),
                    _ if index.scale > LARGE_ELEMENT => {
                        for (lane, at) in self.active.hull().zip(out) {
                            let i = self.bits(index.slot, index.ty, lane);
                            *at =
                                self.bits(address.base, Scalar::I64, lane).wrapping_add(far(i, index.scale));
                        }
                    }
                    _ if index.ty.is_signed() => {
                        crate::loops::zip(out, base, self.ints(index.slot, index.ty), |b, i| {
                            b.wrapping_add((i64::from(i) as u64).wrapping_mul(scale))
                        });
                    }
                    _ => crate::loops::zip(out, base, self.words(index.slot, index.ty), |b, i| {
                        b.wrapping_add(u64::from(i).wrapping_mul(scale))
                    }),
                }
            }
        }
        self.scratch = scratch;
    }

    /// Finds what an access addresses.
    pub(super) fn place(&mut self, address: Address, size: usize) -> Place<'p> {
        if let Some(Offsets { reg, least, greatest }) = self.symbolic_address(address) {
            let (region, first) = decode(least);
            let (last_region, last) = decode(greatest);
            if region == last_region {
                let origin = least.wrapping_sub(first);
                if let Some(at) = reg::add(reg, Reg::Uniform(origin as u64), -1) {
                    let at = Offsets { reg: at, least: first, greatest: last };
                    let object = self.layout.object(region);
                    match object {
                        Object::Threadgroup(array) => {
                            if let Some(at) = self.threadgroup_offset(array, at, size) {
                                return Place::Object { object, bytes: None, at };
                            }
                        }
                        _ => return Place::Object { object, bytes: self.object(region), at },
                    }
                }
            }
        }
        self.scatter_addresses(address);
        Place::Scattered
    }

    /// The offset within the block's copies of a threadgroup array, when every lane stays inside its own copy.
    fn threadgroup_offset(&self, array: usize, at: Offsets, size: usize) -> Option<Offsets> {
        if self.block.groups <= 1 {
            return Some(at);
        }
        let bytes = self.layout.threadgroup[array];
        let Offsets { reg, least, greatest } = at;
        if least < 0 || greatest + size as i64 > bytes as i64 {
            return None;
        }
        let stride = bytes.div_ceil(8) as i64 * 8;
        let copy = Reg::Linear { base: 0, step: 0, group: stride };
        let greatest = greatest + stride * i64::from(self.block.groups - 1);
        Some(Offsets { reg: reg::add(reg, copy, 1)?, least, greatest })
    }

    /// The scratch memory behind a threadgroup array (all copies of the block).
    fn threadgroup_bytes(&mut self, array: usize) -> Bytes<'_> {
        let single = self.block.groups <= 1;
        let size = self.layout.threadgroup[array];
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut self.threadgroup[array]);
        let len = if single { size } else { bytes.len() };
        Bytes::scratch(&mut bytes[..len])
    }

    /// The value at one address that all lanes share, in a buffer or table; loops of one thread do little else.
    fn load_uniform(&self, ty: Scalar, address: Address) -> Option<u64> {
        let uniform = |slot: Slot| match self.regs[slot as usize] {
            Reg::Uniform(bits) => Some(bits),
            _ => None,
        };
        let mut at = uniform(address.base)?;
        if let Some(index) = address.index {
            at = at.wrapping_add(far(uniform(index.slot)?, index.scale));
        }
        let (region, offset) = decode(at as i64);
        self.object(region).map(|bytes| load_bits(&bytes, ty, offset))
    }

    pub(super) fn load(&mut self, ty: Scalar, dst: Slot, address: Address, lazy: bool) {
        if let Some(bits) = self.load_uniform(ty, address) {
            return self.put(dst, Reg::Uniform(bits));
        }
        let size = ty.size();
        match self.place(address, size) {
            Place::Object { object: Object::Private(array), at, .. } => {
                self.load_private(ty, dst, array, at.reg, lazy);
            }
            Place::Object { object: object @ Object::Threadgroup(array), at, .. } => {
                if lazy && self.load_lazily(ty, dst, object, at) {
                    return;
                }
                let mut lanes = self.take_lanes(dst);
                if self.load_rows(ty, object, at, &mut lanes) {
                    return self.give_lanes(dst, lanes);
                }
                let window = self.window();
                let uniform = load_object(&self.threadgroup_bytes(array), ty, at.reg, window, &mut lanes);
                self.finish_load(dst, lanes, uniform);
            }
            Place::Object { bytes: Some(bytes), at, object } => {
                // A read-only run in a register's own form needs no copy.
                if let Some(step) = at.reg.straight(self.window())
                    && step == size as i64
                    && Form::of(ty).size() == size
                    && ty != Scalar::Bool
                    && matches!(
                        ty,
                        Scalar::F32 | Scalar::I32 | Scalar::U32 | Scalar::I64 | Scalar::U64 | Scalar::F64
                    )
                    && !bytes.is_writable()
                    && let start = self.symbolic_at(at.reg, self.active.lo as usize)
                    && bytes.aligned(start, size)
                {
                    let base = start - i64::from(self.active.lo) * step;
                    let len = (self.active.hi - self.active.lo) as usize * size;
                    let region = match object {
                        Object::Buffer(b) => b,
                        Object::Table(t) => self.layout.buffers + t,
                        _ => usize::MAX,
                    };
                    if bytes.holds(start, len) && region != usize::MAX {
                        self.ahead = bytes.ahead(start + len as i64);
                        return self.put(dst, Reg::View { region: region as u32, offset: base });
                    }
                }
                if lazy && !bytes.is_writable() && self.load_lazily(ty, dst, object, at) {
                    return;
                }
                let mut lanes = self.take_lanes(dst);
                if self.load_rows(ty, object, at, &mut lanes) {
                    return self.give_lanes(dst, lanes);
                }
                let uniform = load_object(&bytes, ty, at.reg, self.window(), &mut lanes);
                self.finish_load(dst, lanes, uniform);
            }
            Place::Object { .. } => self.put(dst, Reg::Uniform(0)),
            Place::Scattered => {
                let mut lanes = self.take_lanes(dst);
                self.gather(ty, &mut lanes);
                self.give_lanes(dst, lanes);
            }
        }
    }

    fn finish_load(&mut self, dst: Slot, lanes: Box<[u64]>, uniform: Option<u64>) {
        match uniform {
            Some(bits) => {
                self.lanes_of[dst as usize] = lanes;
                self.put(dst, Reg::Uniform(bits));
            }
            None => self.give_lanes(dst, lanes),
        }
    }

    /// One load per lane from the scratch addresses.
    fn gather(&mut self, ty: Scalar, lanes: &mut [u64]) {
        let hull = self.active.hull();
        // Nearly always all lanes address one buffer: then only offsets differ.
        let (region, _) = decode(self.scratch[hull.start] as i64);
        let same = self.scratch[hull.clone()].iter().all(|&a| decode(a as i64).0 == region);
        if same
            && matches!(self.layout.object(region), Object::Buffer(_) | Object::Table(_))
            && let Some(bytes) = self.object(region)
        {
            let addresses = &self.scratch[hull.clone()];
            match (ty.size(), Form::of(ty)) {
                (4, Form::F32 | Form::U32) => {
                    let out = &mut bytemuck::cast_slice_mut::<u64, u32>(lanes)[hull];
                    for (o, &a) in out.iter_mut().zip(addresses) {
                        *o = bytes.load(decode(a as i64).1);
                    }
                }
                (8, _) => {
                    for (o, &a) in lanes[hull].iter_mut().zip(addresses) {
                        *o = bytes.load(decode(a as i64).1);
                    }
                }
                _ => {
                    for lane in hull {
                        let bits = load_bits(&bytes, ty, decode(self.scratch[lane] as i64).1);
                        write_lane(lanes, ty, lane, bits);
                    }
                }
            }
            return;
        }
        for lane in hull {
            let bits = if self.active.contains(lane as u32) {
                self.load_lane(ty, lane, self.scratch[lane] as i64)
            } else {
                0
            };
            write_lane(lanes, ty, lane, bits);
        }
    }

    /// The canonical bits at an address, as lane `lane` sees it.
    pub(super) fn load_lane(&mut self, ty: Scalar, lane: usize, address: i64) -> u64 {
        let (region, offset) = decode(address);
        match self.layout.object(region) {
            Object::Private(array) => self.load_cells(ty, array, lane, offset),
            Object::Threadgroup(array) => match self.own_copy(array, lane, offset, ty.size()) {
                Some(offset) => load_bits(&self.threadgroup_bytes(array), ty, offset),
                None => 0,
            },
            Object::Buffer(_) | Object::Table(_) => {
                self.object(region).map_or(0, |b| load_bits(&b, ty, offset))
            }
            Object::None => 0,
        }
    }

    /// Writes canonical bits at an address, as lane `lane` sees it.
    pub(super) fn store_lane(&mut self, ty: Scalar, lane: usize, address: i64, bits: u64) {
        let (region, offset) = decode(address);
        match self.layout.object(region) {
            Object::Private(array) => self.store_cells(ty, array, lane, offset, bits),
            Object::Threadgroup(array) => {
                if let Some(offset) = self.own_copy(array, lane, offset, ty.size()) {
                    store_bits(&self.threadgroup_bytes(array), ty, offset, bits);
                }
            }
            Object::Buffer(b) => store_bits(&self.buffers[b], ty, offset, bits),
            Object::Table(_) | Object::None => {}
        }
    }

    /// The offset of a lane's own copy of a threadgroup array, if the access stays inside it.
    fn own_copy(&self, array: usize, lane: usize, offset: i64, size: usize) -> Option<i64> {
        let bytes = self.layout.threadgroup[array];
        if offset < 0 || offset + size as i64 > bytes as i64 {
            return None;
        }
        let group = lane / self.block.group_lanes.max(1) as usize;
        Some(offset + (group * bytes.div_ceil(8) * 8) as i64)
    }

    pub(super) fn store(&mut self, ty: Scalar, address: Address, value: Slot) {
        self.may_end = false;
        let size = ty.size();
        // The value may stand in the memory that is written.
        self.settle(value, ty);
        match self.place(address, size) {
            Place::Object { object: Object::Private(array), at, .. } => {
                self.store_private(ty, array, at.reg, value)
            }
            Place::Object { object: Object::Threadgroup(array), at, .. } => {
                self.prepare(value, ty);
                // The machine's own memory: detach it so that operands can be read beside it.
                let mut memory = std::mem::take(&mut self.threadgroup[array]);
                let len =
                    if self.block.groups <= 1 { self.layout.threadgroup[array] } else { memory.len() * 8 };
                let words = &mut bytemuck::cast_slice_mut(&mut memory)[..len / 4];
                if !self.store_rows(ty, words, at, value) {
                    let bytes = Bytes::scratch(&mut bytemuck::cast_slice_mut(&mut memory)[..len]);
                    self.store_object(&bytes, ty, at.reg, value);
                }
                self.threadgroup[array] = memory;
            }
            Place::Object { bytes: Some(bytes), at, .. } if bytes.is_writable() => {
                self.prepare(value, ty);
                self.store_object(&bytes, ty, at.reg, value);
            }
            Place::Object { .. } => {}
            Place::Scattered => {
                self.prepare(value, ty);
                let hull = self.active.hull();
                let (region, _) = decode(self.scratch[hull.start] as i64);
                let same = self.scratch[hull.clone()].iter().all(|&a| decode(a as i64).0 == region);
                if same && let Object::Buffer(b) = self.layout.object(region) {
                    let bytes = self.buffers[b];
                    for lane in self.active.lanes() {
                        let bits = self.bits(value, ty, lane);
                        store_bits(&bytes, ty, decode(self.scratch[lane] as i64).1, bits);
                    }
                } else {
                    let lanes: Vec<usize> = self.active.lanes().collect();
                    for lane in lanes {
                        let bits = self.bits(value, ty, lane);
                        self.store_lane(ty, lane, self.scratch[lane] as i64, bits);
                    }
                }
            }
        }
    }

    /// Stores a prepared value at symbolic offsets of one object.
    fn store_object(&self, bytes: &Bytes<'_>, ty: Scalar, at: Reg, value: Slot) {
        let size = ty.size() as i64;
        let runs = matches!(at, Reg::Linear { step, .. } if step == size)
            || matches!(at, Reg::Grid { col, .. } if col == size);
        if self.active.mask.is_none() && runs {
            let (least, greatest) = at.bounds(self.window());
            if ty.size() == 4
                && least >= 0
                && bytes.holds(greatest, 4)
                && let Src::Lanes(words) = self.words(value, ty)
            {
                at.runs(self.window(), |lanes, start, _| {
                    let ahead = self.ahead.plus(4 * lanes.start);
                    bytes.copy_in_beside(start as usize, bytemuck::cast_slice(&words[lanes]), ahead);
                });
                return;
            }
            at.runs(self.window(), |lanes, start, _| self.store_run(bytes, ty, start, value, lanes));
            return;
        }
        if let Reg::Uniform(offset) = at {
            // All lanes write one place: the last one is seen.
            if let Some(lane) = self.active.lanes().last() {
                store_bits(bytes, ty, offset as i64, self.bits(value, ty, lane));
            }
            return;
        }
        if self.active.mask.is_none()
            && size == 4
            && let Src::Lanes(words) = self.words(value, ty)
        {
            return at.runs(self.window(), |lanes, start, step| {
                let mut offset = start;
                for word in &words[lanes] {
                    bytes.store(offset, *word);
                    offset = offset.wrapping_add(step);
                }
            });
        }
        if size == 4
            && let Some(step) = at.straight(self.window())
            && let Src::Lanes(words) = self.words(value, ty)
        {
            // Some of the lanes of one progression: the usual store within a branch.
            let lo = self.active.lo as usize;
            let start = self.symbolic_at(at, lo);
            return self.active.lanes().for_each(|lane| {
                let offset = start.wrapping_add(step.wrapping_mul((lane - lo) as i64));
                bytes.store(offset, words[lane - lo]);
            });
        }
        for lane in self.active.lanes() {
            store_bits(bytes, ty, self.symbolic_at(at, lane), self.bits(value, ty, lane));
        }
    }

    /// Stores lanes `lanes` (relative to the hull) of a prepared value to consecutive elements from byte `start`.
    pub(super) fn store_run(
        &self,
        bytes: &Bytes<'_>,
        ty: Scalar,
        start: i64,
        value: Slot,
        lanes: std::ops::Range<usize>,
    ) {
        let size = ty.size();
        if !bytes.holds(start, lanes.len() * size) {
            for (i, lane) in lanes.enumerate() {
                let bits = self.bits(value, ty, lane + self.active.lo as usize);
                store_bits(bytes, ty, start + (i * size) as i64, bits);
            }
            return;
        }
        let start = start as usize;
        match Form::of(ty) {
            Form::Bool => match self.bools(value) {
                Src::Lanes(v) => bytes.copy_in(start, &v[lanes]),
                Src::All(v) => fill(bytes, start, lanes.len(), &[v]),
            },
            Form::U64 | Form::F64 => match self.longs(value) {
                Src::Lanes(v) => bytes.copy_in(start, bytemuck::cast_slice(&v[lanes])),
                Src::All(v) => fill(bytes, start, lanes.len(), &v.to_le_bytes()),
            },
            Form::F32 | Form::U32 => match self.words(value, ty) {
                Src::All(v) if size == 4 => fill(bytes, start, lanes.len(), &v.to_le_bytes()),
                Src::All(_) => {
                    let bits = self.bits(value, ty, self.active.lo as usize);
                    fill(bytes, start, lanes.len(), &bits.to_le_bytes()[..size]);
                }
                Src::Lanes(v) => {
                    let v = &v[lanes];
                    if size == 4 {
                        return bytes.copy_in(start, bytemuck::cast_slice(v));
                    }
                    // Narrow forms go through a small buffer.
                    let mut narrow = [0u16; 256];
                    for (i, part) in v.chunks(256).enumerate() {
                        let at = start + i * 256 * size;
                        match ty {
                            Scalar::F16 => convert::f32_to_f16(&mut narrow, bytemuck::cast_slice(part)),
                            Scalar::BF16 => convert::f32_to_bf16(&mut narrow, bytemuck::cast_slice(part)),
                            Scalar::I16 | Scalar::U16 => convert::u32_to_u16(&mut narrow, part),
                            _ => {
                                let out: &mut [u8] = bytemuck::cast_slice_mut(&mut narrow);
                                convert::u32_to_u8(&mut out[..part.len()], part);
                            }
                        }
                        let out: &[u8] = bytemuck::cast_slice(&narrow);
                        bytes.copy_in(at, &out[..part.len() * size]);
                    }
                }
            },
        }
    }
}

/// Writes one small pattern repeatedly.
fn fill(bytes: &Bytes<'_>, start: usize, count: usize, pattern: &[u8]) {
    let mut block = [0u8; 256];
    let per_block = 256 / pattern.len();
    for place in block.chunks_exact_mut(pattern.len()) {
        place.copy_from_slice(pattern);
    }
    let mut done = 0;
    while done < count {
        let now = per_block.min(count - done);
        bytes.copy_in(start + done * pattern.len(), &block[..now * pattern.len()]);
        done += now;
    }
}

/// The canonical bits of a scalar in an object; 0 when out of range.
pub(super) fn load_bits(bytes: &Bytes<'_>, ty: Scalar, offset: i64) -> u64 {
    match ty {
        Scalar::Bool => u64::from(bytes.load::<u8>(offset) != 0),
        Scalar::I8 => bytes.load::<i8>(offset) as u64,
        Scalar::U8 => u64::from(bytes.load::<u8>(offset)),
        Scalar::I16 => bytes.load::<i16>(offset) as u64,
        Scalar::U16 | Scalar::F16 | Scalar::BF16 => u64::from(bytes.load::<u16>(offset)),
        Scalar::I32 => bytes.load::<i32>(offset) as u64,
        Scalar::U32 | Scalar::F32 => u64::from(bytes.load::<u32>(offset)),
        Scalar::I64 | Scalar::U64 | Scalar::F64 => bytes.load(offset),
    }
}

/// Writes a scalar's canonical bits; dropped when out of range.
pub(super) fn store_bits(bytes: &Bytes<'_>, ty: Scalar, offset: i64, bits: u64) {
    match ty.size() {
        1 => bytes.store(offset, bits as u8),
        2 => bytes.store(offset, bits as u16),
        4 => bytes.store(offset, bits as u32),
        _ => bytes.store(offset, bits),
    }
}

/// Loads symbolic offsets of one object into a register's lanes, or returns the value when it is uniform.
fn load_object(bytes: &Bytes<'_>, ty: Scalar, at: Reg, window: Window, lanes: &mut [u64]) -> Option<u64> {
    if let Reg::Uniform(offset) = at {
        return Some(load_bits(bytes, ty, offset as i64));
    }
    let (size, lo) = (ty.size() as i64, window.lo as usize);
    at.runs(window, |run, start, step| {
        let run = run.start + lo..run.end + lo;
        if step == size {
            load_run(bytes, ty, start, lanes, run);
        } else if step == 0 {
            fill_lanes(lanes, ty, run, load_bits(bytes, ty, start));
        } else {
            load_strided(bytes, ty, start, step, lanes, run);
        }
    });
    None
}

/// One value in all lanes of `run`.
fn fill_lanes(lanes: &mut [u64], ty: Scalar, run: std::ops::Range<usize>, bits: u64) {
    match Form::of(ty) {
        Form::Bool => bytemuck::cast_slice_mut::<u64, u8>(lanes)[run].fill(u8::from(bits != 0)),
        Form::F32 => bytemuck::cast_slice_mut::<u64, f32>(lanes)[run].fill(float_of(ty, bits)),
        Form::U32 => bytemuck::cast_slice_mut::<u64, u32>(lanes)[run].fill(bits as u32),
        Form::U64 | Form::F64 => lanes[run].fill(bits),
    }
}

/// Elements at a constant distance.
fn load_strided(
    bytes: &Bytes<'_>,
    ty: Scalar,
    start: i64,
    step: i64,
    lanes: &mut [u64],
    run: std::ops::Range<usize>,
) {
    if ty.size() == 4 && matches!(Form::of(ty), Form::F32 | Form::U32) {
        let out = &mut bytemuck::cast_slice_mut::<u64, u32>(lanes)[run];
        let mut at = start;
        for o in out {
            *o = bytes.load(at);
            at = at.wrapping_add(step);
        }
        return;
    }
    for (i, lane) in run.enumerate() {
        write_lane(lanes, ty, lane, load_bits(bytes, ty, start.wrapping_add(step.wrapping_mul(i as i64))));
    }
}

/// Consecutive elements from byte `start` into lanes `run`, zeros outside the object.
pub(super) fn load_run(
    bytes: &Bytes<'_>,
    ty: Scalar,
    start: i64,
    lanes: &mut [u64],
    run: std::ops::Range<usize>,
) {
    let size = ty.size();
    match Form::of(ty) {
        Form::U64 | Form::F64 => copy_clipped(bytes, start, size, bytemuck::cast_slice_mut(&mut lanes[run])),
        Form::F32 | Form::U32 if size == 4 => {
            let out = &mut bytemuck::cast_slice_mut::<u64, u32>(lanes)[run];
            copy_clipped(bytes, start, size, bytemuck::cast_slice_mut(out));
        }
        form => {
            let mut raw = [0u16; 256];
            let mut lane = run.start;
            let mut at = start;
            while lane < run.end {
                let count = (run.end - lane).min(256);
                let part = &mut bytemuck::cast_slice_mut::<u16, u8>(&mut raw)[..count * size];
                copy_clipped(bytes, at, size, part);
                let here = lane..lane + count;
                match (form, ty) {
                    (Form::Bool, _) => {
                        convert::u8_to_bool(&mut bytemuck::cast_slice_mut::<u64, u8>(lanes)[here], part);
                    }
                    (_, Scalar::F16) => {
                        let out = &mut bytemuck::cast_slice_mut::<u64, f32>(lanes)[here];
                        convert::f16_to_f32(out, &raw);
                    }
                    (_, Scalar::BF16) => {
                        let out = &mut bytemuck::cast_slice_mut::<u64, f32>(lanes)[here];
                        convert::bf16_to_f32(out, &raw);
                    }
                    (_, Scalar::U8) => {
                        convert::u8_to_u32(&mut bytemuck::cast_slice_mut::<u64, u32>(lanes)[here], part);
                    }
                    (_, Scalar::I8) => {
                        let out = &mut bytemuck::cast_slice_mut::<u64, u32>(lanes)[here];
                        convert::i8_to_u32(out, bytemuck::cast_slice(part));
                    }
                    (_, Scalar::I16) => {
                        let out = &mut bytemuck::cast_slice_mut::<u64, u32>(lanes)[here];
                        convert::i16_to_u32(out, bytemuck::cast_slice(&raw));
                    }
                    _ => {
                        let out = &mut bytemuck::cast_slice_mut::<u64, u32>(lanes)[here];
                        convert::u16_to_u32(out, &raw);
                    }
                }
                lane += count;
                at = at.saturating_add((count * size) as i64);
            }
        }
    }
}
