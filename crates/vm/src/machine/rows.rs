//! Accesses by rows, and lazy registers: a value that stands in memory until its last use is read from there.
//!
//! A tiled product reads two words of threadgroup memory for each multiply-add. Copied to registers first, every operand
//! crosses the cache three times; read where it stands, once, and the word that a row shares is fetched once for the row.
//! The compiler marks the loads after which nothing is stored until the last use (`Action::Load`).

use super::Machine;
use super::access::Offsets;
use crate::loops::rows::{self, Pattern, RowSrc, Shape};
use crate::loops::{Src, copy};
use crate::memory::Object;
use crate::program::{Reuse, Slot};
use crate::reg::{Reg, Rows};
use emberforge_ir::{BinaryOp, Scalar};

/// A lazy register's values: 32-bit words of an object at symbolic byte offsets, all inside it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lazy {
    object: Object,
    at: Offsets,
    rows: Rows,
    /// The offsets over these rows.
    pattern: Pattern,
    /// The words are contiguous over the whole active hull.
    straight: bool,
    /// The rows of a threadgroup are the same and not contiguous: the register's own buffer holds one for each.
    gathered: bool,
}

impl Lazy {
    /// What stands in the place of a register that is not lazy.
    pub(super) const NONE: Lazy = Lazy {
        object: Object::None,
        at: Offsets { reg: Reg::Uniform(0), least: 0, greatest: 0 },
        rows: Rows { width: 1, phase: 0 },
        pattern: Pattern { first: 0, columns: 0, rows: 0, groups: 0 },
        straight: false,
        gathered: false,
    };
}

/// A product to be added: the accumulator's register, and whether its buffer may become the result's.
pub(super) type Accumulator = Option<(Slot, Reuse)>;

impl Machine<'_> {
    /// The words of an object: threadgroup memory (all copies of the block), private memory, or what nobody writes.
    fn object_words(&self, object: Object) -> Option<&[u32]> {
        let bytes: &[u8] = match object {
            Object::Threadgroup(array) => {
                let memory: &[u8] = bytemuck::cast_slice(&self.threadgroup[array]);
                &memory[..if self.block.groups <= 1 { self.layout.threadgroup[array] } else { memory.len() }]
            }
            Object::Private(array) => bytemuck::cast_slice(&self.private[array]),
            Object::Buffer(b) => self.buffers[b].read_only(0, self.buffers[b].len())?,
            Object::Table(t) => &self.layout.tables[t],
            Object::None => return None,
        };
        bytemuck::try_cast_slice(&bytes[..bytes.len() / 4 * 4]).ok()
    }

    /// The rows of symbolic offsets; those of a progression are whole threadgroups.
    fn rows_of(&self, at: Reg) -> Option<Rows> {
        match at {
            Reg::Grid { rows, .. } => Some(rows),
            Reg::Linear { .. } => {
                let width = self.block.group_lanes.min(self.capacity as u32);
                Some(Rows { width, phase: 0 })
            }
            _ => None,
        }
    }

    /// The lanes of the active hull as rows.
    fn shape(&self, rows: Rows) -> Option<Shape> {
        let one = self.active.hi <= self.block.group_lanes;
        if rows.phase != 0 && !one {
            return None;
        }
        let group = if one { usize::MAX } else { self.block.group_lanes as usize };
        Some(Shape { width: rows.width as usize, group, lo: (self.active.lo + rows.phase) as usize })
    }

    /// Byte offsets as a pattern of words, if each is a whole word inside the first `words`.
    fn pattern(&self, at: Offsets, rows: Rows, words: usize) -> Option<Pattern> {
        if at.least < 0 || at.greatest.checked_add(4)? > words as i64 * 4 {
            return None;
        }
        let word = |v: i64| (v >= 0 && v % 4 == 0).then_some(v as usize / 4);
        let [first, columns, rows, groups] = at.reg.by_rows(rows)?;
        Some(Pattern {
            first: word(first)?,
            columns: word(columns)?,
            rows: word(rows)?,
            groups: word(groups)?,
        })
    }

    /// Loads 32-bit words by rows; false when the general way is needed.
    pub(super) fn load_rows(&self, ty: Scalar, object: Object, at: Offsets, lanes: &mut [u64]) -> bool {
        let load = || {
            let rows = self.rows_of(at.reg).filter(|_| ty.size() == 4)?;
            let words = self.object_words(object)?;
            Some((self.shape(rows)?, words, self.pattern(at, rows, words.len())?))
        };
        let Some((shape, words, pattern)) = load() else { return false };
        let out = &mut bytemuck::cast_slice_mut::<u64, u32>(lanes)[self.active.hull()];
        rows::load_u32(shape, out, words, pattern);
        true
    }

    /// Leaves the load to the value's uses when they can read it where it stands.
    pub(super) fn load_lazily(&mut self, ty: Scalar, dst: Slot, object: Object, at: Offsets) -> bool {
        let lazy = || {
            let rows = self.rows_of(at.reg).filter(|_| ty.size() == 4)?;
            let pattern = self.pattern(at, rows, self.object_words(object)?.len())?;
            let straight = at.reg.straight(self.window()) == Some(4);
            let gathered =
                pattern.columns > 1 && pattern.rows == 0 && self.whole_groups(rows.width).is_some();
            let by_rows = ty == Scalar::F32
                && rows.phase == 0
                && (pattern.columns <= 1 || gathered)
                && rows::is_quick(rows.width as usize);
            (straight || by_rows).then_some(Lazy { object, at, rows, pattern, straight, gathered })
        };
        let Some(mut lazy) = lazy() else { return false };
        if lazy.gathered
            && let Some(groups) = self.whole_groups(lazy.rows.width)
        {
            let width = lazy.rows.width as usize;
            let mut lanes = self.take_lanes(dst);
            if let Some(words) = self.object_words(object) {
                let out = bytemuck::cast_slice_mut::<u64, u32>(&mut lanes);
                let shape = Shape { width, group: width, lo: 0 };
                rows::load_u32(shape, &mut out[..width * groups], words, lazy.pattern);
            }
            self.lanes_of[dst as usize] = lanes;
            lazy.pattern = Pattern { first: 0, columns: 1, rows: 0, groups: width };
        }
        self.lazy[dst as usize] = lazy;
        self.put(dst, Reg::Lazy);
        true
    }

    /// The threadgroups of the active hull, if they are whole and each has at least one row of `width` lanes.
    fn whole_groups(&self, width: u32) -> Option<usize> {
        let hi = self.active.hi;
        let group = self.block.group_lanes.min(hi).max(1);
        (self.active.lo == 0 && width <= group && hi.is_multiple_of(group)).then_some((hi / group) as usize)
    }

    /// Loads a lazy register now.
    pub(super) fn settle(&mut self, slot: Slot, ty: Scalar) {
        if self.regs[slot as usize] != Reg::Lazy {
            return;
        }
        let Lazy { object, at, .. } = self.lazy[slot as usize];
        let mut lanes = self.take_lanes(slot);
        let loaded = self.load_rows(ty, object, at, &mut lanes);
        debug_assert!(loaded, "a lazy register that cannot be loaded");
        self.give_lanes(slot, lanes);
    }

    /// A lazy register's words over the active hull, where they are contiguous.
    pub(super) fn lazy_words(&self, slot: Slot) -> Option<&[u32]> {
        let Lazy { object, at, straight, .. } = self.lazy[slot as usize];
        if !straight {
            return None;
        }
        let hull = self.active.hull();
        let start = self.symbolic_at(at.reg, hull.start) as usize / 4;
        self.object_words(object)?.get(start..start + hull.len())
    }

    /// Stores 32-bit words by rows into the machine's own `memory`; false when the general way is needed.
    pub(super) fn store_rows(&self, ty: Scalar, memory: &mut [u32], at: Offsets, value: Slot) -> bool {
        let store = || {
            let rows = self.rows_of(at.reg).filter(|_| ty.size() == 4 && self.active.mask.is_none())?;
            Some((self.shape(rows)?, self.pattern(at, rows, memory.len())?))
        };
        let Some((shape, pattern)) = store() else { return false };
        let Src::Lanes(words) = self.words(value, ty) else { return false };
        rows::store_u32(shape, memory, pattern, words);
        true
    }

    /// `dst = a op b`, or `dst = a * b + c`, in f32 with lazy operands read by rows; false when there are none.
    pub(super) fn arithmetic_by_rows(
        &mut self,
        op: Option<BinaryOp>,
        dst: Slot,
        a: Slot,
        b: Slot,
        c: Accumulator,
    ) -> bool {
        let lazy = |slot: Slot| (self.regs[slot as usize] == Reg::Lazy).then(|| &self.lazy[slot as usize]);
        let rows = match (lazy(a), lazy(b)) {
            (Some(x), Some(y)) if x.straight && y.straight => return false,
            (Some(x), Some(y)) => {
                if matches!(x.at.reg, Reg::Grid { .. }) {
                    x.rows
                } else {
                    y.rows
                }
            }
            (Some(x), None) | (None, Some(x)) if !x.straight => x.rows,
            _ => return false,
        };
        if rows.phase != 0
            || !rows::is_quick(rows.width as usize)
            || !self.has_rows(a, rows)
            || !self.has_rows(b, rows)
        {
            return false;
        }
        let mut lanes = match c {
            None => self.take_lanes(dst),
            Some((c, reuse)) => self.take_accumulator(dst, c, reuse),
        };
        let value = |slot: Slot| match self.regs[slot as usize] {
            Reg::Uniform(bits) => [f32::from_bits(bits as u32)],
            _ => [0.0],
        };
        let (x, y) = (value(a), value(b));
        if let (Some(shape), Some(x), Some(y)) =
            (self.shape(rows), self.row_source(a, rows, &x), self.row_source(b, rows, &y))
        {
            let out = &mut bytemuck::cast_slice_mut::<u64, f32>(&mut lanes)[self.active.hull()];
            rows::arithmetic_f32(op, shape, out, x, y);
        }
        self.give_lanes(dst, lanes);
        true
    }

    /// An f32 operand by rows; a uniform one is `value`.
    fn row_source<'a>(&'a self, slot: Slot, rows: Rows, value: &'a [f32; 1]) -> Option<RowSrc<'a>> {
        let (width, groups) = (rows.width as usize, self.block.group_lanes as usize);
        match self.regs[slot as usize] {
            Reg::Uniform(_) => {
                Some(RowSrc { memory: value, at: Pattern { first: 0, columns: 0, rows: 0, groups: 0 } })
            }
            Reg::Vector => {
                let memory = bytemuck::cast_slice::<u64, f32>(&self.lanes_of[slot as usize]);
                Some(RowSrc { memory, at: Pattern { first: 0, columns: 1, rows: width, groups } })
            }
            Reg::Lazy => {
                let Lazy { object, at, rows: own, pattern, gathered, .. } = self.lazy[slot as usize];
                let memory = if gathered {
                    bytemuck::cast_slice(&self.lanes_of[slot as usize])
                } else {
                    self.object_words(object)?
                };
                let at = match own == rows {
                    true => pattern,
                    false if gathered => return None,
                    false => self.pattern(at, rows, memory.len())?,
                };
                (at.columns <= 1).then_some(RowSrc { memory: bytemuck::cast_slice(memory), at })
            }
            _ => None,
        }
    }

    /// True when [`Machine::row_source`] serves the operand.
    fn has_rows(&self, slot: Slot, rows: Rows) -> bool {
        match self.regs[slot as usize] {
            Reg::Uniform(_) | Reg::Vector => true,
            Reg::Lazy if self.lazy[slot as usize].rows == rows => {
                self.lazy[slot as usize].pattern.columns <= 1
            }
            _ => self.row_source(slot, rows, &[0.0]).is_some(),
        }
    }

    /// The result's buffer with the accumulator's values in it.
    pub(super) fn take_accumulator(&mut self, dst: Slot, c: Slot, reuse: Reuse) -> Box<[u64]> {
        if self.may_reuse(c, reuse) {
            self.lanes_of.swap(dst as usize, c as usize);
            return self.take_lanes(dst);
        }
        self.prepare(c, Scalar::F32);
        let mut lanes = self.take_lanes(dst);
        copy(
            &mut bytemuck::cast_slice_mut::<u64, u32>(&mut lanes)[self.active.hull()],
            self.words(c, Scalar::F32),
        );
        lanes
    }

    /// True when the register's buffer may be taken for the result of the instruction that reads it last.
    pub(super) fn may_reuse(&self, slot: Slot, reuse: Reuse) -> bool {
        let free = match reuse {
            Reuse::No => false,
            Reuse::Value => true,
            // The variable is set next; by the rule of `set`, no lane that needs its old value is away.
            Reuse::Variable => self.splits == self.declared[slot as usize],
        };
        free && self.regs[slot as usize] == Reg::Vector
    }
}
