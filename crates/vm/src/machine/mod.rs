//! The machine: executes a program over one block of lanes at a time.
//!
//! All active lanes take each instruction together. `if` and `loop` narrow the set of active lanes; a variable written
//! while other lanes are waiting elsewhere is blended, otherwise simply replaced. To know the difference cheaply the
//! machine counts *splits*: open branches and loops that some lanes have left while others go on. A variable remembers
//! the count at its declaration; an equal count at a write means that no lane which still needs the old value is away.

mod access;
mod alu;
mod atomic;
mod lanes;
mod place;
mod private;
mod rows;

use crate::active::Active;
use crate::loops::{Src, select};
use crate::memory::{Ahead, Bytes, Layout};
use crate::program::{Node, Program, Slot};
use crate::reg::{Reg, Window};
use emberforge_base::{Error, ErrorKind, Result};
use emberforge_ir::{Scalar, math, scalar};
pub(crate) use place::{Block, Geometry, INDEPENDENT, Lanes, Within};
use std::sync::atomic::{AtomicBool, Ordering};

/// How a register's buffer holds a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `f16`, `bf16` and `f32`, as f32.
    F32,
    /// Integers of up to 32 bits, extended to 32.
    U32,
    /// 64-bit integers and pointers.
    U64,
    F64,
    /// Truth bytes.
    Bool,
}

impl Form {
    pub(crate) const fn of(ty: Scalar) -> Form {
        match ty {
            Scalar::Bool => Form::Bool,
            Scalar::F16 | Scalar::BF16 | Scalar::F32 => Form::F32,
            Scalar::F64 => Form::F64,
            Scalar::I64 | Scalar::U64 => Form::U64,
            _ => Form::U32,
        }
    }

    /// Bytes per lane.
    pub(crate) const fn size(self) -> usize {
        match self {
            Form::Bool => 1,
            Form::F32 | Form::U32 => 4,
            Form::U64 | Form::F64 => 8,
        }
    }
}

/// The f32 that holds a narrow or single float's canonical bits.
#[inline]
pub(crate) fn float_of(ty: Scalar, bits: u64) -> f32 {
    match ty {
        Scalar::F16 => math::f16_to_f32(bits as u16),
        Scalar::BF16 => math::bf16_to_f32(bits as u16),
        _ => f32::from_bits(bits as u32),
    }
}

/// The canonical bits of the float an f32 lane holds.
#[inline]
pub(crate) fn bits_of(ty: Scalar, value: f32) -> u64 {
    match ty {
        Scalar::F16 => u64::from(math::f32_to_f16(value)),
        Scalar::BF16 => u64::from(math::f32_to_bf16(value)),
        _ => u64::from(value.to_bits()),
    }
}

/// A frame that `break` can leave.
#[derive(Debug)]
struct Frame {
    /// Lanes that have left it.
    left: Active,
    /// Split count outside the frame's own contribution when it was entered.
    splits: u32,
    /// Some lanes have left while others go on.
    diverged: bool,
}

/// Limits of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits<'a> {
    /// Loop iterations a block may execute.
    pub(crate) fuel: u64,
    pub(crate) stop: Option<&'a AtomicBool>,
}

/// The state of one worker.
pub(crate) struct Machine<'p> {
    program: &'p Program,
    layout: &'p Layout,
    buffers: &'p [Bytes<'p>],
    limits: Limits<'p>,
    /// Lanes a register's buffer can hold.
    capacity: usize,
    regs: Vec<Reg>,
    lanes_of: Vec<Box<[u64]>>,
    /// Lanes of a symbolic register's buffer that already hold its values.
    filled: Vec<(u32, u32)>,
    /// What lazy registers stand for.
    lazy: Vec<rows::Lazy>,
    /// Split count at each variable's declaration.
    declared: Vec<u32>,
    active: Active,
    /// Lanes of the block; may shrink while it runs, see [`Machine::end_block_at`].
    lanes: u32,
    /// The block may be ended early: its lanes are independent and nothing has been written.
    may_end: bool,
    splits: u32,
    frames: Vec<Frame>,
    threadgroup: Vec<Box<[u64]>>,
    private: Vec<Box<[u64]>>,
    block: Block,
    fuel: u64,
    scratch: Box<[u64]>,
    /// What follows the last run of a buffer that was read: the next block's, most likely.
    ahead: Ahead,
    /// The launch's shared values have been computed.
    ready: bool,
    /// Threadgroup size of the last block.
    shaped_for: u32,
}

impl<'p> Machine<'p> {
    pub(crate) fn new(
        program: &'p Program,
        buffers: &'p [Bytes<'p>],
        limits: Limits<'p>,
        capacity: usize,
        groups: usize,
    ) -> Self {
        let slots = program.slots;
        let mut machine = Machine {
            program,
            layout: &program.layout,
            buffers,
            limits,
            capacity,
            regs: vec![Reg::Uniform(0); slots],
            lanes_of: (0..slots).map(|_| Box::default()).collect(),
            filled: vec![(0, 0); slots],
            lazy: vec![rows::Lazy::NONE; slots],
            declared: vec![0; slots],
            active: Active::EMPTY,
            lanes: 0,
            may_end: false,
            splits: 0,
            frames: Vec::new(),
            threadgroup: program
                .layout
                .threadgroup
                .iter()
                .map(|bytes| vec![0u64; bytes.div_ceil(8) * groups].into_boxed_slice())
                .collect(),
            private: program.layout.private.iter().map(|_| Box::default()).collect(),
            block: Block::default(),
            fuel: limits.fuel,
            scratch: Box::default(),
            ahead: Ahead::NOTHING,
            ready: false,
            shaped_for: 0,
        };
        for &(slot, bits) in &program.constants {
            machine.regs[slot as usize] = Reg::Uniform(bits);
        }
        for &(slot, buffer) in &program.bases {
            let origin = buffers[buffer.index()].origin() as u64;
            machine.regs[slot as usize] = Reg::Uniform(program.layout.buffer_address(buffer) + origin);
        }
        machine
    }

    /// Runs one block and returns how many of its lanes were executed: all, or fewer when the block was ended early.
    pub(crate) fn run(&mut self, block: Block) -> Result<u32> {
        self.lanes = block.lanes;
        self.may_end = block.may_end;
        self.block = block;
        self.active = Active::range(0, self.lanes);
        self.splits = 0;
        self.frames.clear();
        self.fuel = self.limits.fuel;
        self.ahead = Ahead::NOTHING;
        self.place_attributes();
        for array in &mut self.private {
            array.fill(0);
        }
        for array in &mut self.threadgroup {
            array.fill(0);
        }
        let program = self.program;
        if !std::mem::replace(&mut self.ready, true) {
            for instr in &program.prologue {
                self.instr(instr);
            }
        }
        self.nodes(&program.nodes)?;
        Ok(self.lanes)
    }

    fn nodes(&mut self, nodes: &'p [Node]) -> Result<()> {
        for node in nodes {
            match node {
                Node::Instr(instr) => self.instr(instr),
                Node::Declare(slot) => {
                    self.declared[*slot as usize] = self.splits;
                    self.put(*slot, Reg::Uniform(0));
                }
                Node::Set { var, value, ty, dies } => self.set(*var, *value, *ty, *dies),
                Node::If { cond, then, otherwise } => self.branch(*cond, then, otherwise)?,
                Node::Loop { body, span } => {
                    self.enter();
                    while !self.active.is_empty() {
                        self.nodes(body)?;
                        self.pay(*span)?;
                    }
                    self.leave();
                }
                Node::Block { body } => {
                    self.enter();
                    self.nodes(body)?;
                    self.leave();
                }
                Node::Break(depth) => self.break_to(*depth as usize),
                Node::Return => self.active = Active::EMPTY,
            }
            if self.active.is_empty() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Counts a loop iteration against the fuel and looks for a request to stop.
    fn pay(&mut self, span: emberforge_base::Span) -> Result<()> {
        if self.limits.stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
            return Err(Error::new(ErrorKind::Stopped, "the kernel was interrupted").at(span));
        }
        match self.fuel.checked_sub(1) {
            Some(rest) => self.fuel = rest,
            None => {
                let message = format!(
                    "the kernel ran out of fuel after {} iterations of its loops in one block of threads; is this loop \
                     infinite? if not, raise the limit",
                    self.limits.fuel
                );
                return Err(Error::new(ErrorKind::Stopped, message).at(span));
            }
        }
        Ok(())
    }

    fn enter(&mut self) {
        self.frames.push(Frame { left: Active::EMPTY, splits: self.splits, diverged: false });
    }

    fn leave(&mut self) {
        if let Some(frame) = self.frames.pop() {
            self.splits = frame.splits;
            let active = std::mem::take(&mut self.active);
            self.active = active.union(frame.left, self.capacity);
        }
    }

    fn break_to(&mut self, depth: usize) {
        let active = std::mem::take(&mut self.active);
        let capacity = self.capacity;
        let own = self.splits;
        let frame = &mut self.frames[depth];
        let inside = own - frame.splits - u32::from(frame.diverged);
        frame.left = std::mem::take(&mut frame.left).union(active, capacity);
        // Splits between the frame and here mean that other lanes are still inside.
        if inside > 0 && !frame.diverged {
            frame.diverged = true;
            // The frame's own split counts in everything nested in it.
            self.splits += 1;
            for inner in &mut self.frames[depth + 1..] {
                inner.splits += 1;
            }
        }
    }

    fn branch(&mut self, cond: Slot, then: &'p [Node], otherwise: &'p [Node]) -> Result<()> {
        if let Reg::Uniform(bits) = self.regs[cond as usize] {
            return self.nodes(if bits != 0 { then } else { otherwise });
        }
        let (yes, no) = self.split(cond);
        if no.is_empty() {
            return self.nodes(then);
        }
        if yes.is_empty() {
            return self.nodes(otherwise);
        }
        self.splits += 1;
        self.active = yes;
        self.nodes(then)?;
        let after_then = std::mem::replace(&mut self.active, no);
        self.nodes(otherwise)?;
        let after_else = std::mem::take(&mut self.active);
        self.active = after_then.union(after_else, self.capacity);
        self.splits -= 1;
        Ok(())
    }

    /// The active lanes where a condition is true, and those where it is false.
    fn split(&mut self, cond: Slot) -> (Active, Active) {
        match self.regs[cond as usize] {
            Reg::Uniform(0) => (Active::EMPTY, self.active.clone()),
            Reg::Uniform(_) => (self.active.clone(), Active::EMPTY),
            Reg::Range { lo, hi, inside } => {
                let within = self.active.within(lo, hi);
                let before = self.active.within(0, lo);
                let after = self.active.within(hi, self.lanes);
                let without = before.union(after, self.capacity);
                if inside { (within, without) } else { (without, within) }
            }
            _ => {
                let bits = &bytemuck::cast_slice::<u64, u8>(&self.lanes_of[cond as usize])[..self.capacity];
                let hull = self.active.hull();
                if self.active.mask.is_none() {
                    let first = bits[hull.start];
                    if bits[hull].iter().all(|&b| b == first) {
                        let all = self.active.clone();
                        return if first != 0 { (all, Active::EMPTY) } else { (Active::EMPTY, all) };
                    }
                }
                (self.active.filter(bits, true), self.active.filter(bits, false))
            }
        }
    }

    /// Writes a variable.
    fn set(&mut self, var: Slot, value: Slot, ty: Scalar, dies: bool) {
        if var == value {
            return;
        }
        let (v, x) = (var as usize, value as usize);
        // A variable may outlive the memory's content.
        self.settle(value, ty);
        if self.splits == self.declared[v] {
            match self.regs[x] {
                Reg::Vector if dies => {
                    self.lanes_of.swap(v, x);
                    self.put(var, Reg::Vector);
                }
                Reg::Vector => self.copy_lanes(var, value, ty),
                reg => self.put(var, reg),
            }
            return;
        }
        if self.regs[v] == self.regs[x] && matches!(self.regs[x], Reg::Uniform(_)) {
            return;
        }
        self.blend(var, value, ty);
    }

    /// `dst = src` for a vector register.
    fn copy_lanes(&mut self, dst: Slot, src: Slot, ty: Scalar) {
        let hull = self.active.hull();
        let size = Form::of(ty).size();
        let mut lanes = self.take_lanes(dst);
        let from = &bytemuck::cast_slice::<u64, u8>(&self.lanes_of[src as usize])
            [hull.start * size..hull.end * size];
        bytemuck::cast_slice_mut::<u64, u8>(&mut lanes)[hull.start * size..hull.end * size]
            .copy_from_slice(from);
        self.give_lanes(dst, lanes);
    }

    /// Writes a variable in the active lanes only.
    fn blend(&mut self, var: Slot, value: Slot, ty: Scalar) {
        if self.regs[var as usize] != Reg::Vector {
            // Lanes that are away keep their value: spread the old one over the lanes that are not about to be written.
            let whole = match (&self.active.mask, self.active.lo, self.active.hi) {
                (None, 0, hi) => Active::range(hi, self.lanes),
                (None, lo, hi) if hi >= self.lanes => Active::range(0, lo),
                _ => Active::range(0, self.lanes),
            };
            if !whole.is_empty() {
                let active = std::mem::replace(&mut self.active, whole);
                self.spread(var, ty);
                self.active = active;
            }
            self.regs[var as usize] = Reg::Vector;
        }
        self.prepare(value, ty);
        let mut lanes = self.take_lanes(var);
        let hull = self.active.hull();
        {
            let mask = self.active.mask.as_deref().map(|m| &m[hull.clone()]);
            match Form::of(ty) {
                Form::Bool => {
                    let dst = &mut bytemuck::cast_slice_mut::<u64, u8>(&mut lanes)[hull];
                    let src = self.bools(value);
                    match mask {
                        Some(mask) => select::blend_u8(dst, mask, src),
                        None => crate::loops::copy(dst, src),
                    }
                }
                Form::F32 | Form::U32 => {
                    let dst = &mut bytemuck::cast_slice_mut::<u64, u32>(&mut lanes)[hull];
                    let src = self.words(value, ty);
                    match mask {
                        Some(mask) => select::blend_u32(dst, mask, src),
                        None => crate::loops::copy(dst, src),
                    }
                }
                Form::U64 | Form::F64 => {
                    let dst = &mut lanes[hull];
                    let src = self.longs(value);
                    match mask {
                        Some(mask) => select::blend_u64(dst, mask, src),
                        None => crate::loops::copy(dst, src),
                    }
                }
            }
        }
        self.give_lanes(var, lanes);
    }

    /// The active hull, as symbolic registers see it.
    #[inline]
    fn window(&self) -> Window {
        Window {
            lo: self.active.lo,
            hi: self.active.hi.max(self.active.lo + 1),
            group: self.block.group_lanes,
        }
    }

    /// A symbolic register's value in a lane.
    #[inline]
    fn symbolic_at(&self, reg: Reg, lane: usize) -> i64 {
        reg.at(lane as u32, self.block.group_lanes)
    }

    /// Makes lanes from `lane` on wait for a block of their own. Only while nothing has been written and no lane is away.
    fn end_block_at(&mut self, lane: u32) -> bool {
        let plain = self.active.mask.is_none() && self.active.lo == 0 && lane < self.active.hi && lane > 0;
        if !(self.may_end && plain && self.splits == 0) {
            return false;
        }
        self.lanes = lane;
        self.active = Active::range(0, lane);
        true
    }

    /// Sets a register to something other than a vector, or marks its buffer as the value.
    fn put(&mut self, slot: Slot, reg: Reg) {
        self.regs[slot as usize] = reg;
        self.filled[slot as usize] = (0, 0);
    }

    /// The buffer of a register, to be written and given back.
    fn take_lanes(&mut self, slot: Slot) -> Box<[u64]> {
        let lanes = std::mem::take(&mut self.lanes_of[slot as usize]);
        if lanes.is_empty() { vec![0u64; self.capacity].into_boxed_slice() } else { lanes }
    }

    /// Gives a written buffer back: the register is now a vector.
    fn give_lanes(&mut self, slot: Slot, lanes: Box<[u64]>) {
        self.lanes_of[slot as usize] = lanes;
        self.put(slot, Reg::Vector);
    }

    /// Makes sure that the register can be read as lanes or as one value, over the active hull.
    fn prepare(&mut self, slot: Slot, ty: Scalar) {
        match self.regs[slot as usize] {
            Reg::Uniform(_) | Reg::Vector => {}
            Reg::Lazy => {
                if self.lazy_words(slot).is_none() {
                    self.settle(slot, ty);
                }
            }
            Reg::View { region, offset } => {
                if !self.view_fits(region, offset, ty) {
                    self.spread(slot, ty);
                    self.regs[slot as usize] = Reg::Vector;
                }
            }
            Reg::Linear { .. } | Reg::Grid { .. } | Reg::Range { .. } => {
                let (lo, hi) = self.filled[slot as usize];
                if !(lo <= self.active.lo && self.active.hi <= hi) {
                    self.spread(slot, ty);
                    self.filled[slot as usize] = (self.active.lo, self.active.hi);
                }
            }
        }
    }

    fn view_fits(&self, region: u32, offset: i64, ty: Scalar) -> bool {
        let size = ty.size() as i64;
        let (start, len) =
            (offset + i64::from(self.active.lo) * size, (self.active.hi - self.active.lo) as usize);
        self.object(region as usize).is_some_and(|bytes| bytes.holds(start, len * ty.size()))
    }

    /// Writes a symbolic or viewed register's values over the active hull into its own buffer.
    fn spread(&mut self, slot: Slot, ty: Scalar) {
        let reg = self.regs[slot as usize];
        let mut lanes = std::mem::take(&mut self.lanes_of[slot as usize]);
        if lanes.is_empty() {
            lanes = vec![0u64; self.capacity].into_boxed_slice();
        }
        let hull = self.active.hull();
        match Form::of(ty) {
            Form::Bool => {
                let dst = &mut bytemuck::cast_slice_mut::<u64, u8>(&mut lanes)[hull.clone()];
                match reg {
                    Reg::Range { lo, hi, inside } => {
                        dst.fill(u8::from(!inside));
                        let lo = (lo as usize).clamp(hull.start, hull.end) - hull.start;
                        let hi = (hi as usize).clamp(hull.start, hull.end) - hull.start;
                        if lo < hi {
                            dst[lo..hi].fill(u8::from(inside));
                        }
                    }
                    _ => dst.fill(u8::from(self.symbolic_at(reg, 0) != 0)),
                }
            }
            Form::U32 => {
                let dst = &mut bytemuck::cast_slice_mut::<u64, u32>(&mut lanes)[hull];
                match reg {
                    Reg::View { region, offset } => {
                        self.view_lanes(region, offset, bytemuck::cast_slice_mut(dst))
                    }
                    _ => spread_runs(reg, self.window(), dst, |dst, start, step| {
                        select::progression_u32(dst, start as u32, step as u32);
                    }),
                }
            }
            Form::U64 => {
                let dst = &mut lanes[hull];
                match reg {
                    Reg::View { region, offset } => {
                        self.view_lanes(region, offset, bytemuck::cast_slice_mut(dst))
                    }
                    _ => spread_runs(reg, self.window(), dst, |dst, start, step| {
                        select::progression_u64(dst, start as u64, step as u64);
                    }),
                }
            }
            Form::F32 => {
                let dst = &mut bytemuck::cast_slice_mut::<u64, f32>(&mut lanes)[hull];
                match reg {
                    Reg::View { region, offset } => {
                        self.view_lanes(region, offset, bytemuck::cast_slice_mut(dst))
                    }
                    Reg::Uniform(bits) => dst.fill(float_of(ty, bits)),
                    _ => dst.fill(0.0),
                }
            }
            Form::F64 => {
                let dst = &mut bytemuck::cast_slice_mut::<u64, f64>(&mut lanes)[hull];
                match reg {
                    Reg::View { region, offset } => {
                        self.view_lanes(region, offset, bytemuck::cast_slice_mut(dst))
                    }
                    Reg::Uniform(bits) => dst.fill(f64::from_bits(bits)),
                    _ => dst.fill(0.0),
                }
            }
        }
        self.lanes_of[slot as usize] = lanes;
    }

    /// Copies a view's active lanes into `dst` (bytes of the hull), zeros where it leaves its object.
    fn view_lanes(&self, region: u32, offset: i64, dst: &mut [u8]) {
        let size = dst.len() / (self.active.hi - self.active.lo).max(1) as usize;
        let start = offset + i64::from(self.active.lo) * size as i64;
        if let Some(bytes) = self.object(region as usize) {
            copy_clipped(&bytes, start, size.max(1), dst);
        }
    }

    /// The bytes of a buffer or table.
    #[inline]
    fn object(&self, region: usize) -> Option<Bytes<'p>> {
        if region < self.buffers.len() {
            return Some(self.buffers[region]);
        }
        self.layout.tables.get(region - self.buffers.len()).map(|t| Bytes::table(t))
    }

    /// A prepared operand's bytes when it is a view.
    fn viewed(&self, region: u32, offset: i64, size: usize) -> &[u8] {
        let start = offset + i64::from(self.active.lo) * size as i64;
        let len = (self.active.hi - self.active.lo) as usize * size;
        self.object(region as usize).and_then(|bytes| bytes.read_only(start as usize, len)).unwrap_or(&[])
    }

    /// A prepared truth operand over the active hull.
    fn bools(&self, slot: Slot) -> Src<'_, u8> {
        match self.regs[slot as usize] {
            Reg::Uniform(bits) => Src::All(u8::from(bits != 0)),
            _ => Src::Lanes(
                &bytemuck::cast_slice::<u64, u8>(&self.lanes_of[slot as usize])[self.active.hull()],
            ),
        }
    }

    /// A prepared 32-bit operand over the active hull, as raw register words (f32 bits for floats).
    fn words(&self, slot: Slot, ty: Scalar) -> Src<'_, u32> {
        match self.regs[slot as usize] {
            Reg::Uniform(bits) if ty.is_float() => Src::All(float_of(ty, bits).to_bits()),
            Reg::Uniform(bits) => Src::All(bits as u32),
            Reg::View { region, offset } => Src::Lanes(bytemuck::cast_slice(self.viewed(region, offset, 4))),
            Reg::Lazy => Src::Lanes(self.lazy_words(slot).unwrap_or_default()),
            _ => Src::Lanes(
                &bytemuck::cast_slice::<u64, u32>(&self.lanes_of[slot as usize])[self.active.hull()],
            ),
        }
    }

    /// A prepared float operand over the active hull.
    fn floats(&self, slot: Slot, ty: Scalar) -> Src<'_, f32> {
        match self.words(slot, ty) {
            Src::All(bits) => Src::All(f32::from_bits(bits)),
            Src::Lanes(words) => Src::Lanes(bytemuck::cast_slice(words)),
        }
    }

    /// A prepared signed 32-bit operand over the active hull.
    fn ints(&self, slot: Slot, ty: Scalar) -> Src<'_, i32> {
        match self.words(slot, ty) {
            Src::All(bits) => Src::All(bits as i32),
            Src::Lanes(words) => Src::Lanes(bytemuck::cast_slice(words)),
        }
    }

    /// A prepared 64-bit operand over the active hull.
    fn longs(&self, slot: Slot) -> Src<'_, u64> {
        match self.regs[slot as usize] {
            Reg::Uniform(bits) => Src::All(bits),
            Reg::View { region, offset } => Src::Lanes(bytemuck::cast_slice(self.viewed(region, offset, 8))),
            _ => Src::Lanes(&self.lanes_of[slot as usize][self.active.hull()]),
        }
    }

    /// A prepared f64 operand over the active hull.
    fn doubles(&self, slot: Slot) -> Src<'_, f64> {
        match self.longs(slot) {
            Src::All(bits) => Src::All(f64::from_bits(bits)),
            Src::Lanes(bits) => Src::Lanes(bytemuck::cast_slice(bits)),
        }
    }

    /// A prepared signed 64-bit operand over the active hull.
    fn signed_longs(&self, slot: Slot) -> Src<'_, i64> {
        match self.longs(slot) {
            Src::All(bits) => Src::All(bits as i64),
            Src::Lanes(bits) => Src::Lanes(bytemuck::cast_slice(bits)),
        }
    }

    /// The canonical bits a prepared operand has in `lane`, which must lie in the active hull.
    fn bits(&self, slot: Slot, ty: Scalar, lane: usize) -> u64 {
        if let Reg::Uniform(bits) = self.regs[slot as usize] {
            return bits;
        }
        let at = lane - self.active.lo as usize;
        match Form::of(ty) {
            Form::Bool => u64::from(self.bools(slot).at(at)),
            Form::F32 => bits_of(ty, self.floats(slot, ty).at(at)),
            Form::U32 => scalar::canonical(ty, u64::from(self.words(slot, ty).at(at))),
            Form::U64 | Form::F64 => self.longs(slot).at(at),
        }
    }
}

/// Writes canonical bits into lane `lane` of a register's buffer.
pub(crate) fn write_lane(lanes: &mut [u64], ty: Scalar, lane: usize, bits: u64) {
    match Form::of(ty) {
        Form::Bool => bytemuck::cast_slice_mut::<u64, u8>(lanes)[lane] = u8::from(bits != 0),
        Form::F32 => bytemuck::cast_slice_mut::<u64, f32>(lanes)[lane] = float_of(ty, bits),
        Form::U32 => bytemuck::cast_slice_mut::<u64, u32>(lanes)[lane] = bits as u32,
        Form::U64 | Form::F64 => lanes[lane] = bits,
    }
}

/// Copies elements of `size` bytes from an object, with zeros for those that do not lie wholly inside it.
pub(crate) fn copy_clipped(bytes: &Bytes<'_>, start: i64, size: usize, dst: &mut [u8]) {
    let len = bytes.len() as i64;
    let before = (-start).clamp(0, dst.len() as i64) as usize;
    let inside = (len - start).clamp(0, dst.len() as i64) as usize;
    let (from, to) = (before.next_multiple_of(size), inside / size * size);
    if from >= to {
        dst.fill(0);
        return;
    }
    dst[..from].fill(0);
    bytes.copy_out((start + from as i64) as usize, &mut dst[from..to]);
    dst[to..].fill(0);
}

/// Writes a symbolic register's values over a window, by `run(lanes, first value, step)` for each progression in it.
fn spread_runs<T: Copy>(reg: Reg, window: Window, dst: &mut [T], run: impl Fn(&mut [T], i64, i64)) {
    // Values that repeat are written once, then doubled.
    let period = match reg.period(window) {
        Some(period) if window.lo == 0 && reg.straight(window).is_none() => (period as usize).min(dst.len()),
        _ => dst.len(),
    };
    let once = Window { hi: window.lo + period as u32, ..window };
    if period > 0 {
        reg.runs(once, |lanes, start, step| run(&mut dst[lanes], start, step));
    }
    let mut done = period;
    while done < dst.len() && done > 0 {
        let count = done.min(dst.len() - done);
        dst.copy_within(..count, done);
        done += count;
    }
}
