//! What the machine need not compute: equal values, variables written once, and values that the whole launch shares.
//!
//! Nothing here changes a result: equal means the same operation on the same operands where the first dominates, loads
//! count only from buffers nobody writes, and lane operations never do.

use emberforge_ir::{Attribute, Block, Kernel, Op, Stmt, Type, ValueId, VarId};
use std::collections::HashMap;

/// For every value, the value to use in its place, and whether it is the same for the whole launch.
#[derive(Debug)]
pub(crate) struct Simplified {
    same: Vec<ValueId>,
    /// Operations with operands replaced.
    ops: Vec<Op>,
    invariant: Vec<bool>,
    /// Variables that are only names for one value.
    named: Vec<bool>,
    /// Pointers into buffers and tables that no thread writes.
    read_only: Vec<bool>,
}

impl Simplified {
    pub(crate) fn new(kernel: &Kernel) -> Self {
        let count = kernel.insts.len();
        let mut pass = Pass {
            kernel,
            out: Simplified {
                same: (0..count as u32).map(ValueId).collect(),
                ops: kernel.insts.iter().map(|i| i.op).collect(),
                invariant: vec![false; count],
                named: Vec::new(),
                read_only: vec![false; count],
            },
            known: HashMap::new(),
            undo: Vec::new(),
            single: vec![None; kernel.vars.len()],
        };
        pass.single_sets(&kernel.body);
        pass.out.named = pass.single.iter().map(Option::is_some).collect();
        pass.block(&kernel.body);
        pass.out
    }

    /// The value that stands for `value`.
    #[inline]
    pub(crate) fn of(&self, value: ValueId) -> ValueId {
        self.same[value.index()]
    }

    /// The operation of a value, on values that stand for its operands.
    #[inline]
    pub(crate) fn op(&self, value: ValueId) -> Op {
        self.ops[value.index()]
    }

    /// True for a pointer into a buffer or table that no thread writes.
    #[inline]
    pub(crate) fn is_read_only(&self, pointer: ValueId) -> bool {
        self.read_only[pointer.index()]
    }

    /// True when every read of the variable is replaced by the one value written to it.
    #[inline]
    pub(crate) fn is_name(&self, var: VarId) -> bool {
        self.named[var.index()]
    }

    /// True when the value depends on the launch only, not on the lane.
    #[inline]
    pub(crate) fn is_invariant(&self, value: ValueId) -> bool {
        self.invariant[value.index()]
    }
}

/// A key of the table of known values: operation (constants by their bits) and type.
type Key = (KeyOp, Option<Type>);

#[derive(PartialEq, Eq, Hash, Clone)]
struct KeyOp(std::mem::Discriminant<Op>, [u64; 6]);

struct Pass<'k> {
    kernel: &'k Kernel,
    out: Simplified,
    known: HashMap<Key, ValueId>,
    /// Keys to forget at the end of each open block.
    undo: Vec<Vec<Key>>,
    /// Variables written once, right in the block that declares them, before any read.
    single: Vec<Option<Single>>,
}

#[derive(Clone, Copy)]
struct Single {
    /// Its value, once the write has been passed.
    value: Option<ValueId>,
}

/// What happens to a variable.
#[derive(Clone, Copy, Default)]
struct Uses {
    sets: u32,
    /// Read before its first write, in program order.
    early: bool,
    declared_in: usize,
    set_in: usize,
}

impl Pass<'_> {
    fn single_sets(&mut self, body: &Block) {
        fn walk(kernel: &Kernel, body: &Block, id: usize, next: &mut usize, uses: &mut [Uses]) {
            for stmt in body {
                match stmt {
                    Stmt::Declare(v) => uses[v.index()].declared_in = id,
                    Stmt::Set(v, _) => {
                        uses[v.index()].sets += 1;
                        uses[v.index()].set_in = id;
                    }
                    Stmt::Inst(v) => {
                        if let Op::Get(var) = kernel.inst(*v).op {
                            uses[var.index()].early |= uses[var.index()].sets == 0;
                        }
                    }
                    Stmt::If { then, otherwise, .. } => {
                        for arm in [then, otherwise] {
                            *next += 1;
                            walk(kernel, arm, *next, next, uses);
                        }
                    }
                    Stmt::Loop { body, .. } | Stmt::Block { body, .. } => {
                        *next += 1;
                        walk(kernel, body, *next, next, uses);
                    }
                    Stmt::Break(_) | Stmt::Return => {}
                }
            }
        }
        let mut uses = vec![Uses::default(); self.kernel.vars.len()];
        walk(self.kernel, body, 1, &mut 1, &mut uses);
        for (single, u) in self.single.iter_mut().zip(uses) {
            if u.sets == 1 && !u.early && u.declared_in == u.set_in {
                *single = Some(Single { value: None });
            }
        }
    }

    fn block(&mut self, body: &Block) {
        self.undo.push(Vec::new());
        for stmt in body {
            match stmt {
                Stmt::Inst(v) => self.inst(*v),
                Stmt::Set(var, value) => {
                    let value = self.out.of(*value);
                    if let Some(single) = &mut self.single[var.index()] {
                        single.value = Some(value);
                    }
                }
                Stmt::If { then, otherwise, .. } => {
                    self.block(then);
                    self.block(otherwise);
                }
                Stmt::Loop { body, .. } | Stmt::Block { body, .. } => self.block(body),
                Stmt::Declare(_) | Stmt::Break(_) | Stmt::Return => {}
            }
        }
        for key in self.undo.pop().unwrap_or_default() {
            self.known.remove(&key);
        }
    }

    fn inst(&mut self, v: ValueId) {
        let inst = self.kernel.inst(v);
        let op = replace(inst.op, |operand| self.out.of(operand));
        self.out.ops[v.index()] = op;
        if let Op::Get(var) = op {
            if let Some(Single { value: Some(value) }) = self.single[var.index()] {
                self.out.same[v.index()] = value;
            }
            return;
        }
        self.out.read_only[v.index()] = match op {
            Op::Buffer(b) => !self.kernel.buffers[b.index()].writable,
            Op::Table(_) => true,
            Op::Offset { base, .. } => self.out.read_only[base.index()],
            _ => false,
        };
        let pure = match op {
            Op::Load(p) => self.out.read_only[p.index()],
            _ => !op.has_effect() && !op.is_collective(),
        };
        if !pure {
            return;
        }
        let operands = op.operands();
        self.out.invariant[v.index()] = match op {
            Op::Attribute(a, _) => matches!(
                a,
                Attribute::ThreadsPerGrid
                    | Attribute::DispatchThreadsPerThreadgroup
                    | Attribute::ThreadgroupsPerGrid
                    | Attribute::DispatchSimdgroupsPerThreadgroup
                    | Attribute::DispatchQuadgroupsPerThreadgroup
            ),
            _ => operands.iter().all(|o| self.out.invariant[o.index()]),
        };
        let key = (key_of(&op), inst.ty);
        match self.known.get(&key) {
            Some(&first) => self.out.same[v.index()] = first,
            None => {
                self.known.insert(key.clone(), v);
                if let Some(undo) = self.undo.last_mut() {
                    undo.push(key);
                }
            }
        }
    }
}

fn key_of(op: &Op) -> KeyOp {
    let mut parts = [u64::MAX; 6];
    for (part, operand) in parts.iter_mut().zip(op.operands()) {
        *part = u64::from(operand.0);
    }
    // Operation numbers share the last places with operands that such operations do not have.
    match *op {
        Op::Const(bits) => parts[0] = bits,
        Op::Buffer(b) => parts[0] = u64::from(b.0),
        Op::Table(t) => parts[0] = u64::from(t.0),
        Op::ThreadgroupArray(a) | Op::PrivateArray(a) => parts[0] = u64::from(a.0),
        Op::Attribute(a, axis) => (parts[0], parts[1]) = (a as u64, u64::from(axis)),
        Op::Unary(op, _) => parts[5] = op as u64,
        Op::Binary(op, ..) => parts[5] = op as u64,
        Op::Compare(op, ..) => parts[5] = op as u64,
        Op::Math(op, ..) => parts[5] = op as u64,
        Op::Offset { scale, .. } => parts[5] = u64::from(scale),
        _ => {}
    }
    KeyOp(std::mem::discriminant(op), parts)
}

/// The operation with every operand passed through `f`.
fn replace(op: Op, f: impl Fn(ValueId) -> ValueId) -> Op {
    match op {
        Op::Unary(o, a) => Op::Unary(o, f(a)),
        Op::Binary(o, a, b) => Op::Binary(o, f(a), f(b)),
        Op::Compare(o, a, b) => Op::Compare(o, f(a), f(b)),
        Op::Select(a, b, c) => Op::Select(f(a), f(b), f(c)),
        Op::Fma(a, b, c) => Op::Fma(f(a), f(b), f(c)),
        Op::Math(o, a, b) => Op::Math(o, f(a), b.map(f)),
        Op::Convert(a) => Op::Convert(f(a)),
        Op::Bitcast(a) => Op::Bitcast(f(a)),
        Op::Offset { base, index, scale } => Op::Offset { base: f(base), index: f(index), scale },
        Op::Address(a) => Op::Address(f(a)),
        Op::Load(a) => Op::Load(f(a)),
        Op::Store(a, b) => Op::Store(f(a), f(b)),
        Op::Atomic { op, pointer, value, expected } => {
            Op::Atomic { op, pointer: f(pointer), value: value.map(&f), expected: expected.map(&f) }
        }
        Op::Lane { op, group, a, b } => Op::Lane { op, group, a: a.map(&f), b: b.map(&f) },
        Op::MatrixMultiply { element, a, b, c } => {
            Op::MatrixMultiply { element, a: a.map(&f), b: b.map(&f), c: f(c) }
        }
        Op::Const(_)
        | Op::Buffer(_)
        | Op::Table(_)
        | Op::ThreadgroupArray(_)
        | Op::PrivateArray(_)
        | Op::Attribute(..)
        | Op::Get(_)
        | Op::Barrier(..) => op,
    }
}
