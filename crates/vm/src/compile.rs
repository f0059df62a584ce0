//! From IR to the machine's program: one linear pass that drops unused instructions, folds address arithmetic into the
//! accesses that use it, and assigns every value and variable a slot, which is reused as soon as its value is dead.

use crate::liveness::Liveness;
use crate::memory::Layout;
use crate::program::{Action, Address, Index, Instr, Needs, Node, Program, Reuse, Slot};
use crate::simplify::Simplified;
use emberforge_base::{Error, Result};
use emberforge_ir::{AtomicOp, Attribute, Block, BufferId, Kernel, Op, Scalar, Space, Stmt, Type, ValueId};
use std::collections::HashMap;

/// Compiles a verified kernel.
///
/// # Errors
/// When the kernel breaks a promise of the verifier.
pub fn compile(kernel: &Kernel) -> Result<Program> {
    let simple = Simplified::new(kernel);
    let mut liveness = Liveness::new(kernel, &simple);
    liveness.block(&kernel.body);
    let layout = Layout::new(kernel);
    let mut emitter = Emitter {
        kernel,
        simple: &simple,
        layout: &layout,
        live: liveness,
        position: 0,
        value_slot: vec![u32::MAX; kernel.insts.len()],
        var_slot: vec![u32::MAX; kernel.vars.len()],
        free: Vec::new(),
        expiring: Vec::new(),
        slots: 0,
        constants: Vec::new(),
        constant_slot: HashMap::new(),
        bases: Vec::new(),
        attributes: Vec::new(),
        prologue: Vec::new(),
        labels: vec![u32::MAX; kernel.labels as usize],
        depth: 0,
        needs: Needs { groups: !kernel.threadgroup.is_empty(), ..Needs::default() },
        loops: false,
    };
    emitter.expiring.resize_with(emitter.live.position as usize + 2, Vec::new);
    let nodes = emitter.block(&kernel.body)?;
    let Emitter { slots, constants, bases, attributes, prologue, needs, loops, .. } = emitter;
    let (name, slots) = (kernel.name.clone(), slots as usize);
    Ok(Program { name, nodes, slots, constants, bases, attributes, prologue, needs, loops, layout })
}

/// The machine's type of a value.
fn machine_type(ty: Type) -> Scalar {
    match ty {
        Type::Scalar(s) => s,
        Type::Pointer(_) => Scalar::I64,
    }
}

struct Emitter<'k> {
    kernel: &'k Kernel,
    simple: &'k Simplified,
    layout: &'k Layout,
    live: Liveness<'k>,
    position: u32,
    value_slot: Vec<Slot>,
    var_slot: Vec<Slot>,
    free: Vec<Slot>,
    /// Slots to free after a position.
    expiring: Vec<Vec<Slot>>,
    slots: u32,
    constants: Vec<(Slot, u64)>,
    constant_slot: HashMap<u64, Slot>,
    bases: Vec<(Slot, BufferId)>,
    attributes: Vec<(Slot, Attribute, u8)>,
    prologue: Vec<Instr>,
    /// Frame depth of each open label.
    labels: Vec<u32>,
    depth: u32,
    needs: Needs,
    loops: bool,
}

impl Emitter<'_> {
    fn advance(&mut self) {
        let dead = std::mem::take(&mut self.expiring[self.position as usize]);
        self.free.extend(dead);
        self.position += 1;
    }

    fn take_slot(&mut self) -> Slot {
        self.free.pop().unwrap_or_else(|| {
            self.slots += 1;
            self.slots - 1
        })
    }

    /// A slot for a result that lives until position `last`.
    fn slot_until(&mut self, last: u32) -> Slot {
        let slot = self.take_slot();
        self.expiring[last as usize].push(slot);
        slot
    }

    fn constant(&mut self, bits: u64) -> Slot {
        if let Some(&slot) = self.constant_slot.get(&bits) {
            return slot;
        }
        // Never from the free list: a constant's slot is its own from before the first instruction.
        self.slots += 1;
        let slot = self.slots - 1;
        self.constant_slot.insert(bits, slot);
        self.constants.push((slot, bits));
        slot
    }

    fn base(&mut self, buffer: BufferId) -> Slot {
        if let Some(&(slot, _)) = self.bases.iter().find(|&&(_, b)| b == buffer) {
            return slot;
        }
        self.slots += 1;
        self.bases.push((self.slots - 1, buffer));
        self.slots - 1
    }

    fn attribute(&mut self, attribute: Attribute, axis: u8) -> Slot {
        if let Some(&(slot, ..)) = self.attributes.iter().find(|&&(_, a, x)| (a, x) == (attribute, axis)) {
            return slot;
        }
        self.slots += 1;
        self.attributes.push((self.slots - 1, attribute, axis));
        self.slots - 1
    }

    fn var(&mut self, var: usize) -> Slot {
        if self.var_slot[var] == u32::MAX {
            let last = self.live.var_last[var];
            self.var_slot[var] = self.slot_until(last);
        }
        self.var_slot[var]
    }

    fn value(&self, value: ValueId) -> Result<Slot> {
        match self.value_slot[self.simple.of(value).index()] {
            u32::MAX => Err(Error::internal(format!("{value} is used before it is computed"))),
            slot => Ok(slot),
        }
    }

    fn scalar(&self, value: ValueId) -> Scalar {
        machine_type(self.kernel.ty(value))
    }

    fn address(&self, pointer: ValueId) -> Result<Address> {
        if self.live.folded[pointer.index()]
            && let Op::Offset { base, index, scale } = self.simple.op(pointer)
        {
            let index = Index { slot: self.value(index)?, ty: self.scalar(index), scale };
            return Ok(Address { base: self.value(base)?, index: Some(index) });
        }
        Ok(Address { base: self.value(pointer)?, index: None })
    }

    fn block(&mut self, body: &Block) -> Result<Vec<Node>> {
        let mut nodes = Vec::with_capacity(body.len());
        for (i, stmt) in body.iter().enumerate() {
            self.advance();
            match stmt {
                Stmt::Inst(v) => {
                    if self.live.used[v.index()]
                        && !self.live.folded[v.index()]
                        && let Some(instr) = self.inst(*v, body.get(i + 1))?
                    {
                        nodes.push(Node::Instr(instr));
                    }
                }
                Stmt::Declare(var) | Stmt::Set(var, _) if self.simple.is_name(*var) => {}
                Stmt::Declare(var) => {
                    let slot = self.var(var.index());
                    nodes.push(Node::Declare(slot));
                }
                Stmt::Set(var, value) => {
                    let from = self.value(*value)?;
                    let dies = self.dies(*value);
                    let ty = self.scalar(*value);
                    let var = self.var(var.index());
                    nodes.push(Node::Set { var, value: from, ty, dies });
                }
                Stmt::If { cond, then, otherwise, .. } => {
                    let cond = self.value(*cond)?;
                    let then = self.block(then)?;
                    let otherwise = self.block(otherwise)?;
                    nodes.push(Node::If { cond, then, otherwise });
                }
                Stmt::Loop { label, body, span } => {
                    let body = self.frame(*label, body)?;
                    self.advance();
                    self.loops = true;
                    nodes.push(Node::Loop { body, span: *span });
                }
                Stmt::Block { label, body } => {
                    let body = self.frame(*label, body)?;
                    nodes.push(Node::Block { body });
                }
                Stmt::Break(label) => match self.labels[label.index()] {
                    u32::MAX => {
                        return Err(Error::internal(format!("break leaves {label}, which is not open")));
                    }
                    depth => nodes.push(Node::Break(depth)),
                },
                Stmt::Return => nodes.push(Node::Return),
            }
        }
        Ok(nodes)
    }

    /// True when a value is read here last and its slot is its own. Constants, attributes, shared values and variables read
    /// in place are not.
    fn dies(&self, value: ValueId) -> bool {
        let value = self.simple.of(value);
        let owned = !self.simple.is_invariant(value)
            && !matches!(
                self.simple.op(value),
                Op::Const(_)
                    | Op::Buffer(_)
                    | Op::Table(_)
                    | Op::ThreadgroupArray(_)
                    | Op::PrivateArray(_)
                    | Op::Attribute(..)
                    | Op::Get(_)
            );
        owned && self.live.last[value.index()] == self.position
    }

    /// Whether the result `v` may take the buffer of operand `c`, given the statement that follows.
    fn reuse(&self, v: ValueId, c: ValueId, next: Option<&Stmt>) -> Reuse {
        let c = self.simple.of(c);
        if self.dies(c) {
            return Reuse::Value;
        }
        match (self.simple.op(c), next) {
            (Op::Get(var), Some(Stmt::Set(set, value)))
                if var == *set
                    && *value == v
                    && self.value_slot[c.index()] == self.var_slot[var.index()]
                    && self.live.last[c.index()] == self.position =>
            {
                Reuse::Variable
            }
            _ => Reuse::No,
        }
    }

    fn frame(&mut self, label: emberforge_ir::LabelId, body: &Block) -> Result<Vec<Node>> {
        self.labels[label.index()] = self.depth;
        self.depth += 1;
        let nodes = self.block(body);
        self.depth -= 1;
        self.labels[label.index()] = u32::MAX;
        nodes
    }

    /// The instruction of a value, or `None` when its slot needs no computation.
    fn inst(&mut self, v: ValueId, next: Option<&Stmt>) -> Result<Option<Instr>> {
        let inst = self.kernel.inst(v);
        let op = self.simple.op(v);
        if op.is_collective() {
            self.needs.groups = true;
        }
        let known = match op {
            Op::Const(bits) => Some(self.constant(bits)),
            Op::Buffer(b) => Some(self.base(b)),
            Op::Table(t) => Some(self.constant(self.layout.table_address(t))),
            Op::ThreadgroupArray(a) => Some(self.constant(self.layout.threadgroup_address(a))),
            Op::PrivateArray(a) => Some(self.constant(self.layout.private_address(a))),
            Op::Attribute(a, axis) => Some(self.attribute(a, axis)),
            Op::Get(var) if self.live.reads_in_place(var.index(), v) => Some(self.var(var.index())),
            Op::Barrier(..) => return Ok(None),
            _ => None,
        };
        if let Some(slot) = known {
            self.value_slot[v.index()] = slot;
            return Ok(None);
        }
        let ty = inst.ty.map_or(Scalar::Bool, machine_type);
        let (action, ty) = match op {
            Op::Get(var) => (Action::Copy(self.var(var.index())), ty),
            Op::Address(a) => (Action::Copy(self.value(a)?), ty),
            Op::Unary(op, a) => (Action::Unary(op, self.value(a)?), ty),
            Op::Binary(op, a, b) => (Action::Binary(op, self.value(a)?, self.value(b)?), ty),
            Op::Compare(op, a, b) => {
                (Action::Compare(op, self.scalar(a), self.value(a)?, self.value(b)?), Scalar::Bool)
            }
            Op::Select(c, a, b) => (Action::Select(self.value(c)?, self.value(a)?, self.value(b)?), ty),
            Op::Fma(a, b, c) => {
                let reuse = self.reuse(v, c, next);
                let [a, b, c] = [self.value(a)?, self.value(b)?, self.value(c)?];
                (Action::Fma(a, b, c, if c == a || c == b { Reuse::No } else { reuse }), ty)
            }
            Op::Math(op, a, b) => {
                let b = b.map(|b| self.value(b)).transpose()?;
                (Action::Math(op, self.scalar(a), self.value(a)?, b), ty)
            }
            Op::Convert(a) => (Action::Convert(self.scalar(a), self.value(a)?), ty),
            Op::Bitcast(a) => (Action::Bitcast(self.scalar(a), self.value(a)?), ty),
            Op::Offset { base, index, scale } => {
                let index = Index { slot: self.value(index)?, ty: self.scalar(index), scale };
                (Action::Offset(Address { base: self.value(base)?, index: Some(index) }), ty)
            }
            Op::Load(p) => {
                let device = self.kernel.ty(p) == Type::Pointer(Space::Device);
                self.needs.reads_outputs |= device && !self.simple.is_read_only(p);
                (Action::Load { address: self.address(p)?, lazy: self.live.loads_lazily(v) }, ty)
            }
            Op::Store(p, value) => (Action::Store(self.address(p)?, self.value(value)?), self.scalar(value)),
            Op::Atomic { op, pointer, value, expected } => {
                let device = self.kernel.ty(pointer) == Type::Pointer(Space::Device);
                let old_value_used = self.live.last[v.index()] > self.position;
                let of = value.map_or(ty, |v| self.scalar(v));
                let commutes = match op {
                    AtomicOp::Load => true,
                    AtomicOp::Add | AtomicOp::Sub => !of.is_float() && !old_value_used,
                    AtomicOp::Min | AtomicOp::Max | AtomicOp::And | AtomicOp::Or | AtomicOp::Xor => {
                        !old_value_used
                    }
                    AtomicOp::Store | AtomicOp::Exchange | AtomicOp::CompareExchange => false,
                };
                self.needs.order |= device && !commutes;
                self.needs.reads_outputs |= device;
                let address = self.address(pointer)?;
                let value = value.map(|v| self.value(v)).transpose()?;
                let expected = expected.map(|v| self.value(v)).transpose()?;
                (Action::Atomic { op, address, value, expected }, of)
            }
            Op::Lane { op, group, a, b } => {
                let operand = a.map_or(Scalar::Bool, |a| self.scalar(a));
                let a = a.map(|v| self.value(v)).transpose()?;
                let b = b.map(|v| self.value(v)).transpose()?;
                (Action::Lane { op, group, operand, a, b }, ty)
            }
            Op::MatrixMultiply { element, a, b, c } => {
                let operand = self.scalar(a[0]);
                let a = [self.value(a[0])?, self.value(a[1])?];
                let b = [self.value(b[0])?, self.value(b[1])?];
                (Action::MatrixMultiply { element, operand, a, b, c: self.value(c)? }, ty)
            }
            Op::Const(_)
            | Op::Buffer(_)
            | Op::Table(_)
            | Op::ThreadgroupArray(_)
            | Op::PrivateArray(_)
            | Op::Attribute(..)
            | Op::Barrier(..) => return Err(Error::internal("an operand-free instruction reached emission")),
        };
        if self.simple.is_invariant(v) {
            // Its slot is never reused: it holds the value throughout.
            self.slots += 1;
            let dst = self.slots - 1;
            self.value_slot[v.index()] = dst;
            self.prologue.push(Instr { action, ty, dst });
            return Ok(None);
        }
        let dst = self.slot_until(self.live.last[v.index()]);
        self.value_slot[v.index()] = dst;
        Ok(Some(Instr { action, ty, dst }))
    }
}
