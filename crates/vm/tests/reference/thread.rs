//! One thread: a stack of statement lists, its values and variables, and everything it does alone.

use super::{Block, Kernel, Launch, Op, Shared, Stmt, ValueId, groups};
use emberforge_ir::{AtomicOp, Attribute, BinaryOp, LabelId, Scalar, Type, scalar};

/// What a pointer points into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Object {
    /// Content of a pointer variable before it is set.
    Nothing,
    Buffer(usize),
    Table(usize),
    Threadgroup(usize),
    Private(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pointer {
    pub(crate) object: Object,
    pub(crate) offset: i64,
}

impl Pointer {
    /// A number that orders pointers of one object; objects are 2^40 apart.
    fn address(self) -> i64 {
        let base = match self.object {
            Object::Nothing => 0,
            Object::Buffer(i) => 1 + 4 * i,
            Object::Table(i) => 2 + 4 * i,
            Object::Threadgroup(i) => 3 + 4 * i,
            Object::Private(i) => 4 + 4 * i,
        };
        ((base as i64) << 40).wrapping_add(self.offset)
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Value {
    Bits(u64),
    Pointer(Pointer),
}

impl Value {
    fn undefined(ty: Type) -> Value {
        match ty {
            Type::Scalar(_) => Value::Bits(0),
            Type::Pointer(_) => Value::Pointer(Pointer { object: Object::Nothing, offset: 0 }),
        }
    }

    fn bits(self) -> u64 {
        match self {
            Value::Bits(bits) => bits,
            Value::Pointer(pointer) => pointer.address() as u64,
        }
    }

    fn pointer(self) -> Pointer {
        match self {
            Value::Bits(_) => Pointer { object: Object::Nothing, offset: 0 },
            Value::Pointer(pointer) => pointer,
        }
    }
}

/// A statement list being executed.
struct Frame<'k> {
    list: &'k [Stmt],
    /// The statement to execute next.
    next: usize,
    /// 0 for `then`, 1 for `else`, and for loops the number of the iteration.
    turn: u64,
    label: Option<LabelId>,
    repeats: bool,
}

pub(crate) struct Thread<'k> {
    kernel: &'k Kernel,
    /// Index in the threadgroup.
    index: u32,
    values: Vec<Value>,
    vars: Vec<Value>,
    arrays: Vec<Vec<u8>>,
    /// Empty when the thread has ended.
    frames: Vec<Frame<'k>>,
    waiting: Option<ValueId>,
}

impl<'k> Thread<'k> {
    pub(crate) fn new(kernel: &'k Kernel, index: u32) -> Self {
        Thread {
            kernel,
            index,
            values: kernel.insts.iter().map(|_| Value::Bits(0)).collect(),
            vars: kernel.vars.iter().map(|var| Value::undefined(var.ty)).collect(),
            arrays: kernel.private.iter().map(|array| vec![0; array.bytes as usize]).collect(),
            frames: vec![Frame { list: &kernel.body, next: 0, turn: 0, label: None, repeats: false }],
            waiting: None,
        }
    }

    /// The collective instruction it waits at.
    pub(crate) fn waits_at(&self) -> Option<ValueId> {
        self.waiting
    }

    /// Where it stands, so that comparing two positions tells who comes first.
    pub(crate) fn position(&self) -> Vec<(u64, usize)> {
        self.frames.iter().map(|frame| (frame.turn, frame.next)).collect()
    }

    /// Bits of a value it has computed.
    pub(crate) fn bits(&self, value: ValueId) -> u64 {
        self.values[value.index()].bits()
    }

    /// Ends the wait, with what the collective instruction gives.
    pub(crate) fn resume(&mut self, at: ValueId, result: u64) {
        self.values[at.index()] = Value::Bits(result);
        self.waiting = None;
    }

    /// Runs until it ends or waits.
    pub(crate) fn advance(&mut self, shared: &mut Shared<'_>) -> Result<(), String> {
        while self.waiting.is_none() {
            let Some(frame) = self.frames.last_mut() else { return Ok(()) };
            *shared.fuel = shared.fuel.checked_sub(1).ok_or("out of fuel")?;
            let Some(stmt) = frame.list.get(frame.next) else {
                if frame.repeats {
                    frame.next = 0;
                    frame.turn += 1;
                } else {
                    self.frames.pop();
                }
                continue;
            };
            frame.next += 1;
            self.statement(stmt, shared);
        }
        Ok(())
    }

    fn statement(&mut self, stmt: &'k Stmt, shared: &mut Shared<'_>) {
        match stmt {
            Stmt::Inst(value) if self.kernel.inst(*value).op.is_collective() => self.waiting = Some(*value),
            Stmt::Inst(value) => self.values[value.index()] = self.evaluate(*value, shared),
            Stmt::Declare(var) => {
                self.vars[var.index()] = Value::undefined(self.kernel.vars[var.index()].ty);
            }
            Stmt::Set(var, value) => self.vars[var.index()] = self.values[value.index()],
            Stmt::If { cond, then, otherwise, .. } => {
                let taken = self.bits(*cond) != 0;
                self.open(if taken { then } else { otherwise }, u64::from(!taken), None, false);
            }
            Stmt::Loop { label, body, .. } => self.open(body, 0, Some(*label), true),
            Stmt::Block { label, body } => self.open(body, 0, Some(*label), false),
            Stmt::Break(label) => while self.frames.pop().is_some_and(|frame| frame.label != Some(*label)) {},
            Stmt::Return => self.frames.clear(),
        }
    }

    fn open(&mut self, list: &'k Block, turn: u64, label: Option<LabelId>, repeats: bool) {
        self.frames.push(Frame { list, next: 0, turn, label, repeats });
    }

    fn evaluate(&mut self, value: ValueId, shared: &mut Shared<'_>) -> Value {
        let kernel = self.kernel;
        let inst = kernel.inst(value);
        // Result type and operand type where they are scalars; unused where they are not.
        let result = inst.ty.and_then(Type::scalar).unwrap_or(Scalar::U64);
        let of = |v: ValueId| kernel.ty(v).scalar().unwrap_or(Scalar::U64);
        let at = |object| Value::Pointer(Pointer { object, offset: 0 });
        Value::Bits(match inst.op {
            Op::Const(bits) => bits,
            Op::Buffer(id) => return at(Object::Buffer(id.index())),
            Op::Table(id) => return at(Object::Table(id.index())),
            Op::ThreadgroupArray(id) => return at(Object::Threadgroup(id.index())),
            Op::PrivateArray(id) => return at(Object::Private(id.index())),
            Op::Attribute(what, axis) => u64::from(self.attribute(what, axis.into(), shared)),
            Op::Get(var) => return self.vars[var.index()],
            Op::Unary(op, a) => scalar::unary(op, result, self.bits(a)),
            Op::Binary(op, a, b) => scalar::binary(op, result, self.bits(a), self.bits(b)),
            Op::Compare(op, a, b) => scalar::compare(op, of(a), self.bits(a), self.bits(b)).into(),
            Op::Select(cond, a, b) => {
                return self.values[if self.bits(cond) != 0 { a } else { b }.index()];
            }
            Op::Fma(a, b, c) => scalar::fma(result, self.bits(a), self.bits(b), self.bits(c)),
            Op::Math(op, a, b) => scalar::math(op, of(a), self.bits(a), b.map_or(0, |b| self.bits(b))),
            Op::Convert(a) => scalar::convert(of(a), result, self.bits(a)),
            Op::Bitcast(a) => scalar::bitcast(of(a), result, self.bits(a)),
            Op::Offset { base, index, scale } => {
                // Canonical bits are extended by the index's own sign already.
                let bytes = (self.bits(index) as i64).wrapping_mul(scale.into());
                let Pointer { object, offset } = self.values[base.index()].pointer();
                return Value::Pointer(Pointer { object, offset: offset.wrapping_add(bytes) });
            }
            Op::Address(a) => self.bits(a),
            Op::Load(a) => {
                let pointer = self.values[a.index()].pointer();
                self.load(pointer, result, shared)
            }
            Op::Store(a, value) => {
                let pointer = self.values[a.index()].pointer();
                self.store(pointer, of(value), self.bits(value), shared);
                0
            }
            Op::Atomic { op, pointer, value, expected } => {
                let pointer = self.values[pointer.index()].pointer();
                let ty = value.map_or(result, of);
                let old = self.load(pointer, ty, shared);
                let operand = value.map_or(0, |v| self.bits(v));
                let new = match op {
                    AtomicOp::Load => old,
                    AtomicOp::Store | AtomicOp::Exchange => operand,
                    AtomicOp::CompareExchange if expected.is_some_and(|e| self.bits(e) == old) => operand,
                    AtomicOp::CompareExchange => old,
                    AtomicOp::Add => scalar::binary(BinaryOp::Add, ty, old, operand),
                    AtomicOp::Sub => scalar::binary(BinaryOp::Sub, ty, old, operand),
                    AtomicOp::Min => scalar::binary(BinaryOp::Min, ty, old, operand),
                    AtomicOp::Max => scalar::binary(BinaryOp::Max, ty, old, operand),
                    AtomicOp::And => scalar::binary(BinaryOp::And, ty, old, operand),
                    AtomicOp::Or => scalar::binary(BinaryOp::Or, ty, old, operand),
                    AtomicOp::Xor => scalar::binary(BinaryOp::Xor, ty, old, operand),
                };
                self.store(pointer, ty, new, shared);
                old
            }
            Op::Lane { .. } | Op::MatrixMultiply { .. } | Op::Barrier(..) => {
                unreachable!("collective instructions wait")
            }
        })
    }

    fn attribute(&self, what: Attribute, axis: usize, shared: &Shared<'_>) -> u32 {
        let Launch { grid, threadgroup, .. } = *shared.launch;
        let [sx, sy, _] = shared.size;
        let place = [self.index % sx, self.index / sx % sy, self.index / (sx * sy)];
        let threads: u32 = shared.size.iter().product();
        let dispatch_threads: u32 = threadgroup.iter().product();
        match what {
            Attribute::ThreadPositionInGrid => shared.group[axis] * threadgroup[axis] + place[axis],
            Attribute::ThreadPositionInThreadgroup => place[axis],
            Attribute::ThreadgroupPositionInGrid => shared.group[axis],
            Attribute::ThreadsPerGrid => grid[axis],
            Attribute::ThreadsPerThreadgroup => shared.size[axis],
            Attribute::DispatchThreadsPerThreadgroup => threadgroup[axis],
            Attribute::ThreadgroupsPerGrid => groups(shared.launch)[axis],
            Attribute::ThreadIndexInThreadgroup => self.index,
            Attribute::ThreadIndexInSimdgroup => self.index % 32,
            Attribute::SimdgroupIndexInThreadgroup => self.index / 32,
            Attribute::SimdgroupsPerThreadgroup => threads.div_ceil(32),
            Attribute::DispatchSimdgroupsPerThreadgroup => dispatch_threads.div_ceil(32),
            Attribute::ThreadIndexInQuadgroup => self.index % 4,
            Attribute::QuadgroupIndexInThreadgroup => self.index / 4,
            Attribute::QuadgroupsPerThreadgroup => threads.div_ceil(4),
            Attribute::DispatchQuadgroupsPerThreadgroup => dispatch_threads.div_ceil(4),
        }
    }

    fn load(&self, pointer: Pointer, ty: Scalar, shared: &Shared<'_>) -> u64 {
        let memory: &[u8] = match pointer.object {
            Object::Nothing => &[],
            Object::Buffer(i) => &shared.buffers[i],
            Object::Table(i) => &self.kernel.tables[i].data,
            Object::Threadgroup(i) => &shared.arrays[i],
            Object::Private(i) => &self.arrays[i],
        };
        let Some(range) = range(pointer.offset, ty.size(), memory.len()) else { return 0 };
        let mut bytes = [0; 8];
        bytes[..ty.size()].copy_from_slice(&memory[range]);
        scalar::canonical(ty, u64::from_le_bytes(bytes))
    }

    fn store(&mut self, pointer: Pointer, ty: Scalar, bits: u64, shared: &mut Shared<'_>) {
        let memory: &mut [u8] = match pointer.object {
            Object::Buffer(i) if self.kernel.buffers[i].writable => &mut shared.buffers[i],
            Object::Nothing | Object::Buffer(_) | Object::Table(_) => return,
            Object::Threadgroup(i) => &mut shared.arrays[i],
            Object::Private(i) => &mut self.arrays[i],
        };
        if let Some(range) = range(pointer.offset, ty.size(), memory.len()) {
            memory[range].copy_from_slice(&bits.to_le_bytes()[..ty.size()]);
        }
    }
}

/// The bytes of an access, if all of them lie inside.
fn range(offset: i64, size: usize, len: usize) -> Option<std::ops::Range<usize>> {
    let start = usize::try_from(offset).ok()?;
    let end = start.checked_add(size)?;
    (end <= len).then_some(start..end)
}
