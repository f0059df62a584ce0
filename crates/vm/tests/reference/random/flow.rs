//! Random statements: control flow, memory, variables, and what threads do together.

use super::{Maker, Memory, SPAN};
use emberforge_ir::{
    AtomicOp, Barrier, BinaryOp, Block, CompareOp, LaneGroup, LaneOp, MemoryFlags, Op, Scalar, Stmt, Type,
    UnaryOp, ValueId,
};

/// Deepest nesting of control flow.
const DEPTH: usize = 4;

const SHUFFLES: [LaneOp; 6] = [
    LaneOp::Shuffle,
    LaneOp::ShuffleUp,
    LaneOp::ShuffleDown,
    LaneOp::ShuffleXor,
    LaneOp::ShuffleRotateUp,
    LaneOp::ShuffleRotateDown,
];
const REDUCTIONS: [LaneOp; 8] = [
    LaneOp::Sum,
    LaneOp::Product,
    LaneOp::Min,
    LaneOp::Max,
    LaneOp::PrefixInclusiveSum,
    LaneOp::PrefixExclusiveSum,
    LaneOp::PrefixInclusiveProduct,
    LaneOp::PrefixExclusiveProduct,
];

impl Maker {
    /// One more statement, `depth` levels down.
    pub(super) fn statement(&mut self, depth: usize) {
        self.left = self.left.saturating_sub(1);
        let deeper = depth < DEPTH && self.left > 0;
        match self.random.below(100) {
            0..35 => self.expression(),
            35..45 => self.load_input(),
            45..52 => self.use_output(),
            52..57 => self.use_private(),
            57..61 => {
                let (value, ty) = self.any_value();
                let var = self.declare(ty, value);
                self.vars.push((var, ty));
            }
            61..69 => self.use_var(),
            69..76 if deeper => self.branch(depth),
            76..82 if deeper => self.repeat(depth),
            82..85 if deeper => self.region(depth),
            85..91 if self.uniform || self.style.divergent_lanes => self.lanes(),
            91..94 if self.uniform => self.exchange(),
            94..96 => self.count(),
            96..98 => self.pointers(),
            _ => self.expression(),
        }
    }

    /// A nested statement list made by `make`; what it declares goes out of scope.
    fn nested(&mut self, make: impl FnOnce(&mut Self)) -> Block {
        let (values, vars, uniform) = (self.values.len(), self.vars.len(), self.uniform);
        self.builder.open();
        make(self);
        self.values.truncate(values);
        self.vars.truncate(vars);
        self.uniform = uniform;
        self.builder.close()
    }

    fn statements(&mut self, depth: usize, most: u32) {
        for _ in 0..self.random.between(1, most) {
            self.statement(depth + 1);
        }
    }

    fn if_(&mut self, cond: ValueId, then: Block, otherwise: Block) {
        self.builder.push(Stmt::If { cond, then, otherwise, span: SPAN });
    }

    fn branch(&mut self, depth: usize) {
        let cond = self.condition();
        let leave = self.random.chance(20);
        let then = self.nested(|m| {
            m.uniform = false;
            m.statements(depth, 6);
            if leave && !m.labels.is_empty() {
                let label = m.random.pick(&m.labels.clone());
                m.builder.push(Stmt::Break(label));
            } else if leave && m.style.returns {
                m.builder.push(Stmt::Return);
            }
        });
        let otherwise = if self.random.chance(50) {
            self.nested(|m| {
                m.uniform = false;
                m.statements(depth, 5);
            })
        } else {
            Block::new()
        };
        self.if_(cond, then, otherwise);
    }

    /// A counted loop: the same count for all threads, or each thread its own.
    fn repeat(&mut self, depth: usize) {
        let alike = self.random.chance(50);
        let count = if alike {
            let count = self.random.between(0, 4).into();
            self.number(Scalar::U32, count)
        } else {
            let value = self.operand(Scalar::U32);
            let mask = self.number(Scalar::U32, 3);
            self.binary(BinaryOp::And, Scalar::U32, value, mask)
        };
        let zero = self.number(Scalar::U32, 0);
        // Not among the variables that anyone may set.
        let counter = self.declare(Scalar::U32, zero);
        let label = self.builder.label();
        let body = self.nested(|m| {
            m.uniform &= alike;
            let i = m.add(Op::Get(counter), Scalar::U32);
            let more = m.inst(Op::Compare(CompareOp::Lt, i, count), Scalar::Bool);
            let done = m.inst(Op::Unary(UnaryOp::Not, more), Scalar::Bool);
            m.if_(done, vec![Stmt::Break(label)], Block::new());
            let one = m.number(Scalar::U32, 1);
            let next = m.inst(Op::Binary(BinaryOp::Add, i, one), Scalar::U32);
            m.builder.push(Stmt::Set(counter, next));
            if !m.uniform {
                m.labels.push(label);
            }
            m.statements(depth, 6);
            if m.labels.last() == Some(&label) {
                m.labels.pop();
            }
        });
        self.builder.push(Stmt::Loop { label, body, span: SPAN });
    }

    fn region(&mut self, depth: usize) {
        let label = self.builder.label();
        self.labels.push(label);
        let body = self.nested(|m| {
            m.uniform = false;
            m.statements(depth, 3);
            let cond = m.condition();
            m.if_(cond, vec![Stmt::Break(label)], Block::new());
            m.statements(depth, 3);
        });
        self.labels.pop();
        self.builder.push(Stmt::Block { label, body });
    }

    fn use_var(&mut self) {
        if self.vars.is_empty() {
            return self.expression();
        }
        let (var, ty) = self.vars[self.random.below(self.vars.len())];
        if self.random.chance(40) {
            self.add(Op::Get(var), ty);
        } else {
            let value = self.operand(ty);
            self.builder.push(Stmt::Set(var, value));
        }
    }

    /// The address of element `index` of `memory`.
    fn element(&mut self, memory: Memory, index: ValueId) -> ValueId {
        let ty = self.builder.kernel().ty(memory.address);
        let op = Op::Offset { base: memory.address, index, scale: memory.element.size() as u32 };
        self.inst(op, ty)
    }

    fn masked(&mut self, cells: u32) -> ValueId {
        let index = self.operand(Scalar::U32);
        let mask = self.number(Scalar::U32, u64::from(cells) - 1);
        self.inst(Op::Binary(BinaryOp::And, index, mask), Scalar::U32)
    }

    fn load(&mut self, memory: Memory, index: ValueId) -> ValueId {
        let address = self.element(memory, index);
        self.add(Op::Load(address), memory.element)
    }

    /// Stores some value, converted to the element's type.
    pub(super) fn store(&mut self, memory: Memory, index: ValueId) {
        let value = self.operand(memory.element);
        let value = self.without_nan(value, memory.element);
        let address = self.element(memory, index);
        self.effect(Op::Store(address, value));
    }

    fn load_input(&mut self) {
        let memory = self.random.pick(&self.inputs.clone());
        // Mostly inside; else any index of any type, which mostly gives 0.
        let index = match self.random.below(10) {
            0 => {
                let ty = self.random.pick(&[Scalar::I32, Scalar::I64, Scalar::U64, Scalar::U32]);
                self.operand(ty)
            }
            1..5 => self.operand(Scalar::U32),
            _ => self.masked(memory.cells),
        };
        self.load(memory, index);
    }

    /// The index of one of the thread's own cells: the given one, or one that data choose.
    pub(super) fn own_cell(&mut self, memory: Memory, place: ValueId, cell: Option<u32>) -> ValueId {
        let cells = self.number(Scalar::U32, memory.cells.into());
        let start = self.inst(Op::Binary(BinaryOp::Mul, place, cells), Scalar::U32);
        let cell = match cell {
            Some(cell) => self.number(Scalar::U32, cell.into()),
            None => self.masked(memory.cells),
        };
        self.inst(Op::Binary(BinaryOp::Add, start, cell), Scalar::U32)
    }

    fn use_output(&mut self) {
        let (memory, place) = self.random.pick(&self.outputs.clone());
        let index = self.own_cell(memory, place, None);
        if self.random.chance(60) {
            self.store(memory, index);
        } else {
            self.load(memory, index);
        }
    }

    fn use_private(&mut self) {
        if self.private.is_empty() {
            return self.expression();
        }
        let memory = self.random.pick(&self.private.clone());
        let index = self.masked(memory.cells);
        if self.random.chance(50) {
            self.store(memory, index);
        } else {
            self.load(memory, index);
        }
    }

    fn lanes(&mut self) {
        let group = self.random.pick(&[LaneGroup::Simd, LaneGroup::Simd, LaneGroup::Quad]);
        let lane = |op, a, b| Op::Lane { op, group, a, b };
        match self.random.below(12) {
            0..4 => {
                let op = self.random.pick(&SHUFFLES);
                let (a, ty) = self.any_value();
                let b = if self.random.chance(50) {
                    let distance = self.random.between(0, 33).into();
                    self.number(Scalar::U32, distance)
                } else {
                    self.operand(Scalar::U32)
                };
                self.add(lane(op, Some(a), Some(b)), ty);
            }
            4..8 => {
                let op = self.random.pick(&REDUCTIONS);
                let types = [Scalar::F32, Scalar::U32, Scalar::I32, Scalar::F16, Scalar::BF16, Scalar::I64];
                let ty = self.random.pick(&types);
                let a = self.operand(ty);
                let a = self.without_minus_zero(a, ty);
                self.add(lane(op, Some(a), None), ty);
            }
            8 => {
                let op = self.random.pick(&[LaneOp::And, LaneOp::Or, LaneOp::Xor]);
                let ty = self.random.pick(&[Scalar::U32, Scalar::I32, Scalar::U64]);
                let a = self.operand(ty);
                self.add(lane(op, Some(a), None), ty);
            }
            9 => {
                let op = self.random.pick(&[LaneOp::All, LaneOp::Any]);
                let a = self.condition();
                self.add(lane(op, Some(a), None), Scalar::Bool);
            }
            10 => {
                let a = self.condition();
                self.add(lane(LaneOp::Ballot, Some(a), None), Scalar::U64);
                self.add(lane(LaneOp::IsFirst, None, None), Scalar::Bool);
            }
            11 if self.uniform && self.style.full_simdgroups && !self.style.returns => self.matrices(),
            _ => {
                let (a, ty) = self.any_value();
                self.add(lane(LaneOp::BroadcastFirst, Some(a), None), ty);
            }
        }
    }

    fn matrices(&mut self) {
        let types = [Scalar::F32, Scalar::F16, Scalar::BF16];
        let from = self.random.pick(&types);
        let to = if self.random.chance(50) { from } else { Scalar::F32 };
        let a = [self.operand(from), self.operand(from)];
        let b = [self.operand(from), self.operand(from)];
        for element in 0..2 {
            let c = self.operand(to);
            self.add(Op::MatrixMultiply { element, a, b, c }, to);
        }
    }

    /// Writes the own cell of the threadgroup array and reads another thread's after a barrier.
    fn exchange(&mut self) {
        let Some((memory, own, count)) = self.shared else { return self.expression() };
        let barrier = Op::Barrier(Barrier::Threadgroup, MemoryFlags { device: false, threadgroup: true });
        self.store(memory, own);
        self.effect(barrier);
        for _ in 0..self.random.between(1, 3) {
            let other = if self.random.chance(70) {
                let shift = self.random.between(0, 40).into();
                let shift = self.number(Scalar::U32, shift);
                self.inst(Op::Binary(BinaryOp::Add, own, shift), Scalar::U32)
            } else {
                self.operand(Scalar::U32)
            };
            let index = self.inst(Op::Binary(BinaryOp::Rem, other, count), Scalar::U32);
            self.load(memory, index);
        }
        self.effect(barrier);
        if self.random.chance(20) {
            self.effect(Op::Barrier(Barrier::Simdgroup, MemoryFlags::default()));
        }
    }

    fn count(&mut self) {
        if self.counters.is_empty() {
            return self.expression();
        }
        let (op, address, element) = self.random.pick(&self.counters.clone());
        let op = match op {
            BinaryOp::Add if self.random.chance(30) => AtomicOp::Sub,
            BinaryOp::Add => AtomicOp::Add,
            BinaryOp::Min => AtomicOp::Min,
            BinaryOp::Max => AtomicOp::Max,
            BinaryOp::And => AtomicOp::And,
            BinaryOp::Or => AtomicOp::Or,
            _ => AtomicOp::Xor,
        };
        // One of eight, or sometimes outside.
        let index = self.masked(16);
        let pointer = self.element(Memory { address, element, cells: 8 }, index);
        let value = Some(self.operand(element));
        self.inst(Op::Atomic { op, pointer, value, expected: None }, element);
    }

    /// Pointers chosen by data, kept in variables, and subtracted.
    fn pointers(&mut self) {
        let first = self.random.pick(&self.inputs.clone());
        let ty = self.builder.kernel().ty(first.address);
        let second = self.random.pick(&self.inputs.clone());
        let (i, j) = (self.masked(first.cells), self.masked(second.cells));
        let (p, q) = (self.element(first, i), self.element(second, j));
        if self.builder.kernel().ty(second.address) != ty {
            let [from, to] = [first.address, p].map(|p| self.inst(Op::Address(p), Scalar::I64));
            self.binary(BinaryOp::Sub, Scalar::I64, to, from);
            return;
        }
        let cond = self.condition();
        let mut pointer = if self.random.chance(50) {
            self.inst(Op::Select(cond, p, q), ty)
        } else {
            let var = self.builder.declare("p", ty);
            self.builder.push(Stmt::Set(var, p));
            self.if_(cond, vec![Stmt::Set(var, q)], Block::new());
            self.inst(Op::Get(var), ty)
        };
        if self.random.chance(50) {
            let index = self.number(Scalar::I32, u64::MAX);
            let scale = first.element.size() as u32;
            pointer = self.inst(Op::Offset { base: pointer, index, scale }, ty);
        }
        // Elements of the second buffer may be of another size or type: bits are bits, but a NaN stays one of them.
        let loaded = self.inst(Op::Load(pointer), first.element);
        let loaded = self.without_nan(loaded, first.element);
        self.values.push((loaded, first.element));
        if matches!(ty, Type::Pointer(_)) && self.random.chance(30) {
            let equal = Op::Compare(CompareOp::Eq, pointer, p);
            self.add(equal, Scalar::Bool);
        }
    }
}
